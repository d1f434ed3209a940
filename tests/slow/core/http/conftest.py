"""Fixtures of core/http, for all tests of this folder."""

from tests.fixtures.operations import fresh_answers as fresh_answers
