"""Members of staff by group, and a site with a played match for them to look at."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from matches.models import Match
from tests.factories import MatchFactory, coin, homer, oracle, predict, record
from tests.pipeline_helpers import run_waiting

PASSWORD = "a long password of our own"


@pytest.fixture
def member(db) -> Callable[..., User]:
    """A member of staff in this group, like `member("operator")`; in none with `member("")`."""

    def make(group: str, **more: object) -> User:
        user = User.objects.create_user(
            f"{group or 'nobody'}{User.objects.count()}", password=PASSWORD, is_staff=True, **more
        )
        if group:
            user.groups.add(Group.objects.get(name=group))
        return user

    return make


@pytest.fixture
def superuser(db) -> User:
    return User.objects.create_superuser("ada", password=PASSWORD)


@pytest.fixture
def browser_of() -> Callable[[User], Client]:
    """A browser in which the user is logged in."""

    def open_browser(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return open_browser


@pytest.fixture
def as_member(member, browser_of) -> Callable[[str], Client]:
    """A browser of a member of this group."""
    return lambda group: browser_of(member(group))


@pytest.fixture
def played(db) -> Match:
    """Ashford 2-1 Barrow with three predictions, scored, counted and written up."""
    match = MatchFactory()
    predict(match, oracle(), (2, 1), (0.6, 0.25, 0.15))
    predict(match, homer(), (1, 0))
    predict(match, coin(), (1, 1))
    record(match, 2, 1)
    run_waiting()
    match.refresh_from_db()
    return match
