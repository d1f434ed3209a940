"""What pages ask again and again: in one go, by SQL that is written once, and found as by the ORM."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from content.models import Roundup
from core.db import sql
from core.db.prepared import PreparedQuery
from matches.models import Match, Prediction
from tests.factories import predict, upcoming_match

pytestmark = pytest.mark.django_db
WITH_ALL = ("season__competition", "home_team", "away_team")


def matches_of(season):
    return Match.objects.filter(season=season).select_related(*WITH_ALL).order_by("pk")


def test_a_question_finds_the_rows_and_what_belongs_to_them(site):
    season = site.played.season_id
    of_season = PreparedQuery(matches_of)

    for _ in range(4):  # from the third time on it is a prepared statement
        with CaptureQueriesContext(connection) as asked:
            found = of_season(season)
            names = [(each.home_team.name, each.season.competition.name) for each in found]

        assert ['FROM "matches_match"' in query["sql"] for query in asked] == [True]
        assert found == list(matches_of(season)) != []
        assert names == [(each.home_team.name, each.season.competition.name) for each in matches_of(season)]


def test_it_is_written_once_and_asks_about_another_each_time(site):
    calls = []
    of_match = PreparedQuery(lambda match: calls.append(match) or Prediction.objects.filter(match=match))
    predict(other := upcoming_match(), site.forecaster, (1, 0), provenance="live")

    assert {pick.match_id for pick in of_match(site.played.pk)} == {site.played.pk}
    assert {pick.match_id for pick in of_match(other.pk)} == {other.pk}
    assert len(calls) == 1


def test_columns_that_are_left_for_later_are_read_when_they_are_wanted(site):
    of_match = PreparedQuery(lambda match: Roundup.objects.filter(match=match).defer("facts", "body"))

    [found] = of_match(site.played.pk)

    assert found.get_deferred_fields() == {"facts", "body"}
    assert (found.facts, found.checks) == (site.roundup.facts, site.roundup.checks)


@pytest.mark.parametrize("number", [10**6, 2**62, 2**63, 10**30])
def test_what_is_no_id_finds_nothing(site, client, number):
    assert PreparedQuery(matches_of)(number) == []
    assert client.get(f"/matches/{number}/").status_code == 404


def test_what_was_asked_ahead_is_answered_once_and_only_there(site):
    one, two = ("SELECT %s + 1", [1]), ("SELECT %(x)s * 2", {"x": 4})

    with CaptureQueriesContext(connection) as asked:
        with sql.prefetch(one, two):
            assert (sql.fetch_all(*two), sql.fetch_all(*one)) == ([(8,)], [(2,)])
        assert len(asked) == 2

        with sql.prefetch(one):
            assert sql.fetch_all("SELECT %s + 1", [5]) == [(6,)], "of other values it is another question"
            assert sql.fetch_all(*one) == [(2,)]
        assert sql.fetch_all(*one) == [(2,)]
    assert "SELECT" in asked[-1]["sql"]


def test_an_error_of_one_that_was_asked_ahead_is_one_of_djangos(site):
    from django.db import DatabaseError, transaction

    with pytest.raises(DatabaseError), transaction.atomic(), sql.prefetch(("SELECT 1 / %s", [0])):
        pass
    assert sql.fetch_all("SELECT 1") == [(1,)]
