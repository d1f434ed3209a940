"""Whatever an article says, nothing of it runs: properties over generated Markdown and HTML."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content.roundups.markdown import render
from content.roundups.references import escape
from tests.slow.fuzz import strings
from tests.slow.fuzz.reader import Reader, squeezed

BOUNDED = settings(max_examples=300, deadline=None, derandomize=True, database=None)
ALLOWED = {"p", "br", "h2", "h3", "strong", "em", "ul", "ol", "li", "blockquote", "code", "a"}
ALLOWED |= {"table", "thead", "tbody", "tr", "th", "td"}

pieces = st.sampled_from(
    [
        *strings.FOR_READERS,
        *(
            "<",
            ">",
            '"',
            "'",
            "&",
            "`",
            "```\n",
            "    ",
            "\n\n",
            "\n",
            "\t",
            "\\",
            "[",
            "](",
            ")",
            "![",
            "](<",
        ),
        *(
            "| a |\n|--:|\n| ",
            "[a]: ",
            "&#x6a;avascript:",
            "&colon;",
            "&Tab;",
            "&NewLine;",
            "JaVaScRiPt&#58;",
        ),
        *(
            "<a href=",
            "<svg>",
            "<math>",
            "<style>",
            "<!--",
            "-->",
            "<![CDATA[",
            "<?xml ",
            "<template>",
            "onclick=",
        ),
        *(
            "http://",
            "https://x",
            "//x",
            "data:",
            "vbscript:",
            "feed:javascript:",
            "\u2028",
            "\ufeff",
            "\x00",
        ),
    ]
)
markdown = st.lists(pieces | st.text(max_size=12), max_size=14).map("".join)


class Elements(Reader):
    """Every element with its attributes, too."""

    def __init__(self, html: str) -> None:
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        super().__init__(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attributes)))
        super().handle_starttag(tag, attributes)


def assert_is_harmless(html: str) -> None:
    page = Elements(html)
    assert page.faults == []
    for tag, attributes in page.elements:
        assert tag in ALLOWED
        assert set(attributes) <= {"a": {"href", "rel"}, "th": {"class"}, "td": {"class"}}.get(tag, set())
        assert attributes.get("class", "num") == "num"
        if tag == "a" and "href" in attributes:
            assert re.match(r"https?://", attributes["href"], re.IGNORECASE), attributes
            assert attributes["rel"] == "nofollow noopener"


def test_the_reader_of_these_tests_knows_an_attack():
    """Those that need more than themselves to harm: text, a form to send, an entity, the right place."""
    unnoticed = {name for name, text in strings.MARKUP.items() if not Reader(text).faults}

    quiet = {"nested script", "double quote", "single quote", "entity", "numeric entity"}
    quiet |= {"document type", "percent"}
    assert unnoticed == quiet
    for text in strings.LINKS.values():
        assert Reader(f"<a href='{text}'>x</a>").faults


@BOUNDED
@given(text=markdown)
def test_no_script_no_handler_and_no_dangerous_address_survives(text):
    assert_is_harmless(render(text))


@pytest.mark.parametrize("text", [*strings.FOR_READERS, *strings.FOR_SPREADSHEETS])
def test_no_known_attack_survives(text):
    for article in (
        text,
        f"# {text}",
        f"- {text}",
        f"> {text}",
        f"| {text} |\n|--:|\n| {text} |",
        f"[x]({text})",
    ):
        assert_is_harmless(render(article))


@BOUNDED
@given(text=st.text(min_size=1, max_size=40))
def test_what_is_rendered_once_more_stays_harmless(text):
    """Markup that only comes about when the HTML of an article is taken for Markdown again."""
    assert_is_harmless(render(render(text)))


@BOUNDED
@given(name=st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=40))
def test_an_escaped_name_reads_as_itself(name):
    html = render(f"Before {escape(name)} after.")

    assert {tag for tag, _ in Elements(html).elements} == {"p"}
    assert squeezed(Reader(html).text) == squeezed(f"Before {name} after.")
