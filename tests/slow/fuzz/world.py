"""A season in which nobody can be trusted: every name, label, reason and article is somebody's attack."""

from dataclasses import dataclass
from datetime import date, timedelta

from axes.models import AccessAttempt, AccessLog
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone

from content.models import Digest, Roundup
from content.roundups.markdown import render
from core.pipeline import registry
from core.pipeline.models import Heartbeat, JobRun
from matches.models import (
    Competition,
    DailyUsage,
    DrawnLot,
    Endpoint,
    Forecaster,
    GroundMove,
    LLMQuestion,
    LLMRequest,
    Match,
    MatchSource,
    Season,
    Stage,
    Team,
    TeamAlias,
)
from matches.result import Result
from matches.services import predictions
from matches.services.kickoffs import move_kickoff
from matches.services.predictions import NewPrediction
from matches.services.results import record_result
from matches.services.seasons import NewMatch, add_matches, adjust_points
from matches.stage_hints import StageHint
from tests.factories import KICKOFF
from tests.pipeline_helpers import run_waiting
from tests.slow.fuzz import outsiders

UNSCORED, VOID, UNPREDICTED = 7, 11, 13  # every so many matches is one of these


@dataclass(frozen=True)
class World:
    """The rows by the string that they carry."""

    texts: list[str]
    competitions: list[Competition]
    seasons: list[Season]
    teams: list[Team]
    forecasters: list[Forecaster]
    matches: list[Match]
    users: list[User]


def build(texts: list[str]) -> World:
    """One competition, season, team, forecaster, operator, match and article for each of the texts."""
    world = _cast(texts)
    _predict(world)
    _record(world)
    _adjust(world)
    _swap_grounds(world)
    run_waiting()  # the template writer writes about these names, or refuses to
    run_waiting(*registry.background())
    _correct(world)
    _publish(world)
    _keep_records(world)
    _ask(world)
    outsiders.feeds(world.seasons, world.matches, world.texts)
    outsiders.makers(world.forecasters, world.matches, world.texts)
    _let_the_planner_know()
    return world


