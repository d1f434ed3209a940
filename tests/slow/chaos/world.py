"""What the world does meanwhile: results come in, are corrected, voided, taken back; late forecasts arrive.

A seed draws the whole script. It is played by one thread through the services, as a feed would: what the
database refuses because it is away is said again until it stands. `expected` is what must be true in the end.
"""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone

from matches.models import Forecaster, Match, Prediction
from matches.result import Result
from matches.services import predictions
from matches.services.results import record_result
from matches.statuses import Status
from tools.demo import season as facts
from tools.demo.first_rows import FirstRows

FORECASTERS = ("The Oracle", "The Coin", "The Homer", "The Herd", "The Contrarian")
LATECOMER = "The Latecomer"


def finished(home: int, away: int) -> Result:
    return Result(status=Status.FINISHED, home_score=home, away_score=away)


@dataclass(frozen=True, slots=True)
class Step:
    """Something that the world does, so many seconds after the start."""

    at: float
    what: str
    do: Callable[[], object]


class World:
    """Matches with forecasts, and the script of their results."""

    def __init__(self, *, seed: int, matches: int, seconds: float) -> None:
        self.dice = random.Random(seed)
        self.seconds = seconds
        self.expected: dict[int, Result] = {}
        self.counts: Counter[str] = Counter()
        self.steps: list[Step] = []
        self.error: BaseException | None = None
        self.matches = self._set_up(matches)
        for match, fact in self.matches:
            self._write_script(match, (fact.home_goals, fact.away_goals))
        self.steps.sort(key=lambda step: step.at)
        self._thread = threading.Thread(target=self._play, name="world", daemon=True)

    # --- Before the first whistle ---------------------------------------------------------------------

    def _set_up(self, number: int) -> list[tuple[Match, facts.SeasonMatch]]:
        season = facts.load_season(facts.EPL_2015_16)
        played = season.matches[:number]
        cast = FirstRows.assemble([season], now=timezone.now())
        rows = cast.add_fixtures(season, played)
        self._let_half_of_them_be_of_today(rows)
        for name in (*FORECASTERS, LATECOMER):
            slug = name.lower().replace(" ", "-")
            Forecaster.objects.get_or_create(slug=slug, defaults={"name": name, "kind": "human"})
        self._forecast(rows, FORECASTERS)
        return list(zip(rows, played, strict=True))

    def _let_half_of_them_be_of_today(self, rows: Sequence[Match]) -> None:
        """Today's matches are pushed at once, the others go through the archive window: both must hold."""
        today = [row.pk for row in rows[1::2]]
        kickoff = timezone.now() - timedelta(hours=2)
        Match.objects.filter(pk__in=today).update(kickoff_at=kickoff, lock_at=kickoff)

    def _forecast(self, rows: Sequence[Match], names: Sequence[str]) -> None:
        """Everybody predicts most matches; each twentieth is predicted by nobody."""
        who = list(Forecaster.objects.filter(name__in=names).order_by("pk"))
        wanted = [
            self._guess(match, forecaster)
            for number, match in enumerate(rows)
            for forecaster in who
            if number % 20 and self.dice.random() < 0.9
        ]
        predictions.submit_predictions(wanted, provenance=Prediction.Provenance.ARCHIVE, now=timezone.now())

    def _guess(self, match: Match, forecaster: Forecaster) -> predictions.NewPrediction:
        home, draw = self.dice.uniform(0.1, 0.6), self.dice.uniform(0.1, 0.3)
        return predictions.NewPrediction(
            match_id=match.pk,
            forecaster_id=forecaster.pk,
            home_goals=self.dice.choice((0, 1, 1, 2, 2, 3)),
            away_goals=self.dice.choice((0, 0, 1, 1, 2)),
            p_home=home,
            p_draw=draw,
            p_away=1 - home - draw,
        )

    # --- The script -------------------------------------------------------------------------------------

    def _write_script(self, match: Match, score: tuple[int, int]) -> None:
        """A result for each match; for some, what happens on a bad day. The last word is what is expected."""
        at = self.dice.uniform(0, self.seconds * 0.8)
        wrong = finished(score[1], score[0] + 1)
        right = finished(*score)
        void = Result(status=Status.AWARDED, home_score=3, away_score=0)
        live = Result(status=Status.LIVE, home_score=score[0], away_score=score[1])
        stories: dict[str, list[Result]] = {
            "a result": [right],
            "corrected": [wrong, right],
            "corrected twice within a second": [wrong, finished(9, 9), right],
            "awarded, so void": [right, void],
            "voided and given back": [right, void, right],
            "taken back and finished again": [wrong, live, right],
            "taken back for good": [right, live],
        }
        name = self.dice.choices(list(stories), weights=[60, 12, 8, 5, 5, 5, 5])[0]
        for number, result in enumerate(stories[name]):
            if number:
                at += self.dice.uniform(0, 0.4) if "twice" in name else self.dice.uniform(0, 12)
            self._say(at, name if number else "a result", match, result)
        self.expected[match.pk] = stories[name][-1]
        if self.dice.random() < 0.05:
            self._add(at + self.dice.uniform(0, 10), "late forecast", lambda: self._come_late(match))

    def _say(self, at: float, what: str, match: Match, result: Result) -> None:
        self._add(
            at,
            what,
            lambda: record_result(
                match_id=match.pk, result=result, source="chaos", recorded_at=timezone.now()
            ),
        )

    def _add(self, at: float, what: str, do: Callable[[], object]) -> None:
        self.steps.append(Step(min(at, self.seconds), what, do))

    def _come_late(self, match: Match) -> None:
        latecomer = Forecaster.objects.get(name=LATECOMER)
        if not Prediction.objects.filter(match=match, forecaster=latecomer).exists():
            predictions.submit_predictions(
                [self._guess(match, latecomer)],
                provenance=Prediction.Provenance.ARCHIVE,
                now=timezone.now(),
            )

    # --- Playing it ---------------------------------------------------------------------------------------

    def start(self) -> None:
        self._thread.start()

    def is_over(self) -> bool:
        return not self._thread.is_alive()

    def _play(self) -> None:
        began = time.monotonic()
        try:
            for step in self.steps:
                time.sleep(max(0.0, began + step.at - time.monotonic()))
                self._insist(step)
        except BaseException as error:  # noqa: BLE001 - the main thread shows it
            self.error = error
        finally:
            connection.close()

    def _insist(self, step: Step) -> None:
        """Say it until it stands. Saying a result twice is a no-op, so a lost answer does no harm."""
        while True:
            try:
                step.do()
            except (DatabaseError, InterfaceError) as away:
                self.counts["said again, the database was away"] += 1
                connection.close()
                if connection.in_atomic_block:
                    raise RuntimeError("a transaction was left open") from away
                time.sleep(0.3)
            else:
                self.counts[step.what] += 1
                return
