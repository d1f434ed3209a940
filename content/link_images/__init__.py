"""Images that other sites show with a link to a page: of leaderboards, matches and roundups."""
