"""Protocol of writers, and the registry of all writers."""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from content.roundups.facts import Facts


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
    """Writer that turns facts into an article.

    It may be slow and use the network, because it is never called inside a transaction. Its article is
    checked against the facts before it is published.
    """

    name: str

    def write(self, facts: Facts) -> Article: ...


class WriterFailed(Exception):
    """There is no text. The message says why; `for_good` where asking again would not help."""

    def __init__(self, why: str, *, for_good: bool = False) -> None:
        self.for_good = for_good
        super().__init__(why)


class Assignment(Protocol):
    """One article, asked of a writer that may fail and can be told what was wrong."""

    def write(self) -> Article:
        """The first text. Raises WriterFailed."""
        ...

    def correct(self, why: str) -> Article:
        """Another one, after what came first was not accepted. Raises WriterFailed."""
        ...

    def learn(self, *, accepted: bool) -> None:
        """Hear what became of it in the end."""
        ...


@runtime_checkable
class CorrectableWriter(Protocol):
    """A writer by assignment: a language model.

    Where its second text is of no use either, the writer named `fallback` takes over. Every text of it costs
    something, so it is not asked again while the facts are the same.
    """

    name: str
    fallback: str

    def assign(self, facts: Facts) -> Assignment: ...


class UnknownWriter(LookupError):
    """No writer of this name is registered."""


_writers: dict[str, Writer | CorrectableWriter] = {}


def register(writer: Writer | CorrectableWriter) -> None:
    _writers[writer.name] = writer


def get(name: str = "template") -> Writer | CorrectableWriter:
    """Return the writer of that name, or raise UnknownWriter."""
    try:
        return _writers[name]
    except KeyError:
        raise UnknownWriter(f"{name!r} is no writer; there are: {', '.join(sorted(_writers))}.") from None