def _let_the_planner_know() -> None:
    """Autovacuum may have looked while the tables were empty; then each page would take seconds."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _cast(texts: list[str]) -> World:
    competitions = Competition.objects.bulk_create(
        Competition(slug=f"c{place}", name=text[:100], country=text[:60]) for place, text in enumerate(texts)
    )
    seasons = Season.objects.bulk_create(
        Season(
            competition=competition,
            label=text[:20],
            starts_on=date(2025, 8, 1),
            ends_on=date(2026, 5, 31),
        )
        for competition, text in zip(competitions, texts, strict=True)
    )
    teams = Team.objects.bulk_create(
        Team(slug=f"t{place}", name=text[:100], short_name=text[:30], country=text[:60])
        for place, text in enumerate(texts)
    )
    TeamAlias.objects.bulk_create(
        TeamAlias(team=team, source=text[:40], name=text[:100])
        for team, text in zip(teams, texts, strict=True)
    )
    forecasters = Forecaster.objects.bulk_create(
        Forecaster(
            slug=f"f{place}",
            name=text[:80],
            kind=Forecaster.Kind.values[place % 4],
            description=text,
            maker=text[:80],
            model_version=text[:80],
            is_baseline=place % 3 == 0,
        )
        for place, text in enumerate(texts)
    )
    Forecaster.objects.filter(slug="f1").update(parent=forecasters[0])
    users = User.objects.bulk_create(
        User(username=text[:150], first_name=text[:150], last_name=text[:150]) for text in texts
    )
    matches = _fixtures(seasons, teams, texts)
    return World(texts, competitions, seasons, teams, forecasters, matches, users)


def _fixtures(seasons: list[Season], teams: list[Team], texts: list[str]) -> list[Match]:
    """Each team at home to the next one, in the season that bears the same text."""
    matches = []
    for place, (season, home, text) in enumerate(zip(seasons, teams, texts, strict=True)):
        fixture = NewMatch(
            kickoff_at=KICKOFF + timedelta(hours=place),
            home_team=home,
            away_team=teams[(place + 1) % len(teams)],
            round_label=text[:40],
            matchday=1,
            stage=StageHint(text[:100], "groups", text[:40]),
        )
        matches += add_matches(season, [fixture])
    MatchSource.objects.bulk_create(
        MatchSource(match=match, source=text[:40], external_id=text[:80])
        for match, text in zip(matches, texts, strict=True)
    )
    return matches


def _predict(world: World) -> None:
    new = [
        NewPrediction(
            match_id=match.pk,
            forecaster_id=world.forecasters[(place + ahead) % len(world.texts)].pk,
            home_goals=1 + ahead,
            away_goals=1,
            **(_thirds() if ahead else {}),
            rationale=text,
            model_version=text[:80],
            client_ref=text[:80],
        )
        for place, (match, text) in enumerate(zip(world.matches, world.texts, strict=True))
        for ahead in range(3)
        if place % UNPREDICTED
    ]
    predictions.submit_predictions(new, provenance="archive", now=timezone.now())


def _thirds() -> dict[str, float]:
    return {"p_home": 0.5, "p_draw": 0.25, "p_away": 0.25}


def _record(world: World) -> None:
    for place, match in enumerate(world.matches):
        if place % UNSCORED == 1:
            _move(world, place, match)
            continue
        void = place % VOID == 2
        result = Result(status="abandoned") if void else _finished(place % 4, 1)
        _result(world, place, match, result)


def _move(world: World, place: int, match: Match) -> None:
    """A match without a result was put off by a day."""
    move_kickoff(
        match_id=match.pk,
        kickoff_at=match.kickoff_at + timedelta(days=1),
        source=world.texts[place][:40],
        reason=world.texts[place][:200],
        moved_at=timezone.now(),
    )


def _adjust(world: World) -> None:
    """Each league takes points from a team, and says why; it draws a lot for that team.

    A second, empty stage says to which group its matches were moved.
    """
    for season, team, text in zip(world.seasons, world.teams, world.texts, strict=True):
        stage = season.stages.get()
        Stage.objects.create(
            season=season,
            name=f"{text[:90]} old",
            kind=stage.kind,
            order=2,
            moved_to=stage,
            moved_to_group=text[:40],
        )
        DrawnLot.objects.create(
            stage=stage, team=team, number=1, source=text[:200], recorded_at=timezone.now()
        )
        adjust_points(
            stage=stage,
            team=team,
            points=-3,
            decided_on=date(2025, 8, 20),
            reason=text[:200],
            source=text[:200],
            recorded_at=timezone.now(),
        )


def _swap_grounds(world: World) -> None:
    """Each match moved to the ground of the other team once, because a source said so."""
    GroundMove.objects.bulk_create(
        GroundMove(match=match, home_team=match.home_team, source=text[:40], moved_at=timezone.now())
        for match, text in zip(world.matches, world.texts, strict=True)
    )


def _finished(home: int, away: int) -> Result:
    return Result(status="finished", home_score=home, away_score=away)


def _result(world: World, place: int, match: Match, result: Result) -> None:
    text = world.texts[place]
    record_result(
        match_id=match.pk,
        result=result,
        source=text[:40],
        reason=text[:200],
        recorded_at=timezone.now(),
        recorded_by=world.users[place] if place % 2 else None,
    )


def _publish(world: World) -> None:
    """Every other article has a hostile writer: its Markdown is rendered as every article's is."""
    now = timezone.now()
    for match, text in list(zip(world.matches, world.texts, strict=True))[::2]:
        match.refresh_from_db()
        settlement = match.settlements.filter(superseded_at__isnull=True).first()
        if settlement is None:
            continue
        former = Roundup.objects.filter(match=match).order_by("version")
        former.update(status="superseded", supersede_reason=text[:200])
        last = former.last()
        body = f"{text}\n\n## {text}\n\n{text} {text}\n\n| {text} |\n|---:|\n| {text} |"
        Roundup.objects.create(
            match=match,
            version=last.version + 1 if last else 1,
            result_version=match.result_version,
            settlement_id=settlement.pk,
            title=text[:200],
            summary=text,
            body=body,
            body_html=render(body),
            facts={text: [text, {text: text}]},
            writer=text[:40],
            model=text[:80],
            checks={"numbers": 1, "sentences": 1, text: text},
            written_at=now,
            published_at=now,
        )
        for version, status in enumerate(("superseded", "published"), 1):
            Digest.objects.create(
                stage=match.stage,
                round_label=match.round_label,
                version=version,
                status=status,
                supersede_reason=text[:200] if status == "superseded" else "",
                title=text[:200],
                summary=text,
                body=body,
                body_html=render(body),
                facts={text: [text, {text: text}]},
                spans={"title": [], "summary": [], "body": []},
                match_ids=[match.pk],
                settlement_ids=[settlement.pk],
                as_of=match.kickoff_at,
                published_at=now,
            )


