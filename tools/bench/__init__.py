"""Benchmark of performance and of its growth: `manage.py bench`.

Machines differ and are shared, so the limits are not in seconds: a figure is a ratio to a baseline that was
measured alternately with it. No app imports this package.
"""
