"""What the tests of the real cases share: real fixtures, three live picks, and what became of them."""

from datetime import UTC, date, datetime, timedelta

from django.db.models import F

from content.models import Roundup
from core.pipeline.models import JobRun
from matches.models import Match, Prediction, Season
from matches.result import score_text
from scoring.models import Score, Settlement
from stats.standings import standings
from stats.tallies import fold
from tests.factories import (
    CompetitionFactory,
    MatchFactory,
    SeasonFactory,
    TeamFactory,
    coin,
    homer,
    oracle,
    predict,
    record,
    time_passes,
)
from tests.pipeline_helpers import run_waiting

BEFORE = timedelta(hours=1)


def work() -> list[str]:
    """The jobs there are, but for commitments: those come with each live pick, whatever comes of it."""
    return list(JobRun.objects.exclude(kind="commit_predictions").values_list("kind", flat=True))


def utc(text: str) -> datetime:
    """A moment like 2016-08-28 18:45, in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def season(competition: str, label: str, **more: object) -> Season:
    year = int(label[:4])
    slug = competition.lower().replace(" ", "-")
    return SeasonFactory(
        competition=CompetitionFactory(slug=slug, name=competition, country="", **more),
        label=label,
        starts_on=date(year, 7, 1),
        ends_on=date(year + 1, 6, 30),
    )


def fixture(of: Season, kickoff: str, home: str, away: str, round_label: str, **more: object) -> Match:
    return MatchFactory(
        season=of,
        kickoff_at=utc(kickoff),
        home_team=TeamFactory(name=home),
        away_team=TeamFactory(name=away),
        matchday=None,
        round_label=round_label,
        **more,
    )


def three_picks(
    match: Match,
    oracles: tuple[int, int] = (2, 1),
    homers: tuple[int, int] = (1, 0),
    coins: tuple[int, int] = (1, 1),
    *,
    before: timedelta = BEFORE,
) -> None:
    """Live picks received that long before the kickoff. Home, home and draw make the quotas 2 / 3 / 6."""
    apart = datetime.now(UTC) + before - match.kickoff_at
    time_passes(match, -apart)
    for who, pick in ((oracle(), oracles), (homer(), homers), (coin(), coins)):
        predict(match, who, pick, provenance=Prediction.Provenance.LIVE)
    time_passes(match, apart)


def became(match: Match, home: int | None = None, away: int | None = None, **more: object) -> None:
    """Record it and let the pipeline do its work; afterwards the tallies are what a recount says."""
    record(match, home, away, **more)
    settle()
    match.refresh_from_db()


def settle() -> None:
    run_waiting()
    assert fold.stored() == fold.recount()


def points(match: Match) -> dict[str, int | None]:
    """What everybody has of this match now; nothing where it is void or not over."""
    rows = Score.objects.filter(settlement__match=match, settlement__superseded_at__isnull=True)
    return dict(rows.values_list("prediction__forecaster__name", "points"))


def settlement(match: Match) -> Settlement:
    return Settlement.objects.get(match=match, superseded_at__isnull=True)


def quotas(match: Match) -> tuple[int, int, int]:
    row = settlement(match)
    return row.quota_home, row.quota_draw, row.quota_away


def is_void(match: Match) -> bool:
    """Settled, without points for anybody, and told so in a roundup."""
    current = settlement(match)
    told = Roundup.objects.get(match=match, status="published")
    return current.voided and points(match) == {} and told.settlement_id == current.pk


def history(match: Match) -> list[str]:
    """Every result there was, as «awarded 0-3»."""
    return [f"{row.status} {score_text(row)}".removesuffix(" -") for row in match.revisions.all()]


def table(of: Season) -> dict[str, tuple[int, int]]:
    """Matches played and points of every team, top first."""
    return {row.team.name: (row.played, row.points) for row in standings(of.pk)}


def judged(match: Match) -> list[tuple[str, int]]:
    """Who scored what, by a settlement that is history."""
    rows = match.settlements.exclude(superseded_at__isnull=True).order_by("number")
    return list(
        rows.filter(scores_given__settlement__isnull=False)
        .annotate(
            who=F("scores_given__prediction__forecaster__name"),
            earned=F("scores_given__points"),
        )
        .order_by("number", "who")
        .values_list("who", "earned")
    )
