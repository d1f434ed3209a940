"""The SQL of docs/security.md: a role that runs the whole pipeline, and can undo no history."""

import re

import pytest
from django.db import ProgrammingError, connection, transaction

from content.models import Roundup
from stats.models import LeaderboardRow
from tests.factories import MatchFactory, coin, oracle, predict, record
from tests.pipeline_helpers import run_waiting
from tools.servers.paths import CHECKOUT

SECURITY = CHECKOUT / "docs" / "security.md"
pytestmark = pytest.mark.django_db


@pytest.fixture
def as_the_apps_role():
    """Everything from now on as the role of the recipe. Roles come and go with the transaction."""
    (recipe,) = re.findall(r"```sql\n(.*?)```", SECURITY.read_text(encoding="utf-8"), re.DOTALL)
    with connection.cursor() as cursor:
        if not is_superuser(cursor):
            pytest.skip("making roles needs a superuser")
        cursor.execute(re.sub(r"whistle_app\b", "whistle_app_of_the_tests", recipe))
        cursor.execute("SET LOCAL ROLE whistle_app_of_the_tests")
    return connection


def is_superuser(cursor) -> bool:
    cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    return cursor.fetchone()[0]


def test_it_takes_a_match_from_the_whistle_to_the_roundup_and_through_a_correction(as_the_apps_role):
    match = MatchFactory()
    predict(match, oracle(), (2, 1), (0.6, 0.25, 0.15))
    predict(match, coin(), (1, 1))
    record(match, 2, 1)
    run_waiting()
    record(match, 1, 1)
    run_waiting()
    assert LeaderboardRow.objects.filter(scope="overall").exists()
    assert list(match.roundups.order_by("version").values_list("version", "status")) == [
        (1, Roundup.Status.SUPERSEDED),
        (2, Roundup.Status.PUBLISHED),
    ]


@pytest.mark.parametrize(
    "attack",
    [
        "TRUNCATE matches_prediction CASCADE",
        "ALTER TABLE matches_prediction DISABLE TRIGGER ALL",
        "DROP TABLE matches_resultrevision",
        "SET session_replication_role = replica",
        "DELETE FROM matches_resultrevision",
        "UPDATE matches_resultrevision SET reason = 'as it always was'",
        "DELETE FROM matches_prediction",
        "DELETE FROM matches_llmquestion",
        "DELETE FROM matches_llmrequest",
        "DELETE FROM matches_predictionlog",
        "UPDATE matches_predictionlogentry SET position = 1",
        "UPDATE matches_commitment SET before_result = true",
        "DELETE FROM matches_commitment",
        "DELETE FROM matches_timestamp",
        "DELETE FROM django_admin_log",
        "UPDATE django_admin_log SET change_message = ''",
        "CREATE TABLE mine (id int)",
        "COPY matches_team TO PROGRAM 'cat'",
    ],
)
def test_it_cannot_take_history_away(as_the_apps_role, attack):
    refused = pytest.raises(ProgrammingError, match=r"permission denied|must be owner")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(attack)
