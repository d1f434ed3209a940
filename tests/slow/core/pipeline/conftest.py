"""Fixtures of core/pipeline, for all tests of this folder."""

from tests.core.pipeline.conftest import _note_kind as _note_kind
from tests.core.pipeline.conftest import calls as calls
from tests.core.pipeline.conftest import short_jobs as short_jobs
from tests.fixtures.admin import failed_run as failed_run
from tests.fixtures.operations import fresh_answers as fresh_answers
