"""Fixtures of matches/llm, for all tests of this folder."""

from tests.matches.llm.conftest import ask as ask
from tests.matches.llm.conftest import endpoint as endpoint
from tests.matches.llm.conftest import endpoint_server as endpoint_server
from tests.matches.llm.conftest import match as match
from tests.matches.llm.conftest import sage as sage
