"""Fixtures of matches/imports, for all tests of this folder."""

from tests.fixtures.feeds import teams as teams
