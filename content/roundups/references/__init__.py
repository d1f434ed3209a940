"""Texts that refer to facts, e.g. "{match.home.name} drew", and their rendering. No database, no network.

The facts of a text are a JSON document. A schema (documents.py) declares the kind and the sources of each
fact, forms.py the forms in which a fact can be inserted. render.py replaces the references and records which
fact is where in the text. Each subject of a text, such as a match, has a schema of its own.
"""

from content.roundups.references.documents import Document, FactKind, FactSchema
from content.roundups.references.render import InvalidReference, Span, escape, render, split

__all__ = ["Document", "FactKind", "FactSchema", "InvalidReference", "Span", "escape", "render", "split"]
