"""Comparisons, calibration, the lead, other rules and skill, for pages and API (docs/inference.md)."""
