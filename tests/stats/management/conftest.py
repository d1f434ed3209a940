"""Fixtures of stats/management, for all tests of this folder."""

from tests.fixtures.commands import manage as manage
from tests.fixtures.commands import match as match
