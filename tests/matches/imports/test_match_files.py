"""A file's matches: added, linked and corrected row by row, the same however often, and nothing guessed."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from django.db import transaction

from core.pipeline.models import JobRun
from matches.feeds.providers.csv_format import TableRow
from matches.feeds.providers.feed_format import FeedMatch
from matches.feeds.sync.creators import Creator
from matches.imports.match_files.run import MatchImport
from matches.models import (
    Competition,
    KickoffMove,
    Match,
    MatchSource,
    ResultRevision,
    Season,
    Team,
    TeamAlias,
    UnknownTeam,
)
from matches.result import Result, score_text
from tests.factories import MatchFactory, SeasonFactory, TeamFactory, move, record
from tests.fixtures.feeds import OVER, the_match
from tests.matches.feeds.providers.documents import KICKOFF

pytestmark = pytest.mark.django_db

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WON = Result(status="finished", home_score=2, away_score=1)
DRAWN = Result(status="finished", home_score=2, away_score=2)
TO_COME = Result(status="scheduled")


@pytest.fixture
def season(teams) -> Season:
    return SeasonFactory()


def row(number: int = 2, external_id: str = "a1", **said: object) -> TableRow:
    values = {
        "external_id": external_id,
        "round_label": "Matchday 7",
        "matchday": 7,
        "kickoff_at": KICKOFF,
        "home": "Ashford",
        "away": "Barrow",
        "result": WON,
    }
    match = FeedMatch(**{**values, **said})
    if "matchday" in said:
        match = replace(match, round_label=f"Matchday {match.matchday}")
    return TableRow(number, external_id, "Premier League", "2025/26", match=match)


@dataclass
class Imported:
    """What an import did."""

    job: MatchImport
    done: Counter[str]
    refused: dict[int, str]
    kept: dict[int, str]


def imported(*rows: TableRow, chunk: int = 500, **options: object) -> Imported:
    names = ("create_teams", "create_seasons", "slugs", "team_slugs", "new_teams")
    makes = Creator(**{name: options.pop(name) for name in names if name in options})
    job = MatchImport(**{"source": "pack", "now": OVER, **options}, rows=rows, new_rows=makes)
    chunks = list(job.run(chunk=chunk))
    return Imported(
        job,
        sum((each.done for each in chunks), Counter()),
        {said.row: said.reason for each in chunks for said in each.refused},
        {said.row: said.reason for each in chunks for said in each.kept},
    )


def state() -> tuple[str, str]:
    match = the_match()
    return match.status, score_text(match)


def test_a_row_is_a_match_with_its_result_and_its_own_id(season):
    done = imported(row())

    assert done.done == {"added": 1, "recorded": 1}
    assert state() == ("finished", "2-1")
    link = MatchSource.objects.get()
    assert (link.source, link.external_id, link.match) == ("pack", "a1", the_match())
    assert ResultRevision.objects.get().source == "pack"
    kinds = set(JobRun.objects.values_list("kind", flat=True))
    assert kinds == {"score_match", "refresh_views", "simulate_season"}


def test_a_match_to_come_has_no_result(season):
    assert imported(row(result=TO_COME)).done == {"added": 1}
    assert state() == ("scheduled", "-")


def test_importing_again_changes_nothing(season):
    rows = [row(), row(3, "a2", home="Crewe", away="Dover")]
    imported(*rows)

    assert imported(*rows).done == {"unchanged": 2}
    assert (Match.objects.count(), ResultRevision.objects.count()) == (2, 2)


def test_an_import_that_was_interrupted_is_taken_up(season):
    kickoffs = {number: KICKOFF + 2 * number * DAY for number in range(2, 8)}
    rows = [row(number, f"a{number}", matchday=number, kickoff_at=at) for number, at in kickoffs.items()]
    job = MatchImport(source="pack", rows=rows, now=OVER + 30 * DAY, new_rows=Creator())
    next(job.run(chunk=2))
    assert Match.objects.count() == 2

    assert imported(*rows, now=OVER + 30 * DAY).done == {"unchanged": 2, "added": 4, "recorded": 4}


def test_a_match_that_a_feed_brought_is_linked(season):
    match = MatchFactory(kickoff_at=KICKOFF, matchday=7)

    assert imported(row()).done == {"linked": 1, "recorded": 1}
    assert MatchSource.objects.get().match == match


def test_sides_that_are_the_other_way_round_are_turned(season):
    MatchFactory(kickoff_at=KICKOFF, matchday=7, neutral=True)

    imported(row(home="Barrow", away="Ashford"))

    assert state() == ("finished", "1-2")
    assert imported(row(home="Barrow", away="Ashford")).done == {"unchanged": 1}


# --- Rows that are refused --------------------------------------------------------------------------------


def test_a_row_that_is_refused_stops_no_other(season):
    bad = replace(row(3, "a2"), match=None, fault="kickoff is empty")

    done = imported(bad, row(), row(4, "a3", home="Crewe", away="Dover"))

    assert done.refused == {3: "kickoff is empty"}
    assert done.done == {"added": 2, "recorded": 2}


def test_an_id_that_is_there_twice_is_refused_with_the_row_that_has_it(season):
    done = imported(row(), row(3, home="Crewe", away="Dover"))

    assert done.refused == {3: "row 2 has the same id, a1, and other values"}
    assert Match.objects.count() == 1


def test_one_match_under_two_ids_is_no_twin(season):
    done = imported(row(), row(3, "a2"))

    assert "known as a1" in done.refused[3]
    assert Match.objects.count() == 1


def test_unknown_names_are_reported_for_each_row_and_kept_for_an_operator(season):
    done = imported(row(home="Ashford FC"), row(3, "a2", home="Crewe", away="Dover FC"))

    assert "no team is called 'Ashford FC'" in done.refused[2]
    assert "no team is called 'Dover FC'" in done.refused[3]
    assert sorted(UnknownTeam.objects.values_list("name", flat=True)) == ["Ashford FC", "Dover FC"]
    assert not Match.objects.exists()


def test_a_name_that_was_mapped_is_understood_when_it_is_imported_again(season):
    imported(row(home="Ashford FC"))
    TeamAlias.objects.create(source="pack", name="Ashford FC", team=TeamFactory(name="Ashford"))

    assert imported(row(home="Ashford FC")).done == {"added": 1, "recorded": 1}
    assert UnknownTeam.objects.get().mapped_at == OVER


def test_teams_are_made_only_where_that_is_wished(season):
    done = imported(row(home="Elmswell Town", away="Fordham"), create_teams=True)

    assert done.job.new_rows.teams == ["Elmswell Town", "Fordham"]
    assert done.done == {"added": 1, "recorded": 1}
    assert Team.objects.get(slug="elmswell-town").short_name == "Elmswell Town"


def test_a_name_that_is_nearly_known_is_not_made_a_second_team(season):
    done = imported(row(home="ASHFORD"), create_teams=True)

    assert "'ASHFORD' is similar to 'Ashford' (ashford)" in done.refused[2]
    assert Team.objects.count() == 4


def test_a_name_that_says_nothing_is_not_made_a_team(season):
    assert "cannot derive a slug" in imported(row(home="1860"), create_teams=True).refused[2]


IMPOSSIBLE = Result(status="finished", home_score=131, away_score=0)


@pytest.mark.parametrize("chunk", [1, 500])
def test_a_new_team_is_kept_if_one_of_its_rows_is_taken(season, chunk):
    rows = row(home="Elmswell", result=IMPOSSIBLE), row(3, "a2", home="Elmswell")

    done = imported(*rows, create_teams=True, chunk=chunk)

    assert "131 is out of range" in done.refused[2]
    assert done.done == {"added": 1, "recorded": 1}
    assert done.job.new_rows.teams == ["Elmswell"]
    assert Team.objects.filter(name="Elmswell").count() == 1


@pytest.mark.parametrize("chunk", [1, 500])
def test_rows_that_are_all_refused_leave_no_team_season_or_competition(season, chunk):
    before = Team.objects.count()
    rows = [
        replace(
            row(number, f"a{number}", home="Elmswell", result=IMPOSSIBLE), competition="Cup", season="2026"
        )
        for number in (2, 3)
    ]

    done = imported(*rows, create_teams=True, create_seasons=True, chunk=chunk)

    assert sorted(done.refused) == [2, 3]
    assert (done.job.new_rows.teams, done.job.new_rows.seasons) == ([], {})
    assert Team.objects.count() == before
    assert not Competition.objects.filter(slug="cup").exists()
    assert not Season.objects.filter(label="2026").exists()


def test_a_refused_row_does_not_widen_a_new_season(season):
    rows = row(), row(3, "a3", kickoff_at=KICKOFF + 30 * DAY, matchday=9, result=IMPOSSIBLE)

    imported(
        *(replace(each, competition="Cup", season="2026") for each in rows),
        create_seasons=True,
        now=OVER + 60 * DAY,
    )

    made = Season.objects.get(label="2026")
    assert (made.starts_on, made.ends_on) == (KICKOFF.date(), KICKOFF.date())


def test_a_competition_that_nobody_has_is_reported_with_what_to_do(season):
    stranger = replace(row(), competition="Second Division")

    assert (
        "no competition 'Second Division'; map it to an existing one with --map"
        in imported(stranger).refused[2]
    )


def test_a_season_that_is_not_there_is_reported(season):
    assert "Premier League has no season '1999/00'" in imported(replace(row(), season="1999/00")).refused[2]


def test_a_competition_under_another_name_can_be_mapped(season):
    foreign = replace(row(), competition="English Premier League")

    assert imported(foreign, slugs={"English Premier League": "premier-league"}).done["added"] == 1
    assert (
        "no competition 'nowhere'"
        in imported(foreign, slugs={"English Premier League": "nowhere"}).refused[2]
    )


def test_a_new_competition_with_the_slug_of_another_is_refused(season):
    done = imported(replace(row(), competition="Premier-League!"), create_seasons=True)

    assert "has the slug of 'Premier League'" in done.refused[2]
    assert Competition.objects.count() == 1


def test_seasons_are_made_where_that_is_wished_and_reach_from_first_to_last_match(season):
    kickoffs = {2: KICKOFF - 20 * DAY, 3: KICKOFF, 4: KICKOFF + 20 * DAY}
    matches = [row(number, f"a{number}", kickoff_at=at, matchday=number) for number, at in kickoffs.items()]
    rows = [replace(each, competition="Cup", season="2026") for each in matches]

    done = imported(*rows, create_seasons=True, now=OVER + 60 * DAY)

    made = Season.objects.get(label="2026")
    assert done.done == {"added": 3, "recorded": 3}
    assert (made.starts_on, made.ends_on) == ((KICKOFF - 20 * DAY).date(), (KICKOFF + 20 * DAY).date())
    assert Competition.objects.get(slug="cup").name == "Cup"


def test_what_a_feed_is_in_doubt_of_is_refused_with_the_doubt(season):
    open_result = Result(status="finished")

    done = imported(
        row(result=open_result, doubt="it went beyond 90 minutes"), row(3, "a2", result=open_result)
    )

    assert done.refused == {2: "it went beyond 90 minutes", 3: "it is finished, but its score is missing"}


def test_an_id_that_means_another_match_now_is_refused(season):
    imported(row())

    refused = imported(row(home="Crewe", away="Dover")).refused[2]
    assert "its id is linked to match" in refused
    assert "If two of these names mean one team, merge its two teams in the admin" in refused


def test_a_result_before_the_kickoff_is_refused_and_the_match_with_it(season):
    assert "cannot be finished yet" in imported(row(kickoff_at=OVER + DAY)).refused[2]
    assert not Match.objects.exists()


# --- What is recorded already -----------------------------------------------------------------------------


def test_a_source_corrects_itself(season):
    imported(row())

    assert imported(row(result=DRAWN)).done == {"recorded": 1}
    assert state() == ("finished", "2-2")


@pytest.mark.parametrize("source", ["admin", "football-data"])
def test_what_another_recorded_is_kept_and_told(season, source):
    imported(row(result=TO_COME))
    record(the_match(), 3, 1, source=source)

    done = imported(row())

    assert state() == ("finished", "3-1")
    assert done.kept == {
        2: f"Reported finished 2-1; the recorded result, finished 3-1 from {source}, was kept."
    }
    assert done.done == {"unchanged": 1}


def test_it_is_overwritten_where_that_is_wished(season):
    imported(row(result=TO_COME))
    record(the_match(), 3, 1, source="admin")

    assert imported(row(), overwrite=True).done == {"recorded": 1}
    assert state() == ("finished", "2-1")


def test_what_is_recorded_in_full_is_not_taken_away_by_less(season):
    imported(row(result=TO_COME))
    record(the_match(), 1, 1, source="admin", home_score_aet=2, away_score_aet=1)

    done = imported(row(result=Result(status="finished", home_score=1, away_score=1)))

    assert (done.kept, done.done) == ({}, {"unchanged": 1})


@pytest.mark.parametrize("result", [TO_COME, Result(status="live")])
def test_a_file_that_has_not_heard_of_the_result_does_not_take_it_away(season, result):
    imported(row())

    assert imported(row(result=result)).done == {"unchanged": 1}
    assert state() == ("finished", "2-1")


def test_a_source_moves_the_kickoff_that_came_from_it(season):
    imported(row(result=TO_COME))

    assert imported(row(result=TO_COME, kickoff_at=KICKOFF + HOUR)).done == {"moved": 1}
    assert the_match().kickoff_at == KICKOFF + HOUR


def test_a_kickoff_of_somebody_else_is_kept_and_told_each_time(season):
    MatchFactory(kickoff_at=KICKOFF + HOUR, matchday=7)

    for done in (imported(row()), imported(row())):
        assert done.kept == {
            2: "Reported kickoff 2026-03-07 15:00 UTC; the recorded kickoff, 2026-03-07 16:00 UTC, was kept."
            " If it is wrong, move it in the admin."
        }
    assert imported(row(), overwrite=True).done == {"moved": 1}


def test_a_kickoff_that_an_operator_moved_is_kept(season):
    imported(row(result=TO_COME))
    move(the_match(), KICKOFF + HOUR, source="admin")

    assert imported(row(result=TO_COME)).kept.keys() == {2}
    assert KickoffMove.objects.count() == 1


def test_a_postponed_match_gets_its_new_date(season):
    imported(row(result=Result(status="postponed")))

    done = imported(row(result=TO_COME, kickoff_at=KICKOFF + 30 * DAY))

    assert done.done == {"moved": 1}
    assert state() == ("scheduled", "-")


# --- Chunks -----------------------------------------------------------------------------------------------


def test_another_row_with_the_same_id_in_another_chunk_is_found(season):
    done = imported(row(), row(3, result=DRAWN), chunk=1)

    assert done.refused == {3: "row 2 has the same id, a1, and other values"}


@pytest.mark.parametrize("chunk", [1, 500])
def test_an_identical_row_is_unchanged(season, chunk):
    done = imported(row(), row(3), chunk=chunk)

    assert (done.refused, done.done) == ({}, {"added": 1, "recorded": 1, "unchanged": 1})


@pytest.mark.django_db(transaction=True)
def test_a_chunk_is_one_transaction_and_what_was_yielded_stands(season, monkeypatch):
    rows = [row(), row(3, "a2", home="Crewe", away="Dover")]
    chunks = MatchImport(source="pack", rows=rows, now=OVER, new_rows=Creator()).run(chunk=1)
    next(chunks)
    monkeypatch.setattr("matches.imports.match_files.run.linked_match", lambda *_, **__: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        next(chunks)

    assert the_match().home_team.name == "Ashford"


def test_in_a_transaction_that_is_rolled_back_nothing_happens(season):
    rows = row(home="Elmswell"), row(3, "a2", home="Elmswell", away="Crewe")

    with transaction.atomic():
        done = imported(*rows, create_teams=True, chunk=1)
        transaction.set_rollback(True)

    assert done.done == {"added": 2, "recorded": 2}
    assert not Match.objects.exists()
    assert not Team.objects.filter(name="Elmswell").exists()
    assert not JobRun.objects.exists()
