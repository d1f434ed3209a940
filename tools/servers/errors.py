"""The one way a command of the demo ends early on purpose."""


class ToolError(Exception):
    """Something the reader can put right: its text says what happened and what to do. Exit code 1."""


class Stopped(Exception):
    """Somebody pressed Ctrl-C or sent SIGTERM while we waited for something."""
