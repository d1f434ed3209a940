"""Query parameters of leaderboards, in the API and on the page."""

from typing import Any

from rest_framework import serializers

from core.api.query_params import Choice, PageNumber, PageParameters, Whole
from matches.api.reference import competition_parameter, kind_parameter, season_parameter, team_parameter
from stats.analysis.common_to_all import over_common_matches
from stats.leaderboard_page import LeaderboardPage, Ranking
from stats.leaderboards import Board
from stats.metrics import DEFAULT_ORDERING, ORDERINGS
from stats.models import LeaderboardRow

OWN, COMMON = "own", "common"
NO_SUCH_BOARD = (
    "There are boards overall, per competition, per season and per team, but not of a team within a season "
    "or competition: omit `team`, or give only `team`."
)


class LeaderboardFilters(PageNumber):
    """Board, filters and order of a leaderboard, in the API and on the page.

    Each filter is also a field of `stats.leaderboards.Selection`, which declares the condition of the filter.
    """

    competition = competition_parameter()
    season = season_parameter()
    team = team_parameter()
    kind = kind_parameter()
    min_matches = Whole(
        min_value=0,
        max_value=1_000_000,
        required=False,
        style={"placeholder": "automatic"},
        help_text="Only forecasters with at least this many matches; all of them are ranked. By default, "
        "rows with too few matches are provisional.",
    )
    provenance = Choice(
        LeaderboardRow.Provenance.choices,
        default=LeaderboardRow.Provenance.ALL,
        help_text="Which predictions count: all (live and archive), or those of one provenance. `live` "
        "leaves out those with `after_exposure`.",
    )
    ordering = Choice(
        [(each, each) for each in ORDERINGS],
        default=DEFAULT_ORDERING,
        help_text="A metric, best values first. With `-` in front, the largest values first. `adjusted_rps` "
        "and `adjusted_brier` adjust for the difficulty of the matches that each forecaster predicted.",
    )

    gaps = Choice(
        [(OWN, "own matches"), (COMMON, "common to all shown")],
        default=OWN,
        help_text="Matches that the figures are about. `own`: each forecaster's own matches. `common`: those "
        "that all ranked forecasters of this page predicted, at most 2,000. Other rows are then left out.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        season, competition, team = (attrs.get(name) for name in ("season", "competition", "team"))
        if team and (season or competition):
            raise serializers.ValidationError({"team": NO_SUCH_BOARD}, code="no_such_board")
        if season and competition and season.competition != competition:
            wrong = f"Season {season.pk} is {season}, not a season of {competition}."
            raise serializers.ValidationError({"season": wrong}, code="no_such_board")
        return attrs

    @staticmethod
    def fetch(values: dict[str, Any], page_size: int) -> LeaderboardPage:
        """Fetch the requested page of the board, over common matches if requested."""
        ranking = Ranking.of(LeaderboardFilters.board(values), values)
        page = ranking.page(values["page"], page_size)
        return over_common_matches(page, ranking) if values["gaps"] == COMMON else page

    @staticmethod
    def board(values: dict[str, Any]) -> Board:
        """Return the requested board; a season takes precedence over its competition."""
        scope = values["team"] or values["season"] or values["competition"]
        return Board.of(scope) if scope else Board()


class LeaderboardParameters(LeaderboardFilters, PageParameters):
    """Parameters of /leaderboard/."""
