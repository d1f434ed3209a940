"""Submitting predictions with a key, one by one and in hundreds."""

import gzip
import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from matches.commitments import prediction_log
from matches.models import ApiKey, Match, Prediction
from matches.services import api_keys, predictions
from tests.factories import coin, homer, move, new_key, oracle, predict, record, time_passes, upcoming_match

pytestmark = pytest.mark.django_db
PICK = {"home_goals": 2, "away_goals": 1, "probabilities": {"home": 0.5, "draw": 0.3, "away": 0.2}}


class Maker:
    """A model maker's program."""

    def __init__(self, key: str | None) -> None:
        self.client = Client()
        self.headers = {} if key is None else {"Authorization": f"Bearer {key}"}

    def get(self, path: str, **params):
        return self.client.get(f"/api/v1/{path}", params, headers=self.headers)

    def put(self, match: Match | int, said, who: str = "the-oracle", *, query: str = "", **headers: str):
        path = f"/api/v1/matches/{getattr(match, 'pk', match)}/predictions/{who}/{query}"
        return self._send(self.client.put, path, said, headers)

    def bulk(self, said, *, query: str = "", **headers: str):
        return self._send(self.client.post, f"/api/v1/predictions/bulk/{query}", said, headers)

    def _send(self, method, path: str, said, headers: dict[str, str]):
        body = said if isinstance(said, str | bytes) else json.dumps(said)
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        return method(path, body, content_type="application/json", headers=self.headers | names)


@pytest.fixture
def match() -> Match:
    return upcoming_match()


@pytest.fixture
def maker() -> Maker:
    return Maker(new_key())


def problem(answer) -> dict:
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.json()


def fields(answer) -> dict[str, str]:
    assert answer.status_code == 422, answer.content
    return {error["field"]: error["code"] for error in problem(answer)["errors"]}


# --- One prediction ---------------------------------------------------------------------------------------


def test_a_receipt_contains_the_prediction_and_the_time_of_receipt(maker, match):
    answer = maker.put(match, PICK | {"rationale": "Form.", "model_version": "1.2", "client_ref": "run 7"})

    assert answer.status_code == 201
    row, said = Prediction.objects.get(), answer.json()
    assert said == {
        **PICK,
        "id": row.pk,
        "state": "created",
        "match": match.pk,
        "forecaster": "the-oracle",
        "forecaster_id": row.forecaster_id,
        "predicted_at": None,
        "rationale": "Form.",
        "model_version": "1.2",
        "client_ref": "run 7",
        "dry_run": False,
        "provenance": "live",
        "after_exposure": False,
        "submitted_at": row.submitted_at.isoformat().replace("+00:00", "Z"),
        "lock_at": match.lock_at.isoformat().replace("+00:00", "Z"),
        "digest": row.digest,
        "salt": str(row.salt),
        "position": 1,
    }
    assert abs(timezone.now() - row.submitted_at) < timedelta(seconds=5)
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_score_or_probabilities_alone_are_enough(maker, match):
    assert maker.put(match, {"home_goals": 0, "away_goals": 0}).json()["probabilities"] is None
    assert maker.put(match, {"probabilities": PICK["probabilities"]}).json()["home_goals"] is None


def test_another_prediction_supersedes_the_former_until_the_lock(maker, match):
    first = maker.put(match, PICK).json()
    answer = maker.put(match, PICK | {"home_goals": 3})

    assert answer.status_code == 200
    assert (answer.json()["state"], answer.json()["position"]) == ("superseding", 2)
    assert Prediction.objects.get(pk=first["id"]).superseded_at is not None
    assert Prediction.objects.current().get().home_goals == 3


def test_an_identical_prediction_changes_nothing(maker, match):
    first = maker.put(match, PICK).json()
    answer = maker.put(match, PICK)

    assert answer.status_code == 200
    assert answer.json() == first | {"state": "unchanged"}
    assert Prediction.objects.count() == 1


def test_after_the_lock_by_the_servers_clock_a_prediction_is_refused(maker, match):
    maker.put(match, PICK)
    time_passes(match, timedelta(days=1))

    answer = maker.put(match, PICK | {"home_goals": 3}, Date="Mon, 01 Jan 2001 00:00:00 GMT")

    assert (answer.status_code, problem(answer)["code"]) == (409, "prediction-locked")
    assert "by the server's clock" in problem(answer)["detail"]
    assert Prediction.objects.count() == 1


