"""Parser of the repository's Procfile, so that the same processes run here as in production."""

import re
import shlex
from collections.abc import Mapping

VARIABLE = re.compile(r"\$\{(?P<name>\w+)(:-(?P<default>[^}]*))?\}|\$(?P<plain>\w+)")


def read_procfile(text: str, environment: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the arguments of each process by name. No shell is used, so signals reach the program itself."""

    def value(match: re.Match[str]) -> str:
        name = match["name"] or match["plain"]
        return environment.get(name) or match["default"] or ""

    processes = {}
    for line in text.splitlines():
        name, colon, command = line.partition(":")
        if colon and not line.lstrip().startswith("#"):
            processes[name.strip()] = shlex.split(VARIABLE.sub(value, command))
    return processes
