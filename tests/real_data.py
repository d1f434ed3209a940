"""Real data that some tests read where it is at hand: not ours to give away, so the environment names them.

REAL_PACK: matches.csv and forecasts.csv, 452 matches and 4,547 forecasts. REAL_FEEDS: an answer of each feed.
"""

import os
from pathlib import Path

PACK = Path(os.environ.get("REAL_PACK", ""))
FEEDS = Path(os.environ.get("REAL_FEEDS", ""))
HAVE_PACK = (PACK / "matches.csv").is_file()
HAVE_FEEDS = (FEEDS / "openligadb_sample.json").is_file()
