"""Who knocks at the admin, and the match that they look at."""

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.utils import timezone

from core.pipeline.models import JobRun
from matches.models import Match
from tests.factories import MatchFactory, coin, homer, oracle, predict


@pytest.fixture
def superuser(db) -> User:
    return User.objects.create_superuser("ada", password="a-long-password")


@pytest.fixture
def operator(superuser) -> Client:
    """A browser in which a superuser is logged in."""
    client = Client()
    client.force_login(superuser)
    return client


@pytest.fixture
def staff(db):
    """A browser of a member of staff with these permissions, like `staff("matches.view_match")`."""

    def login(*permissions: str) -> Client:
        user = User.objects.create_user(f"staff{User.objects.count()}", is_staff=True)
        for permission in permissions:
            app, _, codename = permission.partition(".")
            user.user_permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))
        client = Client()
        client.force_login(user)
        return client

    return login


@pytest.fixture
def match(db) -> Match:
    """Ashford - Barrow with three predictions, not played yet."""
    match = MatchFactory()
    predict(match, oracle(), (2, 1), (0.6, 0.25, 0.15))
    predict(match, homer(), (1, 0))
    predict(match, coin(), (1, 1), (1 / 3, 1 / 3, 1 / 3))
    return match


@pytest.fixture
def failed_run(db) -> JobRun:
    """A scoring job that used up its attempts."""
    now = timezone.now()
    return JobRun.objects.create(
        kind="score_match",
        key="42",
        subject="match:42",
        queue="scoring",
        state=JobRun.State.FAILED,
        attempt=3,
        due_at=now,
        created_at=now,
        started_at=now,
        finished_at=now,
        error="ValueError: <b>no</b> score\nsecond line",
        traceback="Traceback: <script>alert(1)</script>",
    )


@pytest.fixture
def redis_is_down(settings):
    """Every Redis connection is refused, as after a crash of the server."""
    nowhere = "redis://127.0.0.1:1/0?socket_connect_timeout=1"
    settings.RQ_QUEUES = {name: {**queue, "URL": nowhere} for name, queue in settings.RQ_QUEUES.items()}
