"""Analyses of a leaderboard: intervals, comparisons, calibration, point rules, skill (docs/inference.md)."""
