"""Lists of roundups."""

from django.db.models import QuerySet
from django.utils import timezone

from content.models import Roundup
from content.roundups.out_of_date import with_state


def readable() -> QuerySet[Roundup]:
    """Return all versions of the public roundups, annotated as in content/roundups/out_of_date.py.

    Roundups contain predictions, so none is public before the match's `reveal_at`. If a result was withdrawn
    and the match has a new kickoff, its roundups are secret again until then.
    """
    return with_state(Roundup.objects.filter(match__reveal_at__lte=timezone.now()))


def roundups() -> QuerySet[Roundup]:
    """Return the public roundups with match, teams, season and competition selected."""
    return readable().select_related("match__season__competition", "match__home_team", "match__away_team")


def published() -> QuerySet[Roundup]:
    """Return the published (current) roundups, newest first."""
    return roundups().filter(status=Roundup.Status.PUBLISHED).order_by("-published_at", "-pk")
