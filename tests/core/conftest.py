"""Fixtures of core, for all tests of this folder."""

from tests.fixtures.accounts import as_member as as_member
from tests.fixtures.accounts import browser_of as browser_of
from tests.fixtures.accounts import member as member
