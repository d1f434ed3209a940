"""Fixtures of matches/feeds/sync, for all tests of this folder."""

from tests.fixtures.feeds import says as says
from tests.fixtures.feeds import server as server
from tests.fixtures.feeds import subscribe as subscribe
from tests.fixtures.feeds import teams as teams
