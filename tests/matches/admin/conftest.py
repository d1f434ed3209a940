"""Fixtures of matches/admin, for all tests of this folder."""

from tests.fixtures.admin import operator as operator
from tests.fixtures.admin import staff as staff
from tests.fixtures.admin import superuser as superuser
from tests.fixtures.feeds import says as says
from tests.fixtures.feeds import server as server
from tests.fixtures.feeds import subscribe as subscribe
from tests.fixtures.feeds import teams as teams
