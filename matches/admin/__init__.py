"""Admin of the matches app. Importing this package registers its ModelAdmins."""

from matches.admin import (  # noqa: F401
    api_keys,
    endpoints,
    feed_problems,
    feeds,
    forecasters,
    llm_questions,
    matches,
    points_adjustments,
    stage_admin,
    teams,
)
