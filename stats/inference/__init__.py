"""Statistics of the leaderboards as pure functions of arrays: no Django, no database, no clock.

docs/inference.md explains each in plain words.
"""
