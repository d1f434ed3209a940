"""Fixtures of tools/processes, for all tests of this folder."""

from tests.fixtures.demo import embedded as embedded
from tests.fixtures.demo import home as home
from tests.fixtures.demo import python_child as python_child
from tests.fixtures.demo import stranger as stranger
