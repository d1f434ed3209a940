"""Simulation of the rest of a season as pure functions of arrays: no Django, no database, no clock.

docs/simulation.md explains what is simulated, and what the figures do not show.
"""
