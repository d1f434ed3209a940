"""Benchmark of performance, and of how it changes with the amount of data: `manage.py bench`.

Machines differ in speed and may be shared, so most limits are not in seconds: they limit the ratio of a
figure to a baseline, and both are measured alternately. No app imports this package.
"""
