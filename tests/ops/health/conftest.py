"""Fixtures of ops/health, for all tests of this folder."""

from tests.fixtures.operations import balancer as balancer
from tests.fixtures.operations import database_at as database_at
from tests.fixtures.operations import fresh_answers as fresh_answers
from tests.fixtures.operations import redis_away as redis_away
from tests.fixtures.operations import silent_port as silent_port
