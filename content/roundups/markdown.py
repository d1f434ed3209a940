"""Markdown in, safe HTML out. Two walls: Markdown without HTML, then an allow-list over what came of it."""

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

_TAGS = {"p", "br", "h2", "h3", "strong", "em", "ul", "ol", "li", "blockquote", "code"}
_TAGS |= {"table", "thead", "tbody", "tr", "th", "td", "a"}
_ATTRIBUTES: dict[str, set[str]] = {"*": set(), "a": {"href"}, "th": {"class"}, "td": {"class"}}
_RIGHT = "text-align:right"


def _cell(self: RendererHTML, tokens: list[Token], place: int, options: object, env: object) -> str:
    """Right-aligned cells get a class: the site's policy allows no style attributes."""
    style = tokens[place].attrs.pop("style", None)
    if style == _RIGHT:
        tokens[place].attrSet("class", "num")
    return self.renderToken(tokens, place, options, env)  # type: ignore[arg-type]


_markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
_markdown.add_render_rule("th_open", _cell)
_markdown.add_render_rule("td_open", _cell)


def render(text: str) -> str:
    """The HTML of an article: paragraphs, headings, emphasis, lists, tables and web links, nothing else."""
    return nh3.clean(
        _markdown.render(text),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https"},
        url_relative="deny",  # it would lead elsewhere from the feed and from the API
        link_rel="nofollow noopener",
    )
