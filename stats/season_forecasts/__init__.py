"""Simulated seasons: read a stage, simulate it, store the result, and test it on past seasons."""