def _ask(world: World) -> None:
    """Each forecaster has a hostile endpoint, and a hostile answer by a hostile model."""
    now = timezone.now()
    for place, text in enumerate(world.texts):
        key = {"sealed_key": text, "key_set_at": now} if place % 2 else {"key_variable": text[:60]}
        endpoint = Endpoint(
            forecaster=world.forecasters[place],
            enabled=False,
            base_url=text[:200],
            model=text[:120],
            accepted_models=text,
            **key,
        )
        Endpoint.objects.bulk_create([endpoint])  # no jobs for it
        DailyUsage.objects.create(endpoint=endpoint, day=now.date())
        question = LLMQuestion.objects.create(
            match=world.matches[place],
            forecaster=world.forecasters[place],
            kickoff_at=now,
            model=text[:120],
            context={text: text},
            messages=[{"role": text, "content": text}],
            prompt_hash=text[:64],
            frozen_at=now,
            state="missed",
            reason="timeout",
            detail=text[:300],
            ended_at=now,
        )
        LLMRequest.objects.create(
            endpoint=endpoint,
            question=question,
            match=world.matches[place],
            purpose="ask",
            host=text[:120],
            messages=[{"role": text, "content": text}],
            asked_at=now,
            answered_at=now,
            reserved_tokens=1,
            raw=text,
            text=text,
            model=text[:120],
            fault="timeout",
            detail=text[:300],
        )


def _correct(world: World) -> None:
    """Some results were wrong: former versions of result, settlement and article are history."""
    for place, match in enumerate(world.matches):
        if place % 5 == 0 and place % UNSCORED != 1:
            _result(world, place, match, _finished(3, 2))
    run_waiting()


def _keep_records(world: World) -> None:
    """What went wrong, in words that an attacker chose; and what the operators said."""
    now = timezone.now()
    for place, text in enumerate(world.texts):
        JobRun.objects.create(
            kind=text[:40],
            key=text[:80],
            subject=f"match:{world.matches[place].pk}" if place % 2 else text[:80],
            queue="scoring",
            state=JobRun.State.FAILED,
            attempt=3,
            rq_job_id=text[:80],
            due_at=now,
            created_at=now,
            started_at=now,
            finished_at=now,
            error=text,
            traceback=f"Traceback:\n  {text}",
        )
        Heartbeat.objects.create(name=text[:40], beat_at=now)
        LogEntry.objects.log_actions(
            world.users[place].pk, [world.matches[0]], CHANGE, change_message=text, single_object=True
        )
    AccessAttempt.objects.bulk_create(
        AccessAttempt(
            username=text[:255],
            user_agent=text[:255],
            path_info=text[:255],
            get_data=text,
            post_data=text,
            failures_since_start=1,
        )
        for text in world.texts
    )
    AccessLog.objects.bulk_create(
        AccessLog(username=text[:255], user_agent=text[:255], path_info=text[:255]) for text in world.texts
    )
