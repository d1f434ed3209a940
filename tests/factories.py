"""Rows for tests: a small league, a small cast, and the doors of the real services."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import factory
from django.db import connection, transaction
from django.utils import timezone

from content.models import Digest
from matches.commitments import prediction_log
from matches.models import (
    ApiKey,
    Commitment,
    Competition,
    DailyUsage,
    Endpoint,
    Forecaster,
    LLMQuestion,
    LLMRequest,
    Match,
    Prediction,
    Season,
    Stage,
    Team,
    Timestamp,
)
from matches.result import Result
from matches.services import api_keys, predictions
from matches.services.kickoffs import move_kickoff
from matches.services.results import record_result

KICKOFF = datetime(2025, 8, 16, 14, 0, tzinfo=UTC)  # long over: predictions about it are archive


class CompetitionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Competition
        django_get_or_create = ["slug"]

    slug = "premier-league"
    name = "Premier League"
    country = "England"


class SeasonFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Season
        django_get_or_create = ["competition", "label"]

    competition = factory.SubFactory(CompetitionFactory)
    label = "2025/26"
    starts_on = date(2025, 8, 1)
    ends_on = date(2026, 5, 31)


class TeamFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Team
        django_get_or_create = ["slug"]

    name = "Ashford"
    slug = factory.LazyAttribute(lambda team: team.name.lower().replace(" ", "-"))
    short_name = factory.LazyAttribute(lambda team: team.name[:30])


class StageFactory(factory.django.DjangoModelFactory):
    """The only stage of a plain league."""

    class Meta:
        model = Stage
        django_get_or_create = ["season", "name"]

    season = factory.SubFactory(SeasonFactory)
    name = "Regular season"
    kind = Stage.Kind.LEAGUE


class MatchFactory(factory.django.DjangoModelFactory):
    """A scheduled match, Ashford against Barrow unless told otherwise."""

    class Meta:
        model = Match

    season = factory.SubFactory(SeasonFactory)
    stage = factory.SubFactory(StageFactory, season=factory.SelfAttribute("..season"))
    home_team = factory.SubFactory(TeamFactory, name="Ashford")
    away_team = factory.SubFactory(TeamFactory, name="Barrow")
    matchday = factory.Sequence(lambda number: number + 1)
    round_label = factory.LazyAttribute(lambda match: f"Matchday {match.matchday}")
    kickoff_at = KICKOFF
    lock_at = factory.SelfAttribute("kickoff_at")


class ForecasterFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Forecaster
        django_get_or_create = ["slug"]

    name = "The Oracle"
    slug = factory.LazyAttribute(lambda forecaster: forecaster.name.lower().replace(" ", "-"))
    kind = Forecaster.Kind.STATISTICAL


class EndpointFactory(factory.django.DjangoModelFactory):
    """Where The Sage, a language model, answers: nowhere, unless a test says where."""

    class Meta:
        model = Endpoint

    forecaster = factory.SubFactory(ForecasterFactory, name="The Sage", kind=Forecaster.Kind.LLM)
    base_url = "http://127.0.0.1:1/v1"
    model = "test-model-1"
    timeout_seconds = 5
    max_tokens = 300


def missed_question(match: Match) -> LLMQuestion:
    """The Sage was asked about this match and did not answer in time."""
    endpoint, now = EndpointFactory(), timezone.now()
    messages = [{"role": "user", "content": "Who wins?"}]
    question = LLMQuestion.objects.create(
        match=match,
        forecaster=endpoint.forecaster,
        kickoff_at=match.kickoff_at,
        model=endpoint.model,
        context={"schema": 1},
        messages=messages,
        prompt_hash="0" * 64,
        frozen_at=now,
        state=LLMQuestion.State.MISSED,
        reason=LLMQuestion.Reason.TIMEOUT,
        ended_at=now,
    )
    LLMRequest.objects.create(
        endpoint=endpoint,
        question=question,
        match=match,
        purpose=LLMRequest.Purpose.ASK,
        host="127.0.0.1",
        messages=messages,
        asked_at=now,
        answered_at=now,
        reserved_tokens=400,
        fault=LLMQuestion.Reason.TIMEOUT,
    )
    DailyUsage.objects.create(endpoint=endpoint, day=now.date(), requests=1, tokens=400)
    return question


def new_key(*forecasters: Forecaster, scopes: Iterable[str] = ApiKey.Scope.values, **more: Any) -> str:
    """A key of Ann's for these forecasters, The Oracle if none is named: its text."""
    return api_keys.create(
        name="bot",
        maker="Ann",
        forecasters=forecasters or [oracle()],
        scopes=[*scopes],
        now=timezone.now(),
        **more,
    )[1]


def committed(match: Match) -> Commitment:
    """A commitment to a live prediction of The Oracle about this match, with a timestamp."""
    predict(match, oracle(), (2, 1), provenance="live")
    time_passes(match, match.lock_at - timezone.now() + timedelta(minutes=1))
    made = prediction_log.commit(match.pk, at=timezone.now())
    Timestamp.objects.create(
        commitment=made, authority="http://127.0.0.1:1", stated_at=timezone.now(), answer=b"signed"
    )
    return made