def test_a_kickoff_in_doubt_is_the_reason_of_an_early_lock(maker, match):
    planned = match.kickoff_at
    move(match, timezone.now() - timedelta(hours=1), source="football-data", trusted=False)

    refused = problem(maker.put(match, PICK))

    assert refused["code"] == "prediction-locked"
    assert (
        f"in doubt: if {planned:%Y-%m-%dT%H:%M:%SZ} is confirmed, the match opens again"
        in (refused["detail"])
    )


@pytest.mark.parametrize("status", ["cancelled", "live"])
def test_a_kickoff_in_doubt_does_not_announce_that_a_live_or_cancelled_match_opens(maker, match, status):
    move(match, timezone.now() - timedelta(hours=1), source="football-data", trusted=False)
    Match.objects.filter(pk=match.pk).update(status=status)

    refused = problem(maker.put(match, PICK))

    assert refused["code"] == "prediction-locked"
    assert f"Match {match.pk} locked at" in refused["detail"]
    assert "opens again" not in refused["detail"]


def test_a_live_match_is_locked_even_before_its_kickoff(maker, match):
    Match.objects.filter(pk=match.pk).update(status="live")

    answer = maker.put(match, PICK)

    assert (answer.status_code, problem(answer)["code"]) == (409, "prediction-locked")
    assert "is live" in problem(answer)["detail"]


def test_a_postponed_match_takes_predictions_until_its_new_lock(maker, match):
    record(match, status="postponed")
    assert maker.put(match, PICK).status_code == 201


def test_a_key_submits_only_for_its_own_forecasters(maker, match):
    coin()
    answer = maker.put(match, PICK, who="the-coin")
    assert (answer.status_code, problem(answer)["code"]) == (403, "forecaster-foreign")

    answer = maker.put(match, PICK, who="nobody")
    assert (answer.status_code, problem(answer)["code"]) == (404, "forecaster-unknown")

    answer = maker.put(999_999, PICK)
    assert (answer.status_code, problem(answer)["code"]) == (404, "match-unknown")


def test_a_prediction_of_a_retired_forecaster_is_refused(maker, match):
    predictions.retire(oracle(), retired_at=timezone.now())

    answer = maker.put(match, PICK)

    assert (answer.status_code, problem(answer)["code"]) == (403, "forecaster-retired")


def test_a_dry_run_stores_nothing(maker, match):
    answer = maker.put(match, PICK, query="?dry_run=true")

    assert answer.status_code == 201
    assert answer.json()["state"] == "created"
    assert answer.json()["dry_run"] is True
    assert [answer.json()[name] for name in ("id", "submitted_at", "digest", "salt", "position")] == [
        None
    ] * 5
    assert not Prediction.objects.exists()
    assert fields(maker.put(match, {}, query="?dry_run=true")) == {"body": "empty"}


def test_predictions_of_one_forecaster_at_the_same_time_all_succeed(transactional_db, match):
    """None is told of a constraint: they wait for one another."""
    import threading

    key, codes = new_key(), []

    def submit(goals: int) -> None:
        codes.append(Maker(key).put(match, PICK | {"home_goals": goals}).status_code)
        connection.close()

    threads = [threading.Thread(target=submit, args=(goals,)) for goals in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(codes) == [200] * 7 + [201]
    assert Prediction.objects.current().count() == 1
    assert Prediction.objects.count() == 8


# --- What is wrong is said by field -----------------------------------------------------------------------

CHANCES = PICK["probabilities"]


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({}, {"body": "empty"}),
        ({"home_goals": 1}, {"away_goals": "half"}),
        ({"away_goals": 1}, {"home_goals": "half"}),
        ({"home_goals": 31, "away_goals": 0}, {"home_goals": "invalid"}),
        ({"home_goals": -1, "away_goals": 0}, {"home_goals": "invalid"}),
        ({"home_goals": "2", "away_goals": 0}, {"home_goals": "invalid"}),
        ({"home_goals": 2.0, "away_goals": 0}, {"home_goals": "invalid"}),
        ({"home_goals": True, "away_goals": 0}, {"home_goals": "invalid"}),
        ({"probabilities": CHANCES | {"home": 0.6}}, {"probabilities": "sum"}),
        ({"probabilities": CHANCES | {"home": -0.5}}, {"probabilities.home": "invalid"}),
        ({"probabilities": CHANCES | {"home": "0.5"}}, {"probabilities.home": "invalid"}),
        ({"probabilities": CHANCES | {"home": True}}, {"probabilities.home": "invalid"}),
        ({"probabilities": {"home": 0.5, "draw": 0.5}}, {"probabilities.away": "required"}),
        ({"probabilities": [0.5, 0.3, 0.2]}, {"probabilities": "invalid"}),
        (PICK | {"home_goal": 1}, {"home_goal": "unknown"}),
        (PICK | {"submitted_at": "2020-01-01T00:00:00Z"}, {"submitted_at": "unknown"}),
        (PICK | {"rationale": "x" * 4001}, {"rationale": "max_length"}),
        (PICK | {"rationale": "a\0b"}, {"rationale": "null_characters_not_allowed"}),
        (PICK | {"rationale": "\ud800"}, {"rationale": "surrogate_characters_not_allowed"}),
        (PICK | {"rationale": None}, {"rationale": "null"}),
        (PICK | {"rationale": "a\u202eb"}, {"rationale": "hidden_character"}),
        (PICK | {"rationale": "a\u200bb"}, {"rationale": "hidden_character"}),
        (PICK | {"rationale": "a\x1bb"}, {"rationale": "hidden_character"}),
        (PICK | {"model_version": "v1\u202e"}, {"model_version": "hidden_character"}),
        (PICK | {"model_version": "v1\n2"}, {"model_version": "hidden_character"}),
        (PICK | {"client_ref": "\ufeff1"}, {"client_ref": "hidden_character"}),
        (PICK | {"model_version": "x" * 81}, {"model_version": "max_length"}),
        ([PICK], {"body": "invalid"}),
        ("x", {"body": "invalid"}),
    ],
)
def test_invalid_values_are_refused_with_their_field(maker, match, said, wrong):
    said = json.dumps(said) if isinstance(said, str) else said
    assert fields(maker.put(match, said)) == wrong
    assert not Prediction.objects.exists()


