"""Fixtures of stats/refresh, for all tests of this folder."""

import pytest

from matches.models import Season, Stage
from tests.factories import SeasonFactory, StageFactory


@pytest.fixture
def season() -> Season:
    return SeasonFactory()


@pytest.fixture
def stage(season) -> Stage:
    return StageFactory(season=season)
