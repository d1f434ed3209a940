"""Fixtures of content/text, for all tests of this folder."""

from tests.content.roundups.conftest import match as match
