"""How fast it is, and how that grows: `manage.py bench`. Each figure beside a yardstick of the same run.

Machines differ and are shared, so nothing here is a limit in seconds: a figure is a ratio to something that
was measured in turns with it. No app imports this package.
"""
