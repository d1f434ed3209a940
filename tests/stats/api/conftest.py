"""Fixtures of stats/api, for all tests of this folder."""

from tests.fixtures.api import get as get
from tests.fixtures.api import played as played
from tests.fixtures.api import world as world
