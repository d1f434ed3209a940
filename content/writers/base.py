"""What a writer is, and the register of those there are."""

from dataclasses import dataclass
from typing import Protocol

from content.facts import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A roundup as its writer hands it in: unchecked. Title and summary are plain text, the body Markdown."""

    title: str
    summary: str
    body: str
    writer: str
    model: str = ""
    tokens: int = 0


class Writer(Protocol):
    """Anything that turns facts into an article.

    It may take its time and speak to a network: it is never called inside a transaction. Whatever it
    says is checked against the facts before it is published.
    """

    name: str

    def write(self, facts: Facts) -> Article: ...


class UnknownWriter(LookupError):
    """No writer of this name is registered."""


_writers: dict[str, Writer] = {}


def register(writer: Writer) -> None:
    _writers[writer.name] = writer


def get(name: str = "template") -> Writer:
    """Return the writer of that name, or raise UnknownWriter."""
    try:
        return _writers[name]
    except KeyError:
        raise UnknownWriter(f"{name!r} is no writer; there are: {', '.join(sorted(_writers))}.") from None
