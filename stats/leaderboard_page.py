"""Pages of a leaderboard. One SQL statement fetches rows and metadata of a page; the SQL text is cached."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import orjson
from django.db.models import QuerySet

from core.db import sql
from stats.leaderboards import Selection
from stats.metrics import BY_NAME, METRICS
from stats.models import LeaderboardRow, Provenance
from stats.refresh.matviews import view_of
from stats.refresh.versioned_reads import VERSION, Version
from stats.row_inference import NOTHING_STATED, InferenceState, RowInference, expression


class Ranked(NamedTuple):
    """Row of a leaderboard page. `figures` contains the value of each metric by name."""

    rank: int | None
    sharing: int
    provisional: bool
    slug: str
    name: str
    kind: str
    is_baseline: bool
    paused_at: str | None
    made_of: str
    after_exposure: int
    matches: int
    score_matches: int
    current_streak: int
    best_streak: int
    form: str
    inference: RowInference
    figures: Mapping[str, float | None]

    @property
    def forecaster(self) -> "Ranked":
        """The row itself, so that `row.forecaster.name` works as in LeaderboardRow."""
        return self

    @classmethod
    def of(cls, values: Sequence[Any], inference: Mapping[int, RowInference]) -> "Ranked":
        """Create a row from values in the order of _NAMES, and the columns about chance by forecaster id."""
        *others, forecaster_id = values[: -len(METRICS)]
        figures = dict(zip(BY_NAME, values[-len(METRICS) :], strict=True))
        return cls._make([*others, inference.get(forecaster_id, NOTHING_STATED), figures])


LAST_PAGE = 1_000_000  # the API's maximum; no board has so many pages, so higher numbers give no rows either
_LOOKUPS = {  # columns of other tables
    **{name: f"forecaster__{name}" for name in ("slug", "name", "kind", "is_baseline")},
    "paused_at": "forecaster__endpoint__paused_at",  # set while an LLM endpoint is paused after failures
}
_NAMES = [*Ranked._fields[:-2], "forecaster_id", *BY_NAME]
_COLUMNS = [_LOOKUPS.get(name, name) for name in _NAMES]

# A single statement reads one snapshot, taken after it has got its locks. So the rows belong to the version
# in the result, even if a view is refreshed without CONCURRENTLY.
_RANKING = """
SELECT version.*, {inference}, board.board_live, board.board_archive, {below}, {count},
       (SELECT json_build_array({aggregates}) FROM ({rows}) AS row ({columns}))::text
FROM ({version}) AS version
LEFT JOIN (
    SELECT average_place AS rows, board_live, board_archive, provisional_below FROM stats_leaderboard
    WHERE scope = %s AND scope_id = %s AND average_place > 0
    ORDER BY average_place DESC LIMIT 1
) AS board ON true
"""


# Hindsight predictions have a board of their own, with its own threshold of provisional rows.
_BELOW_OF_HINDSIGHT = """(
    SELECT max(provisional_below) FROM stats_leaderboard
    WHERE scope = %s AND scope_id = %s AND provenance = 'hindsight'
)"""


@dataclass(frozen=True, slots=True)
class LeaderboardPage:
    """Page of a leaderboard that a paginator can use: len() returns the number of rows of all pages.

    `made_of` contains the numbers of live and archive predictions on the whole board. Rows with fewer matches
    than `provisional_below` are provisional. With `min_matches` in the request no row is provisional, and
    `provisional_below` is None. `common_matches` is the number of common matches if the figures are computed
    over these alone (stats/analysis/common_to_all.py), else None.
    """

    version: Version
    inference: InferenceState
    made_of: dict[str, int]
    provisional_below: int | None
    count: int
    rows: list[Ranked]
    common_matches: int | None = None

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, part: slice) -> list[Ranked]:
        return self.rows


@dataclass(frozen=True, slots=True)
class Ranking(Selection):
    """Selection of leaderboard rows that is fetched page by page."""

    def statement(self, number: int, size: int) -> sql.Statement:
        """Return the SQL statement that `page` executes, to be passed to sql.prefetch()."""
        return _statement(self, min(number, LAST_PAGE), size)

    def page(self, number: int, size: int) -> LeaderboardPage:
        """Fetch a page, with the version of the view that it comes from. Pages after the last are empty."""
        [(*version, inference, live, archive, below, count, columns)] = sql.fetch_all(
            *self.statement(number, size)
        )
        state, stated = InferenceState.of(self, orjson.loads(inference) if inference else None)
        columns = orjson.loads(columns)
        rows = zip(*columns, strict=True) if columns[0] else ()
        return LeaderboardPage(
            version=Version.of(*version),
            inference=state,
            made_of={Provenance.LIVE.value: live or 0, Provenance.ARCHIVE.value: archive or 0},
            provisional_below=below if self.min_matches is None else None,
            count=count or 0,
            rows=[Ranked.of(values, stated) for values in rows],
        )


# Cached, because building the SQL in Django takes longer than executing it in PostgreSQL.
@lru_cache(maxsize=1_000)
def _statement(ranking: Ranking, number: int, size: int) -> tuple[str, list[Any]]:
    found = _slice(ranking, (number - 1) * size, number * size)
    rows, of_rows = _to_sql(found.values_list(*_COLUMNS))
    inference, of_inference = expression(ranking)
    count, of_count = _count(ranking)
    below, of_below = _threshold(ranking)
    statement = _RANKING.format(
        inference=inference,
        below=below,
        count=count,
        rows=rows,
        columns=", ".join(_NAMES),
        aggregates=", ".join(f"json_agg({name})" for name in _NAMES),
        version=VERSION,
    )
    board = ranking.board
    return statement, [
        *of_inference,
        *of_below,
        *of_count,
        *of_rows,
        view_of(board.scope),
        str(board.scope),
        board.scope_id,
    ]


def _slice(ranking: Ranking, start: int, stop: int) -> QuerySet[LeaderboardRow]:
    """Return the rows with index `start` (included) to `stop` (excluded).

    In the default order the rows are selected by the stored place (1 to n without gaps), because OFFSET is
    slow.
    """
    rows = ranking.rows()
    if ranking.is_as_stored:
        return rows.filter(average_place__gt=start, average_place__lte=stop)
    return rows[start:stop]


def _count(ranking: Ranking) -> tuple[str, Any]:
    if ranking.is_as_stored:
        return "board.rows", ()
    statement, values = _to_sql(ranking.rows().order_by().values_list("forecaster_id"))
    return f"(SELECT count(*) FROM ({statement}) AS counted)", values


def _threshold(ranking: Ranking) -> tuple[str, Any]:
    if ranking.provenance == Provenance.HINDSIGHT:
        return _BELOW_OF_HINDSIGHT, (str(ranking.board.scope), ranking.board.scope_id)
    return "board.provisional_below", ()


def _to_sql(rows: QuerySet[Any, Any]) -> tuple[str, Any]:
    statement, values = rows.query.sql_with_params()
    return statement, values
