"""Numbers, names and scores of a roundup, counted again from the tables without the code of the facts.

`Recount(match, facts).value(address)` returns what a fact must be. The facts only show whom an item of a list
is about (its slug, or the slugs of a group), never how much.
"""

import re
from collections import Counter
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from matches.models import Match, Prediction, ResultRevision, Team
from scoring.models import Settlement
from stats.leaderboards import provisional_below

OUTCOMES = ("home", "draw", "away")


def outcome(home: int, away: int) -> str:
    return "home" if home > away else "away" if away > home else "draw"


def whole(value: Fraction) -> int:
    return int((Decimal(value.numerator) / value.denominator).quantize(Decimal(1), ROUND_HALF_UP))


class Recount:
    """The match, its scored predictions, and the earlier matches of its season."""

    def __init__(self, match: Match, facts: dict[str, Any]) -> None:
        self.match, self.facts = match, facts
        self.competition = match.season.competition
        current = Prediction.objects.filter(match=match, superseded_at=None).select_related(
            "forecaster", "score"
        )
        self.rows = [row for row in current if row.provenance != "hindsight"]
        self.late = len(current) - len(self.rows)
        self.scores = [row for row in self.rows if row.home_goals is not None]
        self.chances = [row for row in self.rows if row.p_home is not None]
        self.settlement = Settlement.objects.get(match=match, superseded_at=None)
        first = {row.match_id: (row.settled_at, row.match_id) for row in Settlement.objects.filter(number=1)}
        here = (match.kickoff_at, first[match.pk])
        season = Match.objects.filter(season=match.season).select_related("home_team", "away_team", "stage")
        past = [each for each in season if each.pk in first and (each.kickoff_at, first[each.pk]) <= here]
        self.past = sorted(past, key=lambda each: (each.kickoff_at, first[each.pk]))

    def value(self, address: str) -> Any:
        """What the fact must be; ... for one that is words only."""
        section, _, rest = address.partition(".")
        return getattr(self, f"_{section}")(rest)

    # --- The match and its result

    def _pair(self, name: str, row: Any = None) -> tuple[int, int] | None:
        row = row or self.match
        columns = {"after_90": "score", "after_extra_time": "score_aet", "penalties": "penalties"}
        pair = getattr(row, f"home_{columns[name]}"), getattr(row, f"away_{columns[name]}")
        return None if pair[0] is None else pair

    def _counts(self, row: Any = None) -> tuple[int, int] | None:
        after = self._pair("after_extra_time", row)
        return (
            after
            if after and self.competition.score_basis == "after_extra_time"
            else self._pair("after_90", row)
        )

    def _match(self, rest: str) -> Any:
        match, counts = self.match, self._counts() or (0, 0)
        sides = {"home": match.home_team.name, "away": match.away_team.name}
        other = {"home": "away", "away": "home"}
        if rest in ("round_in", "round_of"):
            return self._round(match.round_label, self.facts["match"][rest])
        if rest.endswith(".text"):
            pair = self._counts() if rest.startswith("score") else self._pair(rest.removesuffix(".text"))
            return "-".join(map(str, pair))
        zone = ZoneInfo(self.competition.time_zone)
        local = match.kickoff_at.astimezone(zone)
        return {
            "home.name": sides["home"],
            "away.name": sides["away"],
            "home.short_name": match.home_team.short_name,
            "away.short_name": match.away_team.short_name,
            "season": match.season.label,
            "competition.name": self.competition.name,
            "kickoff_on": f"{local:%A} {local.day} {local:%B %Y}",
            "time_zone": "UTC" if str(zone) == "UTC" else f"{str(zone).split('/')[-1]} time",
            "winner": sides.get(outcome(*counts)),
            "loser": sides.get(other.get(outcome(*counts), "")),
            "goals": sum(counts),
            "margin": abs(counts[0] - counts[1]),
            "minutes": 90,
            "reason": self._reason(),
        }[rest]

    def _round(self, label: str, shown: str) -> str:
        """The name as shown, if its numbers are those of the label."""
        assert set(re.findall(r"\d+", shown)) <= set(re.findall(r"\d+", label)), (label, shown)
        return shown

    def _reason(self) -> str:
        return ResultRevision.objects.get(match=self.match, version=self.match.result_version).reason

    def _result(self, rest: str) -> Any:
        last = self._pair("penalties") or self._pair("after_extra_time") or self._pair("after_90") or (0, 0)
        teams = [self.match.home_team.name, self.match.away_team.name]
        winner, loser = teams if last[0] > last[1] else teams[::-1]
        how = "on penalties" if self._pair("penalties") else "after extra time"
        score = f"{max(last)}-{min(last)}"
        return {"winner": winner, "loser": loser, "score": score, "how": how}[rest]

    def _correction(self, rest: str) -> Any:
        """The words as they are, if their scores are those of one earlier revision."""
        former = ResultRevision.objects.filter(match=self.match, version__lt=self.match.result_version)
        shown = set(re.findall(r"\d+-\d+", self.facts["correction"][rest]))
        names = ("after_90", "after_extra_time", "penalties")
        pairs = [{self._pair(name, row) for name in names} for row in former]
        assert any(shown <= {f"{pair[0]}-{pair[1]}" for pair in found if pair} for found in pairs)
        return self.facts["correction"][rest]

    # --- Predictions of the match

    def _field(self, rest: str) -> Any:
        chosen = Counter(outcome(row.home_goals, row.away_goals) for row in self.scores)
        counts = self._counts()
        actual = outcome(*counts) if counts else ""
        if found := re.fullmatch(r"outcomes\.(\d)\.quota", rest):
            return getattr(self.settlement, f"quota_{OUTCOMES[int(found[1])]}")
        if found := re.fullmatch(r"chances\.(\w+)_percent", rest):
            wanted = actual if found[1] == "actual" else found[1]
            values = [Fraction(str(getattr(row, f"p_{wanted}"))) for row in self.chances]
            return whole(100 * sum(values) / len(values))
        if rest.startswith("chances.closest"):
            return self._group("field.chances.closest", rest.rpartition("closest.")[2], self._closest(actual))
        if found := re.fullmatch(r"common\.texts\.(\d)", rest):
            return sorted(self._favourites())[int(found[1])]
        if rest.startswith("market"):
            return self._market(rest.removeprefix("market."), actual)
        most = max(chosen.values(), default=0)
        scored = [row.score for row in self.scores] if rest.startswith("hits") else []
        return {
            "predictions": len(self.rows),
            "score_picks": len(self.scores),
            "probability_picks": len(self.chances),
            "live": sum(row.provenance == "live" for row in self.rows),
            "archive": sum(row.provenance == "archive" for row in self.rows),
            "hindsight": self.late,
            "consensus.count": most,
            "consensus.percent": whole(Fraction(100 * most, len(self.scores) or 1)),
            "common.count": max(self._lines().values(), default=0),
            "hits.tendency": sum(score.tendency_points > 0 for score in scored),
            "hits.difference": sum(score.goal_difference_points > 0 for score in scored),
            "hits.exact": sum(score.exact_points > 0 for score in scored),
        }[rest]

    def _lines(self) -> Counter[str]:
        return Counter(f"{row.home_goals}-{row.away_goals}" for row in self.scores)

    def _favourites(self) -> list[str]:
        most = max(self._lines().values())
        return [line for line, count in self._lines().items() if count == most]

    def _closest(self, actual: str) -> dict[str, Any]:
        shown = {row.forecaster.slug: self._percent(row, actual) for row in self.chances}
        most = max(shown.values())
        return {"percent": most, "slugs": {slug for slug, value in shown.items() if value == most}}

    def _percent(self, row: Prediction, wanted: str) -> int:
        return whole(100 * Fraction(str(getattr(row, f"p_{wanted}"))))

    def _market(self, rest: str, actual: str) -> Any:
        others = [row for row in self.scores if row.forecaster.kind != "bookmaker"]
        right = sum(outcome(row.home_goals, row.away_goals) == actual for row in others)
        books = [row for row in self.chances if row.forecaster.kind == "bookmaker"]
        means = {
            each: whole(100 * sum(Fraction(str(getattr(row, f"p_{each}"))) for row in books) / len(books))
            for each in OUTCOMES
        }
        favourite = max(means, key=lambda each: means[each])
        values = {"others": len(others), "others_right": right, "favourite_percent": means[favourite]}
        return values | {"favourite_text": self._words(favourite)} if rest == "" else values.get(rest, ...)

    def _words(self, each: str) -> str:
        return "a draw" if each == "draw" else f"a win for {getattr(self.match, f'{each}_team').short_name}"

    def _group(self, address: str, rest: str, expected: dict[str, Any]) -> Any:
        """A value of a group: its size, the names of its members, or what they share."""
        found: Any = self.facts
        for part in address.split("."):
            found = found[int(part)] if part.isdecimal() else found[part]
        slugs = expected["slugs"]
        assert {person["slug"] for person in found["people"]} <= slugs, (address, slugs)
        if rest == "others":
            return len(slugs) - len(found["people"])
        if people := re.fullmatch(r"people\.(\d+)\.name", rest):
            return self._name(found["people"][int(people[1])]["slug"])
        return len(slugs) if rest == "count" else expected[rest]

    def _name(self, slug: str) -> str:
        rows = Prediction.objects.filter(forecaster__slug=slug).select_related("forecaster")
        return rows[0].forecaster.name

    def _picks(self, rest: str) -> Any:
        index, _, name = rest.partition(".")
        slug = self.facts["picks"][int(index)]["slug"]
        row = next(row for row in self.rows if row.forecaster.slug == slug)
        return {"name": row.forecaster.name, "pick": f"{row.home_goals}-{row.away_goals}"}[name]

    def _heroes(self, rest: str) -> Any:
        most = max(row.score.points for row in self.scores)
        best = [row for row in self.scores if row.score.points == most]
        how = {"exact_points": "the exact score", "goal_difference_points": "the right goal difference"}
        verdict = next(
            (text for column, text in how.items() if getattr(best[0].score, column)), "the right result"
        )
        expected = {
            "points": most,
            "slugs": {row.forecaster.slug for row in best},
            "pick": f"{best[0].home_goals}-{best[0].away_goals}",
            "verdict": verdict,
        }
        return self._group("heroes", rest, expected)

    def _lost_most(self, rest: str) -> Any:
        counts = self._counts() or (0, 0)
        empty = [row for row in self.rows if not (row.home_goals is not None and row.score.points)]
        by_loss = {row: row.score.rps for row in empty if row.p_home is not None}
        misled = {row for row in by_loss if self._favourite(row) != self._percent(row, outcome(*counts))}
        by_loss = {row: loss for row, loss in by_loss.items() if row in misled}
        if not any(row.p_home is not None for row in empty):
            by_loss = {
                row: abs(row.home_goals - counts[0]) + abs(row.away_goals - counts[1]) for row in empty
            }
        worst = [row for row, loss in by_loss.items() if loss == max(by_loss.values())]
        row = worst[0]
        expected: dict[str, Any] = {"slugs": {each.forecaster.slug for each in worst}}
        expected["pick"] = f"{row.home_goals}-{row.away_goals}"
        if row.p_home is not None:
            favourite = max(OUTCOMES, key=lambda each: getattr(row, f"p_{each}"))
            expected["favourite_text"] = self._words(favourite)
            expected["favourite_percent"] = self._favourite(row)
            expected["actual_percent"] = self._percent(row, outcome(*counts))
        return self._group("lost_most", rest, expected)

    def _favourite(self, row: Prediction) -> int:
        return max(self._percent(row, each) for each in OUTCOMES)

    # --- The season of the forecasters

    def _season(self, *, before: bool = False) -> dict[str, list[tuple[int, bool]]]:
        """Points of each forecaster per scored prediction, in order, with whether the result was right."""
        matches = [match for match in self.past if not (before and match.pk == self.match.pk)]
        order = {match.pk: place for place, match in enumerate(matches)}
        scored = Prediction.objects.filter(match__in=order, superseded_at=None, home_goals__isnull=False)
        rows = scored.exclude(provenance="hindsight").filter(score__points__isnull=False)
        found: dict[str, list[tuple[int, bool]]] = {}
        for row in sorted(rows.select_related("forecaster", "score"), key=lambda row: order[row.match_id]):
            found.setdefault(row.forecaster.slug, []).append(
                (row.score.points, row.score.tendency_points > 0)
            )
        return found

    def _averages(self, *, before: bool = False) -> dict[str, Fraction]:
        return {
            slug: Fraction(sum(p for p, _ in run), len(run))
            for slug, run in self._season(before=before).items()
        }

    def _ranked(self, *, before: bool = False) -> dict[str, Fraction]:
        matches = [match.pk for match in self.past if not (before and match.pk == self.match.pk)]
        current = Prediction.objects.filter(match__in=matches, superseded_at=None, score__isnull=False)
        predicted = Counter(
            current.exclude(provenance="hindsight").values_list("forecaster__slug", flat=True)
        )
        below = provisional_below(max(predicted.values(), default=0))
        return {
            slug: value for slug, value in self._averages(before=before).items() if predicted[slug] >= below
        }

    def _ranks(self, *, before: bool = False) -> dict[str, int]:
        averages = self._ranked(before=before)
        return {
            slug: 1 + sum(other > value for other in averages.values()) for slug, value in averages.items()
        }

    def _board(self, rest: str) -> Any:
        after, ranks, former = self._ranked(), self._ranks(), self._ranks(before=True)
        first = {slug for slug, rank in ranks.items() if rank == 1}
        if rest.startswith("leaders."):
            best = str(Decimal(max(after.values()).numerator) / max(after.values()).denominator)
            shown = float(Decimal(best).quantize(Decimal("0.01"), ROUND_HALF_UP))
            return self._group("board.leaders", rest.partition(".")[2], {"slugs": first, "average": shown})
        if rest.startswith("leaders_before."):
            old = {slug for slug, rank in former.items() if rank == 1 and slug in after}
            return self._group("board.leaders_before", rest.partition(".")[2], {"slugs": old})
        if rest.startswith("lead."):
            return self._lead(rest.removeprefix("lead."), after, ranks)
        kind, index, name = rest.split(".", 2)
        move = self.facts["board"][kind][int(index)]
        same = {s for s in ranks if (former.get(s), ranks[s]) == (move["rank_before"], move["rank"])}
        values = {"slugs": same, "rank": ranks[min(same)], "rank_before": former[min(same)]}
        return self._group(f"board.{kind}.{index}", name, values)

    def _lead(self, rest: str, after: dict[str, Fraction], ranks: dict[str, int]) -> Any:
        first, second = (next(slug for slug, rank in ranks.items() if rank == place) for place in (1, 2))
        points = {slug: sum(p for p, _ in run) for slug, run in self._season().items()}
        gap = after[first] - after[second]
        exact = (Decimal(gap.numerator) / gap.denominator).quantize(Decimal("0.01"), ROUND_HALF_UP)
        names = {"second.name": self._name(second), "first.name": self._name(first)}
        return (names | {"points": points[first] - points[second], "average": float(exact)})[rest]

    def _streaks(self, rest: str) -> Any:
        kind, _, name = rest.partition(".")
        lengths: dict[str, int] = {}
        for slug in {row.forecaster.slug for row in self.scores}:
            run = [right for _, right in self._season()[slug]]
            wanted, run = (True, run) if kind == "running" else (kind == "ended", run[:-1])
            last = self._season()[slug][-1][1]
            if last == (kind != "ended"):
                count = next((i for i, right in enumerate(reversed(run)) if right != wanted), len(run))
                lengths[slug] = count
        longest = max(lengths.values())
        same = {slug for slug, length in lengths.items() if length == longest}
        return self._group(f"streaks.{kind}", name, {"slugs": same, "length": longest})

    # --- The teams

    def _league(self, rest: str) -> Any:
        league = self.facts["league"]
        if rest.startswith("leaders."):
            return league["leaders"][int(rest.partition(".")[2])]
        if rest == "title":
            return f"Group {self.match.group}" if self.match.group else ...
        if rest == "simultaneous_open":
            others = Match.objects.filter(stage=self.match.stage, group=self.match.group)
            same = others.filter(kickoff_at=self.match.kickoff_at).exclude(
                status__in=["postponed", "cancelled"]
            )
            return same.exclude(pk__in=[match.pk for match in self.past]).count()
        index, name = rest.removeprefix("rows.").split(".")
        slug = league["rows"][int(index)]["slug"]
        if name == "name":
            team = Team.objects.get(slug=slug)
            return team.short_name if team in (self.match.home_team, self.match.away_team) else team.name
        if name.startswith("position"):
            return self._positions(before=name.endswith("before"))[slug]
        won, drawn, lost, goals, against = self._record(slug)
        values = {"played": won + drawn + lost, "won": won, "drawn": drawn, "lost": lost}
        return (values | {"goal_difference": goals - against, "points": 3 * won + drawn})[name]

    def _record(self, slug: str, *, before: bool = False) -> tuple[int, int, int, int, int]:
        won = drawn = lost = goals = against = 0
        for match in self.past:
            if match.stage_id != self.match.stage_id or (before and match.pk == self.match.pk):
                continue
            sides = [match.home_team.slug, match.away_team.slug]
            if slug not in sides or match.status not in ("finished", "awarded"):
                continue
            ours, theirs = (match.home_score, match.away_score)[:: 1 if sides[0] == slug else -1]
            goals, against = goals + ours, against + theirs
            won, drawn, lost = won + (ours > theirs), drawn + (ours == theirs), lost + (ours < theirs)
        return won, drawn, lost, goals, against

    def _positions(self, *, before: bool) -> dict[str, int]:
        fixtures = Match.objects.filter(stage=self.match.stage, group=self.match.group)
        slugs = {slug for pair in fixtures.values_list("home_team__slug", "away_team__slug") for slug in pair}
        keys = {}
        for slug in slugs:
            won, drawn, _, goals, against = self._record(slug, before=before)
            keys[slug] = (3 * won + drawn, goals - against, goals)
        return {slug: 1 + sum(other > key for other in keys.values()) for slug, key in keys.items()}

    def _team_runs(self, rest: str) -> Any:
        index, _, name = rest.partition(".")
        run = self.facts["team_runs"][int(index)]
        team = Team.objects.get(slug=run["slug"])
        if name == "name":
            return team.short_name
        letters = "".join(
            self._letter(match, team)
            for match in self.past
            if team in (match.home_team, match.away_team) and match.status in ("finished", "awarded")
        )
        kind = run["kind"].removesuffix("_ended")
        letters = letters[:-1] if run["kind"].endswith("_ended") else letters
        kept = {"wins": "W", "losses": "L", "unbeaten": "WD", "winless": "LD"}[kind]
        return len(letters) - len(letters.rstrip(kept))

    def _letter(self, match: Match, team: Team) -> str:
        pair = self._pair("after_extra_time", match) or self._pair("after_90", match) or (0, 0)
        ours, theirs = pair if match.home_team == team else pair[::-1]
        return "W" if ours > theirs else "L" if ours < theirs else "D"

    def _tie(self, rest: str) -> Any:
        if rest == "winner":
            return self.facts["tie"]["winner"]
        if rest == "number":
            teams = {self.match.home_team_id, self.match.away_team_id}
            pair = [
                m
                for m in self.past
                if m.stage == self.match.stage and {m.home_team_id, m.away_team_id} == teams
            ]
            return len(pair)
        return ...

    def _earlier_meeting(self, rest: str) -> Any:
        other = Match.objects.get(pk=self.facts["earlier_meeting"]["id"])
        assert (other.home_team, other.away_team) == (self.match.away_team, self.match.home_team)
        pair = self._pair("after_extra_time", other) or self._pair("after_90", other) or (0, 0)
        winner = {"home": other.home_team.short_name, "away": other.away_team.short_name}.get(outcome(*pair))
        values = {"score.text": f"{pair[0]}-{pair[1]}", "winner": winner}
        return (values | {"kickoff_on": self._day(other)})[rest]

    def _day(self, other: Match) -> str:
        """Return weekday and date of another match, with its year if that differs."""
        zone = ZoneInfo(self.competition.time_zone)
        local, ours = (each.kickoff_at.astimezone(zone) for each in (other, self.match))
        return f"{local:%A} {local.day} {local:%B}" + (f" {local.year}" if local.year != ours.year else "")

    def _ahead(self, rest: str) -> Any:
        if rest == "round_left":
            label = Match.objects.filter(stage=self.match.stage, round_label=self.match.round_label)
            later = label.filter(kickoff_at__gt=self.match.kickoff_at)
            return later.exclude(status__in=["postponed", "cancelled"]).count()
        side, _, name = rest.partition(".")
        team = getattr(self.match, f"{side}_team")
        mine = Match.objects.filter(home_team=team) | Match.objects.filter(away_team=team)
        following = mine.filter(kickoff_at__gt=self.match.kickoff_at).order_by("kickoff_at", "pk")
        following = following.exclude(status__in=["postponed", "cancelled"])[0]
        opponent = following.away_team if following.home_team == team else following.home_team
        values = {"name": team.short_name, "opponent": opponent.name}
        return (values | {"kickoff_on": self._day(following), "round_in": ...})[name]
