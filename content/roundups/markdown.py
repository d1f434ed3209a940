"""Render Markdown to safe HTML: raw HTML is disabled, and the output is filtered by an allow-list."""

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

_TAGS = {"p", "br", "h2", "h3", "strong", "em", "ul", "ol", "li", "blockquote", "code"}
_TAGS |= {"table", "thead", "tbody", "tr", "th", "td", "a"}
_ATTRIBUTES: dict[str, set[str]] = {"*": set(), "a": {"href"}, "th": {"class"}, "td": {"class"}}
_RIGHT = "text-align:right"


def _cell(self: RendererHTML, tokens: list[Token], place: int, options: object, env: object) -> str:
    """Render right-aligned cells with a class, because the CSP does not allow style attributes."""
    style = tokens[place].attrs.pop("style", None)
    if style == _RIGHT:
        tokens[place].attrSet("class", "num")
    return self.renderToken(tokens, place, options, env)  # type: ignore[arg-type]


_markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
_markdown.add_render_rule("th_open", _cell)
_markdown.add_render_rule("td_open", _cell)


def render(text: str) -> str:
    """Render an article to HTML with the allowed tags and attributes only."""
    return nh3.clean(
        _markdown.render(text),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https"},
        url_relative="deny",  # relative links would break in the feed and the API
        link_rel="nofollow noopener",
    )
