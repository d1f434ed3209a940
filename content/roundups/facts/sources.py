"""Sources of the facts: paths of the API that return the rows which a fact was made of.

A fact as of the match was made of the matches and predictions up to its kickoff, so these are selected.
"""

from urllib.parse import urlencode

from content.roundups.references.documents import Facts

MATCH = "/api/v1/matches/{match}/"
PREDICTION = "/api/v1/predictions/?match={match}&forecaster={slug}"
SEASON = "/api/v1/predictions/?season={season}&to={kickoff}"
LEADERBOARD = "/api/v1/leaderboard/?season={season}"
RESULTS = "/api/v1/matches/?season={season}&to={kickoff}"
STANDINGS = "/api/v1/standings/?{table}"
FORECASTER = (f"{SEASON}&forecaster={{slug}}", LEADERBOARD)

SOURCES = {
    **dict.fromkeys(("match", "result"), (MATCH,)),
    **dict.fromkeys(("match.reason", "correction", "field.outcomes.*.quota"), (f"{MATCH}revisions/",)),
    **dict.fromkeys(("field", "picks", "heroes", "lost_most"), (f"{MATCH}predictions/",)),
    **dict.fromkeys(("picks.*", "heroes.people.*", "lost_most.people.*"), (PREDICTION,)),
    **dict.fromkeys(("board", "streaks"), (SEASON, LEADERBOARD)),
    **dict.fromkeys(("board.top.*", "board.leaders.people.*", "streaks.running.people.*"), FORECASTER),
    "league": ("/api/v1/matches/?{table}&to={kickoff}", STANDINGS),
    "league.rows.*": ("/api/v1/matches/?{table}&team={slug}&to={kickoff}", STANDINGS),
    "tie": ("/api/v1/ties/?season={season}&stage={stage}",),
    "team_runs.*": (f"{RESULTS}&team={{slug}}",),
    **dict.fromkeys(("records", "match.nth_of_season"), (RESULTS,)),
    "ahead": ("/api/v1/matches/?season={season}&stage={stage}&from={kickoff}",),
    **dict.fromkeys(("ahead.home", "ahead.away", "earlier_meeting"), ("/api/v1/matches/{id}/",)),
}


def parameters(facts: Facts, _: Facts) -> Facts:
    """Return the values of the placeholders in these paths."""
    match = facts["match"]
    table = {"season": match["season_id"], "stage": match["stage_id"], "group": match["group"]}
    return {
        "match": match["id"],
        "season": match["season_id"],
        "stage": match["stage_id"],
        "kickoff": match["kickoff_at"],
        "table": urlencode({name: value for name, value in table.items() if value is not None}),
    }
