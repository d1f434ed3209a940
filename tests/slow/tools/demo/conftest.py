"""Fixtures of tools/demo, for all tests of this folder."""

from tests.fixtures.demo import home as home