def test_line_breaks_and_joiners_in_a_rationale_are_kept(maker, match):
    said = "one\n\ttwo \u05d0\u200f \U0001f469\u200d\u2764\ufe0f\u200d\U0001f469"

    assert maker.put(match, PICK | {"rationale": said}).json()["rationale"] == said


@pytest.mark.parametrize("total", [0.999, 1.001])
def test_a_sum_at_the_limit_is_accepted_or_refused_as_by_the_database(maker, match, total):
    """Sums at the limit depend on rounding: a prediction that passes the check must pass the constraint."""
    statuses = set()
    for draw in (0.101, 0.213, 0.305, 0.333):
        away = round(total - 0.333 - draw, 3)
        probabilities = {"home": 0.333, "draw": draw, "away": away}
        statuses.add(maker.put(match, {"probabilities": probabilities}).status_code)

    assert statuses <= {200, 201, 422}


def test_a_negative_zero_is_stored_as_zero(maker, match):
    """It would have another digest, and no form takes it."""
    answer = maker.put(match, {"probabilities": {"home": 1.0, "draw": -0.0, "away": -0.0}})

    assert answer.status_code == 201
    assert "-0" not in json.dumps(answer.json()["probabilities"])
    form = prediction_log.canonical_form(Prediction.objects.get())
    assert "probabilities 3ff0000000000000 0000000000000000 0000000000000000" in form


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ('{"home_goals": 1, "home_goals": 2, "away_goals": 0}', 400, "'home_goals' occurs twice"),
        ('{"probabilities": {"home": NaN, "draw": 0.5, "away": 0.5}}', 400, "NaN is not a valid JSON number"),
        (
            '{"probabilities": {"home": -Infinity, "draw": 0.5, "away": 0.5}}',
            400,
            "Infinity is not a valid JSON number",
        ),
        ("{", 400, "not JSON"),
        ("1" * 5_000, 400, "5000 digits"),
        (b"\xff", 400, "not UTF-8"),
        ("[" * 100_000, 400, "nested too deeply"),
        (json.dumps(PICK | {"rationale": "x" * 2_000_000}), 413, "512 KB at most"),
    ],
)
def test_ambiguous_or_invalid_json_is_refused(maker, match, body, status, words):
    answer = maker.put(match, body)

    assert answer.status_code == status
    assert words in problem(answer)["detail"]


def test_an_infinite_number_is_refused(maker, match):
    body = '{"probabilities": {"home": 1e400, "draw": 0.5, "away": 0.5}}'
    assert fields(maker.put(match, body)) == {"probabilities.home": "invalid"}


def test_a_compressed_body_is_refused(maker, match):
    answer = maker.put(match, gzip.compress(b"{}"), Content_Encoding="gzip")
    assert answer.status_code == 415
    assert "send it uncompressed" in problem(answer)["detail"]


def test_another_media_type_is_refused(maker, match):
    answer = maker.client.put(
        f"/api/v1/matches/{match.pk}/predictions/the-oracle/",
        "home_goals=1",
        content_type="application/x-www-form-urlencoded",
        headers=maker.headers,
    )
    assert answer.status_code == 415


