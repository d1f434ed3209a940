"""Fixtures of slow/browser, for all tests of this folder."""

from tests.content.pages.conftest import site as site
