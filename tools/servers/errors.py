"""Exceptions that end a command of the demo on purpose."""


class ToolError(Exception):
    """An error that the user can fix: the message contains what happened and what to do. Exit code 1."""


class Stopped(Exception):
    """Ctrl-C or SIGTERM arrived while waiting."""
