"""Fixtures of ops, for all tests of this folder."""

from tests.fixtures.admin import match as match
from tests.fixtures.admin import operator as operator
from tests.fixtures.admin import redis_is_down as redis_is_down
from tests.fixtures.admin import staff as staff
from tests.fixtures.admin import superuser as superuser
from tests.fixtures.operations import fresh_answers as fresh_answers
