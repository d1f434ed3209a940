"""Fixtures of tools/servers, for all tests of this folder."""

from tests.fixtures.demo import embedded as embedded
from tests.fixtures.demo import home as home
from tests.fixtures.demo import stranger as stranger