# --- Keys --------------------------------------------------------------------------------------------------


def test_submitting_requires_a_key(match):
    answer = Maker(None).put(match, PICK)

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert "Authorization: Bearer" in problem(answer)["detail"]


@pytest.mark.parametrize(
    "header", ["Bearer fw_aaaaaaaa_nothing", "Bearer ", "Basic YTpi", "fw_x", "Bearer \u20ac"]
)
def test_an_invalid_key_is_refused_for_reading_and_writing(match, header):
    maker = Maker(None)
    maker.headers = {"Authorization": header.encode().decode("latin-1")}

    assert maker.put(match, PICK).status_code == 401
    assert maker.get("leaderboard/").status_code == 401


def test_a_key_in_the_url_is_refused(match):
    key = new_key()
    for maker in (Maker(None), Maker(key)):
        answer = maker.put(match, PICK, query=f"?key={key}")
        assert answer.status_code == 401
        assert "have the key revoked" in problem(answer)["detail"]
        assert key not in answer.content.decode()

    assert Maker(None).get(f"leaderboard/?api_key={key}").status_code == 401
    assert Maker(key).put(match, PICK, query="?key=x").status_code == 400


def test_a_revoked_or_expired_key_is_refused_with_the_reason(match):
    text = new_key()
    api_keys.revoke(ApiKey.objects.get(), at=timezone.now())
    answer = Maker(text).put(match, PICK)
    assert answer.status_code == 401
    assert "was revoked" in problem(answer)["detail"]

    text = new_key(coin(), expires_at=timezone.now() + timedelta(seconds=60))
    ApiKey.objects.filter(revoked_at=None).update(expires_at=timezone.now())
    assert "expired" in problem(Maker(text).put(match, PICK))["detail"]


def test_a_key_without_the_scope_is_refused(match):
    answer = Maker(new_key(scopes=["read"])).put(match, PICK)

    assert (answer.status_code, problem(answer)["code"]) == (403, "scope")


# --- The same request twice --------------------------------------------------------------------------------


def test_a_repeated_request_with_an_idempotency_key_gets_the_first_response(maker, match):
    first = maker.put(match, PICK, Idempotency_Key="a")
    maker.put(match, PICK | {"home_goals": 3})

    again = maker.put(match, PICK, Idempotency_Key="a")

    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["Idempotency-Replayed"] == "true"
    assert Prediction.objects.current().get().home_goals == 3


def test_an_idempotency_key_cannot_be_used_for_another_request(maker, match):
    maker.put(match, PICK, Idempotency_Key="a")
    answer = maker.put(match, PICK | {"home_goals": 3}, Idempotency_Key="a")

    assert (answer.status_code, problem(answer)["code"]) == (422, "idempotency-key-reused")
    assert maker.put(match, PICK, Idempotency_Key="x" * 101).status_code == 400


def test_a_refused_request_can_be_repeated_with_the_same_idempotency_key(maker, match):
    predictions.retire(oracle(), retired_at=timezone.now())
    assert maker.put(match, PICK, Idempotency_Key="a").status_code == 403
    who = oracle()
    who.retired_at = None
    who.save()

    assert maker.put(match, PICK, Idempotency_Key="a").status_code == 201


def test_idempotency_keys_of_two_api_keys_are_independent(match):
    ours, theirs = Maker(new_key(oracle())), Maker(new_key(coin()))

    assert ours.put(match, PICK, Idempotency_Key="a").json()["forecaster"] == "the-oracle"
    assert theirs.put(match, PICK, "the-coin", Idempotency_Key="a").json()["forecaster"] == "the-coin"


# --- Many at once ------------------------------------------------------------------------------------------


def item(match: Match | int, who: str = "the-oracle", **said) -> dict:
    return {"match": getattr(match, "pk", match), "forecaster": who, **(said or PICK)}


def test_predictions_of_a_bulk_request_are_accepted_or_refused_separately(match):
    maker, locked = Maker(new_key(oracle(), coin())), upcoming_match()
    homer()
    time_passes(locked, timedelta(days=1))

    answer = maker.bulk(
        {
            "predictions": [
                item(match),
                item(match, "the-coin"),
                item(locked),
                item(match, home_goals=1),
                item(match, "the-homer"),
                item(match, "nobody"),
                item(999_999),
                item(match, home_goals=4, away_goals=4),
                "nonsense",
            ]
        }
    )

    assert answer.status_code == 200
    said = answer.json()
    assert (said["taken"], said["refused"]) == (2, 7)
    assert [each["index"] for each in said["results"]] == list(range(9))
    assert [each["status"] for each in said["results"]] == [201, 201, 409, 422, 403, 404, 404, 409, 422]
    codes = [each.get("error", {}).get("code") for each in said["results"]]
    assert codes == [
        *[None, None, "prediction-locked", "invalid", "forecaster-foreign"],
        *["forecaster-unknown", "match-unknown", "duplicate", "invalid"],
    ]
    assert said["results"][3]["error"]["errors"][0]["field"] == "away_goals"
    assert said["results"][0]["receipt"]["position"] == 1
    assert Prediction.objects.count() == 2


