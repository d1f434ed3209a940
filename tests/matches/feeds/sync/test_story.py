"""The whole story with real processes: from the fixture in a feed to the leaderboard, by what feeds say."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from content.models import Roundup
from core.pipeline.models import JobRun
from matches.feeds.polling.poll import request_poll
from matches.models import FeedSubscription, KickoffMove, Match, Prediction
from matches.result import score_text
from stats.leaderboards import Board, leaderboard
from tests.crew import Crew, crew
from tests.factories import SeasonFactory, TeamFactory, coin, oracle, predict, time_passes
from tests.fixtures.feeds import subscription
from tests.matches.feeds.loopback import TOKENS, Loopback, loopback
from tests.matches.feeds.providers.documents import Told

HOUR = timedelta(hours=1)


@pytest.fixture
def server():
    with loopback() as world:
        yield world


@pytest.fixture
def environment(server) -> dict[str, str]:
    """What the processes must be told to ask this machine."""
    variables = {name: name.upper().replace("-", "_") for name in server.urls()}
    urls = {f"{variables[name]}_URL": url for name, url in server.urls().items()}
    return urls | {f"{variables[name]}_TOKEN": token for name, token in TOKENS.items()}


class Story:
    """The feed changes its mind, somebody presses «ask now», and workers do the rest."""

    def __init__(self, team: Crew, server: Loopback, subscribed: FeedSubscription) -> None:
        self.team, self.server, self.subscribed = team, server, subscribed

    def goes_on(self, told: Told, until) -> None:
        self.server.knows(told, feeds=(self.subscribed.feed.name,))
        request_poll(self.subscribed, now=timezone.now())
        self.team.until(until)


def the_match() -> Match:
    return Match.objects.get()


def is_there(**facts: object):
    return lambda: Match.objects.filter(**facts).exists()


def season_of_today():
    today, apart = timezone.now().date(), timedelta(days=90)
    return SeasonFactory(label="now", starts_on=today - apart, ends_on=today + apart)


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
def test_from_the_fixture_to_the_leaderboard_by_what_a_feed_says(redis_queues, server, environment, tmp_path):
    TeamFactory(name="Ashford")
    TeamFactory(name="Barrow")
    kickoff = (timezone.now() + 3 * HOUR).replace(microsecond=0)
    told = Told(kickoff_at=kickoff, matchday=None, stage="FINAL")
    subscribed = subscription(season=season_of_today())
    with crew(tmp_path, ROUNDUP_DELAY="1", **environment) as team:
        story = Story(team, server, subscribed)

        story.goes_on(told, is_there(status="scheduled", kickoff_at=kickoff))
        live = Prediction.Provenance.LIVE
        predict(the_match(), oracle(), (1, 1), (0.2, 0.6, 0.2), provenance=live)
        predict(the_match(), coin(), (2, 1), (1 / 3, 1 / 3, 1 / 3), provenance=live)

        story.goes_on(replace(told, kickoff_at=kickoff + HOUR), is_there(kickoff_at=kickoff + HOUR))
        assert KickoffMove.objects.get().source == "football-data"

        time_passes(the_match(), 6 * HOUR)
        told = replace(told, kickoff_at=kickoff + HOUR - 6 * HOUR)
        story.goes_on(replace(told, status="live"), is_there(status="live"))
        story.goes_on(replace(told, status="finished"), lambda: server.times("football-data") >= 4)
        assert the_match().status == "live", "finished before the score is there"

        over = replace(told, status="finished", ninety=(1, 1), after=(2, 2), shootout=(3, 4))
        story.goes_on(over, is_there(status="finished"))
        team.until(lambda: Roundup.objects.filter(status="published").exists())
        team.until(lambda: not JobRun.objects.filter(state="running").exists())

    match = the_match()
    assert score_text(match) == "1-1 (2-2 aet, 3-4 pens)"
    assert [(row.forecaster.name, row.points) for row in leaderboard(Board())] == [
        ("The Oracle", 3 + 1 + 3),
        ("The Coin", 0),
    ]
    polls = JobRun.objects.filter(kind="poll_feed")
    assert set(polls.exclude(state="queued").values_list("state", flat=True)) == {"done"}
    assert polls.filter(state="queued").count() == 1, "and the next one waits"


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
def test_two_feeds_settle_a_match_together_and_the_reconciler_asks_them_first(
    redis_queues, server, environment, tmp_path
):
    TeamFactory(name="Ashford")
    TeamFactory(name="Barrow")
    season = season_of_today()
    season.competition.settle_sources = 2
    season.competition.save()
    kickoff = (timezone.now() - 2 * HOUR).replace(microsecond=0)
    won = Told(kickoff_at=kickoff, status="finished", ninety=(2, 1))
    server.knows(won, feeds=("football-data", "openligadb"))
    with crew(tmp_path, ROUNDUP_DELAY="1", **environment) as team:
        subscription("football-data", season=season)
        team.until(lambda: JobRun.objects.filter(kind="settle_result", state="queued").exists())
        assert the_match().status == "scheduled"

        subscription("openligadb", season=season)
        team.until(is_there(status="finished"))

    assert the_match().revisions.get().reason == "football-data and openligadb agree"
