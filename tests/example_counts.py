"""Settings of property tests: all examples with `./run test --all` and in CI, a quarter in a quick run."""

from typing import Any

is_quick = False  # set by tests/conftest.py


def examples(count: int, **more: Any):
    """Return hypothesis settings without a deadline. Fixtures may be shared by all examples."""
    from hypothesis import HealthCheck, settings  # a second to import, which most files do without

    allowed = {"deadline": None, "suppress_health_check": [HealthCheck.function_scoped_fixture]}
    return settings(max_examples=max(3, count // 4) if is_quick else count, **allowed | more)