def test_a_bulk_request_has_one_to_five_hundred_predictions():
    maker = Maker(new_key())
    matches = [upcoming_match() for _ in range(500)]

    answer = maker.bulk({"predictions": [item(match) for match in matches]})
    assert answer.json()["taken"] == 500

    assert fields(maker.bulk({"predictions": [item(1)] * 501})) == {"predictions": "length"}
    assert fields(maker.bulk({"predictions": []})) == {"predictions": "length"}
    assert fields(maker.bulk({"predictions": [], "more": 1})) == {"predictions": "length"}
    assert fields(maker.bulk([])) == {"predictions": "length"}


def test_queries_do_not_grow_with_the_number_of_items(django_assert_max_num_queries):
    maker = Maker(new_key())
    few, many = ([upcoming_match() for _ in range(wanted)] for wanted in (2, 40))
    with django_assert_max_num_queries(60) as counted:
        maker.bulk({"predictions": [item(match) for match in few]})
    small = len(counted)
    with django_assert_max_num_queries(small + 2):
        maker.bulk({"predictions": [item(match) for match in many]})


def test_a_repeated_bulk_request_gets_the_first_response(maker, match):
    first = maker.bulk({"predictions": [item(match)]}, Idempotency_Key="b").json()

    assert maker.bulk({"predictions": [item(match)]}, Idempotency_Key="b").json() == first
    assert (
        maker.bulk({"predictions": [item(match)]}, query="?dry_run=true").json()["results"][0]["status"]
        == 200
    )


# --- What can be predicted, and what was -------------------------------------------------------------------


def test_open_matches_are_those_that_accept_predictions(match, maker):
    over, running = upcoming_match(), upcoming_match()
    time_passes(over, timedelta(days=1))
    Match.objects.filter(pk=running.pk).update(status="live")

    opened = [each["id"] for each in maker.get("matches/", open="true").json()["results"]]
    closed = [each["id"] for each in maker.get("matches/", open="false").json()["results"]]

    assert (opened, sorted(closed)) == ([match.pk], sorted([over.pk, running.pk]))


def test_own_predictions_are_shown_before_the_lock_only_to_their_key(match):
    predict(match, oracle(), (3, 0), provenance=Prediction.Provenance.LIVE)
    path = "forecasters/the-oracle/predictions/"

    assert [row["home_goals"] for row in Maker(new_key()).get(path).json()["results"]] == [3]
    for stranger in (None, new_key(coin()), new_key(scopes=["predict"])):
        assert Maker(stranger).get(path).json()["results"] == []

    time_passes(match, timedelta(days=1))
    assert [row["home_goals"] for row in Maker(None).get(path).json()["results"]] == [3]


def test_responses_to_a_key_are_not_cached_for_others(transactional_db, match):
    predict(match, oracle(), (3, 0), provenance=Prediction.Provenance.LIVE)
    path = "forecasters/the-oracle/predictions/"
    ours = Maker(new_key()).get(path)

    assert "private" in ours.headers["Cache-Control"]
    assert "Authorization" in ours.headers["Vary"]
    assert Maker(None).get(path).json()["results"] == []
    assert len(Maker(new_key()).get(path).json()["results"]) == 1


def test_predictions_are_read_by_cursor_newest_first():
    made = [
        predict(upcoming_match(), oracle(), (1, 0), provenance=Prediction.Provenance.LIVE) for _ in range(5)
    ]
    maker, seen = Maker(new_key()), []
    answer = maker.get("forecasters/the-oracle/predictions/", page_size=2).json()
    while True:
        seen += [row["id"] for row in answer["results"]]
        if answer["next"] is None:
            break
        predict(upcoming_match(), coin(), (1, 0))
        answer = maker.client.get(answer["next"], headers=maker.headers).json()

    assert seen == [row.pk for row in reversed(made)]
    assert maker.get("forecasters/the-oracle/predictions/", cursor="nonsense").status_code == 400
    assert maker.get("forecasters/nobody/predictions/").status_code == 404
