"""Performance benchmark: speed, and how it changes with the amount of data. `manage.py bench` runs it.

Machines differ in speed and may be shared, so most limits are not in seconds: they limit the ratio of a
measurement to a baseline, and the two are measured alternately. No app imports this package.
"""
