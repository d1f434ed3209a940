"""Search over teams, forecasters, competitions, matches and roundups (docs/adr/0060)."""
