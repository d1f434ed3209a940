"""Replace the references in a text by the facts, in one pass, and record what is where."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from content.roundups.references import forms
from content.roundups.references.documents import Document, FactKind

_REFERENCE = re.compile(r"\{([a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*)(?:\|([a-z_]+))?\}")
_AT_START = re.compile(r"(?:[.!?][”)]*\s|\n)[“(*#\s]*$")
_MARKUP = re.compile(r"([\\`*_\[\]<>&|~#])")
_LIST_NUMBER = re.compile(r"^(\d+)([.)])")


class InvalidReference(ValueError):
    """A reference to a fact that does not exist, or in a form that it does not have."""


class Reference(NamedTuple):
    address: str
    form: str

    def __str__(self) -> str:
        return f"{{{self.address}|{self.form}}}" if self.form else f"{{{self.address}}}"


class Span(NamedTuple):
    """A fact in a rendered text: positions of its first character and after its last one, address, value."""

    start: int
    end: int
    address: str
    value: Any


def split(text: str) -> Iterator[str | Reference]:
    """Yield the literal parts and the references of a text. Raises InvalidReference for any other brace."""
    end = 0
    for found in _REFERENCE.finditer(text):
        if found.start() > end:
            yield _literal(text[end : found.start()])
        yield Reference(found[1], found[2] or "")
        end = found.end()
    if end < len(text):
        yield _literal(text[end:])


def _literal(text: str) -> str:
    if brace := re.search(r"[{}]", text):
        around = text[max(0, brace.start() - 20) : brace.start() + 20]
        raise InvalidReference(f"{around!r} has a brace that is not part of a reference like {{x.y}}")
    return text


def render(text: str, document: Document, *, markdown: bool) -> tuple[str, list[Span]]:
    """Return the text with the facts inserted, and their spans. Raises InvalidReference.

    With `markdown`, the facts are escaped, and the positions are those in the escaped text. A number word at
    the start of a sentence gets a capital, and a full stop after a fact that ends with one is left out.
    """
    parts: list[str] = []
    spans: list[Span] = []
    length, at_start = 0, True
    for part in split(text):
        if isinstance(part, str):
            written = part[1:] if part.startswith(".") and parts and parts[-1].endswith(".") else part
            at_start = _AT_START.search(part) is not None or (not parts and not part.strip("“(*# "))
        else:
            value, kind, written = _insert(part, document)
            written = forms.capitalised(kind, written) if at_start else written
            written = escape(written) if markdown and kind in forms.ESCAPED else written
            spans.append(Span(length, length + len(written), part.address, value))
            at_start = False
        parts.append(written)
        length += len(written)
    return "".join(parts), spans


def _insert(reference: Reference, document: Document) -> tuple[Any, FactKind, str]:
    found = document.find(reference.address)
    if found is None:
        raise InvalidReference(f"{reference} refers to no fact")
    kind, value = found
    text = forms.text_of(kind, value, reference.form)
    if text is None:
        raise InvalidReference(f"{reference}: a fact of the kind {kind} does not have this form")
    return value, kind, text


def escape(text: str) -> str:
    """Return Markdown that is shown as this text: no emphasis, link, HTML or list."""
    escaped = _MARKUP.sub(r"\\\1", text)
    escaped = _LIST_NUMBER.sub(r"\1\\\2", escaped)
    return f"\\{escaped}" if escaped.startswith(("-", "+", "=")) else escaped
