"""Shows the logs of several processes in one terminal, line by line."""

from collections.abc import Callable
from pathlib import Path


class Echo:
    """Prints new lines of each log, prefixed with the process's name."""

    def __init__(self, logs: dict[str, Path], say: Callable[[str], None]):
        self.logs = logs
        self.say = say
        self.width = max(map(len, logs), default=0)
        self._position = dict.fromkeys(logs, 0)

    def show(self) -> None:
        for name, log in self.logs.items():
            for line in self._new_lines(name, log):
                self.say(f"{name:{self.width}} | {line}")

    def _new_lines(self, name: str, log: Path) -> list[str]:
        """Return complete lines only; a partial line is returned once it is complete."""
        try:
            with log.open("rb") as file:
                file.seek(self._position[name])
                text = file.read()
        except FileNotFoundError:
            return []
        complete = text[: text.rfind(b"\n") + 1]
        self._position[name] += len(complete)
        return complete.decode(errors="replace").splitlines()
