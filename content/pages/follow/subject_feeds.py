"""Atom feeds of a competition, a team and a forecaster.

An article or corrected result is the same entry, with the same id, as in the feeds of the whole site.
"""

from typing import Any

from django.db.models import F, FilteredRelation, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.defaultfilters import capfirst, pluralize
from django.utils import timezone
from django.utils.html import format_html

from content.digests import reads as digest_reads
from content.models import Digest
from content.pages import labels, syndication
from content.pages.filters import figure, percent
from content.pages.forms import read
from content.pages.selectors import forecaster_pages
from content.pages.syndication import Entry
from content.pages.views.page import page
from content.roundups import out_of_date
from content.text.results import result_in_words
from core.http.links import absolute, link
from matches.models import Competition, Forecaster, Prediction, Team
from scoring import corrections
from scoring.models import Settlement
from stats.metrics import BY_NAME


@page
def competition(request: HttpRequest, slug: str) -> HttpResponse:
    """Return the newest roundups, digests and corrected results of a competition."""
    read(request)
    shown = get_object_or_404(Competition, slug=slug)
    return syndication.atom(
        title=f"Final Whistle: {shown.name}",
        subtitle=f"Roundups, digests of rounds and corrected results: {shown.name}.",
        page_path=shown.get_absolute_url(),
        path=link("competition-feed", slug),
        entries=_about(
            Q(match__season__competition=shown),
            digest_reads.published().filter(stage__season__competition=shown),
        ),
    )


@page
def team(request: HttpRequest, slug: str) -> HttpResponse:
    """Return the newest roundups and corrected results of a team's matches."""
    read(request)
    shown = get_object_or_404(Team, slug=slug)
    return syndication.atom(
        title=f"Final Whistle: {shown.name}",
        subtitle=f"Roundups and corrected results of the matches of one team: {shown.name}.",
        page_path=shown.get_absolute_url(),
        path=link("team-feed", slug),
        entries=_about(Q(match__home_team=shown) | Q(match__away_team=shown), Digest.objects.none()),
    )


@page
def forecaster(request: HttpRequest, slug: str) -> HttpResponse:
    """Return the newest scored predictions of a forecaster; an entry is updated if it is scored again."""
    read(request)
    shown = get_object_or_404(Forecaster, slug=slug)
    return syndication.atom(
        title=f"Final Whistle: {shown.name}",
        subtitle=f"Predictions of one forecaster and their points, once the match is scored: {shown.name}.",
        page_path=shown.get_absolute_url(),
        path=link("forecaster-feed", slug),
        entries=[_prediction_entry(each) for each in _scored_predictions(shown)],
    )


def _about(matches: Q, digests: QuerySet[Digest]) -> list[Entry]:
    """Return the newest entries about these matches: roundups, the given digests, and corrected results."""
    return syndication.newest(
        [
            *syndication.articles(out_of_date.published().filter(matches), digests),
            *syndication.corrected_results(corrections.corrections().filter(matches)),
        ]
    )


def _scored_predictions(forecaster: Forecaster) -> QuerySet[Prediction]:
    """Return the public predictions whose matches were scored or voided last.

    Annotated with the time of the first settlement, and `settled_at` and `voided` of the current one.
    """
    first = Settlement.objects.filter(match=OuterRef("match")).order_by("number").values("settled_at")[:1]
    is_current = Q(match__settlements__superseded_at__isnull=True)
    settled = forecaster_pages.revealed_predictions(forecaster, now=timezone.now()).annotate(
        current=FilteredRelation("match__settlements", condition=is_current),
        first_settled_at=Subquery(first),
        settled_at=F("current__settled_at"),
        voided=F("current__voided"),
    )
    shown = settled.filter(Q(score__isnull=False) | Q(voided=True))
    return shown.order_by("-settled_at", "-match__kickoff_at", "-match_id")[: syndication.NEWEST]


def _prediction_entry(prediction: Any) -> Entry:
    """Return the entry of a prediction annotated by `_scored_predictions`."""
    match = prediction.match
    url = absolute(match.get_absolute_url())
    names = f"{match.home_team.name} - {match.away_team.name}"
    return Entry(
        identity=f"{url}#prediction-{prediction.forecaster_id}",
        title=f"{names}, {result_in_words(match)}: {_predicted(prediction)}; {_worth(prediction)}",
        html=format_html(
            "<p>{}, {}. Result: {}. Predicted: {}. {}.</p>{}",
            match.season,
            match.round_label,
            result_in_words(match),
            _predicted(prediction),
            capfirst(_worth(prediction)),
            _note(prediction.provenance),
        ),
        url=url,
        published_at=prediction.first_settled_at,
        updated_at=prediction.settled_at,
    )


def _note(provenance: str) -> str:
    """Return a paragraph of HTML about a prediction that was not received before the kickoff, else ""."""
    if provenance not in NOTES:
        return ""
    return format_html("<p>{}: {}.</p>", capfirst(labels.PROVENANCES[provenance]), NOTES[provenance])


NOTES = {"archive": labels.BACK_TEST, "hindsight": labels.HINDSIGHT}


def _predicted(prediction: Prediction) -> str:
    """Describe a prediction, e.g. "2-1" or "2-1 (home 60 %, draw 25 %, away 15 %)"."""
    goals = "" if prediction.home_goals is None else f"{prediction.home_goals}-{prediction.away_goals}"
    if prediction.p_home is None:
        return goals
    shares = zip(
        ("home", "draw", "away"), (prediction.p_home, prediction.p_draw, prediction.p_away), strict=True
    )
    chances = ", ".join(f"{name} {percent(share)}" for name, share in shares)
    return f"{goals} ({chances})" if goals else chances


def _worth(prediction: Any) -> str:
    """Describe the value of a scored prediction, e.g. "8 points, RPS 0.1234" or "match void, no points"."""
    if prediction.voided:
        return "match void, no points"
    points, rps = prediction.score.points, prediction.score.rps
    shown = "" if points is None else f"{points} point{pluralize(points)}"
    measured = "" if rps is None else f"RPS {figure(rps, BY_NAME['rps'].decimals)}"
    return ", ".join(filter(None, [shown, measured]))
