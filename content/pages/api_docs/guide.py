"""The guide of the API, docs/api.md, as HTML."""

import re
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from markdown_it import MarkdownIt
from markdown_it.token import Token

_markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
# Tables and code blocks that scroll sideways can get the focus; an empty header cell becomes a data cell.
ACCESSIBLE = {
    "<table>": '<div class="scroll" tabindex="0"><table class="board">',
    "</table>": "</table></div>",
    "<pre>": '<pre tabindex="0">',
    "<th></th>": "<td></td>",
}
EXAMPLE_HOSTS = ("http://127.0.0.1:8000", "https://final-whistle.example")
_TITLE = re.compile(r"^# .*\n")


class Guide(NamedTuple):
    """HTML of the guide without its title, and the id and title of each of its sections."""

    html: SafeString
    headings: list[tuple[str, str]]


@cache
def guide() -> Guide:
    """Return the guide. The file is part of the release, so its HTML needs no sanitising."""
    text = (settings.BASE_DIR / "docs" / "api.md").read_text(encoding="utf-8")
    for host in EXAMPLE_HOSTS:
        text = text.replace(host, settings.SITE_URL)
    tokens, headings = _markdown.parse(_TITLE.sub("", text)), []
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open":
            anchor = slugify(inline.content)
            opening.attrSet("id", anchor)
            headings += [(anchor, inline.content)] if opening.tag == "h2" else []
        inline.children = _without_file_links(inline.children or [])
    html = _markdown.renderer.render(tokens, _markdown.options, {})
    for plain, accessible in ACCESSIBLE.items():
        html = html.replace(plain, accessible)
    return Guide(mark_safe(html), headings)


def _without_file_links(inline: list[Token]) -> list[Token]:
    """Replace links to other files of the documentation by their text; they are not on this site."""
    kept, is_file = [], False
    for token in inline:
        if token.type == "link_open":
            is_file = str(token.attrs.get("href", "")).partition("#")[0].endswith(".md")
        if not (is_file and token.type in ("link_open", "link_close")):
            kept.append(token)
    return kept
