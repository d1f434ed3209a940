"""Lists of roundups."""

from django.db.models import QuerySet
from django.utils import timezone

from content.models import Roundup
from content.roundups.out_of_date import with_state


def readable() -> QuerySet[Roundup]:
    """Return the public roundups of every version: they contain predictions, so none before `reveal_at`.

    Annotated with what is known about their being out of date, see content/roundups/out_of_date.py.

    Those of a match that was played, taken back and given a new kickoff are secret again until then.
    """
    return with_state(Roundup.objects.filter(match__reveal_at__lte=timezone.now()))


def roundups() -> QuerySet[Roundup]:
    """Readable roundups with all that showing one needs."""
    return readable().select_related("match__season__competition", "match__home_team", "match__away_team")


def published() -> QuerySet[Roundup]:
    """The current ones, newest first."""
    return roundups().filter(status=Roundup.Status.PUBLISHED).order_by("-published_at", "-pk")