def digest_of(match: Match) -> Digest:
    """A digest of the round of this match, without text."""
    return Digest.objects.create(
        stage=match.stage,
        round_label=match.round_label,
        version=1,
        title=match.round_label,
        facts={},
        spans={"title": [], "summary": [], "body": []},
        match_ids=[match.pk],
        settlement_ids=[],
        as_of=match.kickoff_at,
        published_at=timezone.now(),
    )


def oracle() -> Forecaster:
    """Knows too much."""
    return ForecasterFactory(name="The Oracle")


def coin() -> Forecaster:
    """Has no opinion: one third each."""
    return ForecasterFactory(name="The Coin")


def homer() -> Forecaster:
    """Always backs the home side."""
    return ForecasterFactory(name="The Homer")


def upcoming_match(**kwargs: object) -> Match:
    """A match that kicks off tomorrow, so that live predictions are welcome."""
    return MatchFactory(kickoff_at=timezone.now() + timedelta(days=1), **kwargs)


def predict(
    match: Match,
    forecaster: Forecaster,
    score: tuple[int, int] | None = None,
    probabilities: tuple[float, float, float] | None = None,
    provenance: str = Prediction.Provenance.ARCHIVE,
    predicted_at: datetime | None = None,
) -> Prediction:
    """Submit one prediction through the service; one in hindsight was made with the final whistle."""
    if provenance == Prediction.Provenance.HINDSIGHT:
        predicted_at = predicted_at or match.lock_at + timedelta(hours=2)
    home_goals, away_goals = score or (None, None)
    p_home, p_draw, p_away = probabilities or (None, None, None)
    new = predictions.NewPrediction(
        match_id=match.pk,
        forecaster_id=forecaster.pk,
        home_goals=home_goals,
        away_goals=away_goals,
        p_home=p_home,
        p_draw=p_draw,
        p_away=p_away,
        predicted_at=predicted_at,
    )
    return predictions.submit_predictions([new], provenance=provenance, now=timezone.now())[0]


def record(
    match: Match,
    home: int | None = None,
    away: int | None = None,
    status: str = "finished",
    *,
    source: str = "test",
    reason: str = "",
    **more: object,
):
    """Record a result through the service; a finished 2-1 is `record(match, 2, 1)`."""
    result = Result(status=status, home_score=home, away_score=away, **more)
    return record_result(
        match_id=match.pk, result=result, source=source, reason=reason, recorded_at=timezone.now()
    )


def move(match: Match, kickoff_at: datetime, *, source: str = "test", **more: object):
    """Move the kickoff through the service."""
    return move_kickoff(
        match_id=match.pk, kickoff_at=kickoff_at, source=source, moved_at=timezone.now(), **more
    )


def time_passes(match: Match, by: timedelta) -> None:
    """As if everything about this match had been that much earlier: its kickoff, and what was received.

    A test cannot wait for a kickoff, and no service can date a pick back, so the triggers are told to look
    away here (session_replication_role needs a superuser).
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE matches_match SET kickoff_at = kickoff_at - %(by)s, lock_at = lock_at - %(by)s,"
            " sealed_until = sealed_until - %(by)s, exposed_at = exposed_at - %(by)s WHERE id = %(match)s",
            {"by": by, "match": match.pk},
        )
        cursor.execute(
            "UPDATE matches_kickoffmove SET old_kickoff_at = old_kickoff_at - %(by)s,"
            " new_kickoff_at = new_kickoff_at - %(by)s, moved_at = moved_at - %(by)s"
            " WHERE match_id = %(match)s",
            {"by": by, "match": match.pk},
        )
        cursor.execute(
            "UPDATE matches_feedproblem SET first_seen_at = first_seen_at - %(by)s,"
            " last_seen_at = last_seen_at - %(by)s WHERE match_id = %(match)s",
            {"by": by, "match": match.pk},
        )
        cursor.execute(
            "UPDATE matches_prediction SET submitted_at = submitted_at - %(by)s,"
            " superseded_at = superseded_at - %(by)s WHERE match_id = %(match)s",
            {"by": by, "match": match.pk},
        )
        cursor.execute(
            "UPDATE matches_llmquestion SET kickoff_at = kickoff_at - %(by)s WHERE match_id = %(match)s",
            {"by": by, "match": match.pk},
        )
        cursor.execute("SET LOCAL session_replication_role = origin")
    match.refresh_from_db()


def predicted_live(
    match: Match,
    forecaster: Forecaster,
    score: tuple[int, int],
    *,
    before: timedelta = timedelta(hours=1),
) -> Prediction:
    """A live pick received that long before the kickoff of a match that is long over."""
    apart = timezone.now() + before - match.kickoff_at
    time_passes(match, -apart)
    prediction = predict(match, forecaster, score, provenance=Prediction.Provenance.LIVE)
    time_passes(match, apart)
    prediction.refresh_from_db()
    return prediction
