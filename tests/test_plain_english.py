"""Texts of the project are plain English: words and phrases that need a second reading are not used.

Checked are docstrings, comments and other texts in Python, comments in SQL, templates, and Markdown. Text in
backticks or angle brackets (code, markup) is left out. A finding is a place to rewrite, not to disguise.
"""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from matches.forecasters import llm
from tools.servers.paths import CHECKOUT

# Unchanged, because a new wording would change the hashes of prompts and with them the forecasts.
PROMPTS = (llm.SYSTEM,)

OPENING = re.compile(r"(what|who|whose|whom|how|why|whether|those|such|of|where|when|that)\b", re.I)
THINGS = (
    "it|they|file|table|row|column|view|board|leaderboard|page|answer|response|request|feed|database|server|match"
    "|command|test|index|job|message|field|setting|header|list|line|model|article|roundup|result"
)
SPEECH = "says?|said|tells?|told|asks?|asked|knows?|knew|wants?|wanted|hears?|heard"
PHRASES = {
    "old-fashioned or vague": """
        anew, whoever, whomever, whatever, whichever, somebody, anybody, everybody, nobody, of ours,
        one's own, word for word, in the words of, lest, thereof, therein, therewith, hitherto, henceforth,
        whence, thence, of its own accord, by and by, at long last, in vain, of old""",
    "unusual phrase": """
        let go, lets go, came of, come of, comes of, what became of, there is none, that there is,
        that there are, no longer so, as it is, is asked for, are asked for, by itself what, a word about,
        its word, their word, has it that, is no more, are no more, all that it, gone for good""",
    "metaphor": """
        courier, doorbell, shelf, shelves, yardstick, census, checkup, stranger, patience, briefing, asleep,
        hear the bell, ring the bell, in one breath, at a stroke, wake up, wakes up, before their eyes,
        take me back, take it back""",
}


def _any_of(phrases: str) -> re.Pattern[str]:
    words = "|".join(each.strip() for each in phrases.split(","))
    return re.compile(rf"\b(?:{words})\b", re.IGNORECASE)


FINDINGS = {reason: _any_of(phrases) for reason, phrases in PHRASES.items()}
FINDINGS["a thing that speaks"] = re.compile(rf"\b(?:{THINGS})s? (?:{SPEECH})\b", re.IGNORECASE)
LABELS = re.compile(r"\b(tendency|mean p|made of|archive|the field|boards?)\b", re.IGNORECASE)
NOT_PROSE = re.compile(r"`[^`]*`|<code>.*?</code>|<[^<>]*>|\{[%{#].*?[%}#]\}|https?://\S+", re.DOTALL)
MARKDOWN_CODE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
SENTENCE = re.compile(r"\w+\W+\w+\W+\w+")  # shorter texts in the code are names, keys and formats


def python_texts(source: str) -> Iterator[tuple[int, str, bool]]:
    """Yield (line, text, is a docstring) for docstrings, comments and strings that may be sentences."""
    tree = ast.parse(source)
    docstrings = set()
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and ast.get_docstring(node):
            statement = node.body[0]
            assert isinstance(statement, ast.Expr)
            docstrings.add(statement.value)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            is_docstring = node in docstrings
            if is_docstring or (SENTENCE.search(node.value) and not _is_sql(node.value)):
                yield node.lineno, node.value.strip(), is_docstring
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string, False


def _is_sql(text: str) -> bool:
    return bool(re.match(r"\s*(SELECT|INSERT|UPDATE|DELETE|WITH|CREATE|CASE|ALTER|DROP|COPY|LOCK)\b", text))


def texts(path: Path) -> Iterator[tuple[int, str, bool]]:
    source = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        yield from python_texts(source)
    elif path.suffix == ".sql":
        for number, line in enumerate(source.splitlines(), 1):
            if "--" in line:
                yield number, line.partition("--")[2], False
    else:
        if path.name == "CHANGELOG.md":
            source = "\n## ".join(source.split("\n## ")[:2])  # the unreleased part
        source = MARKDOWN_CODE.sub(_blank, source)
        for number, line in enumerate(NOT_PROSE.sub(_blank, source).splitlines(), 1):
            yield number, line, False


def _blank(match: re.Match[str]) -> str:
    return "\n" * match[0].count("\n") or " "


def problems(text: str, *, is_docstring: bool = False, is_page: bool = False) -> list[str]:
    prose = NOT_PROSE.sub(" ", text)
    found = [f"{reason}: {match[0]}" for reason, words in FINDINGS.items() for match in words.finditer(prose)]
    if is_docstring and (opening := OPENING.match(text)):
        found.append(f"docstring opens with {opening[0]}")
    if is_page:
        found += [f"label: {match[0]}" for match in LABELS.finditer(prose)]
    return found


def files() -> list[Path]:
    folders = (
        "config",
        "core",
        "matches",
        "scoring",
        "stats",
        "content",
        "ops",
        "tools",
        "docs",
        "templates",
    )
    found = [*CHECKOUT.glob("*.md"), CHECKOUT / "manage.py"]
    for folder in folders:
        found += (p for p in (CHECKOUT / folder).rglob("*") if p.suffix in (".py", ".sql", ".md", ".html"))
    return sorted(path for path in found if "migrations" not in path.parts)


def findings() -> list[str]:
    """Return the findings of the project, each with its file and line."""
    found: list[str] = []
    for path in files():
        name = path.relative_to(CHECKOUT).as_posix()
        is_page = name.startswith("templates/pages/")
        for line, text, is_docstring in texts(path):
            if text in PROMPTS:
                continue
            for problem in problems(text, is_docstring=is_docstring, is_page=is_page):
                found.append(f"{name}:{line}: {problem}: {' '.join(text.split())[:90]}")
    return found


def test_no_text_needs_a_second_reading():
    assert len(files()) > 300
    assert findings() == []


@pytest.mark.parametrize(
    "text",
    [
        "Score the match anew.",
        "The feed says something else.",
        "It told the reader so.",
        "Nobody can change it.",
        "There is none with this name.",
        "The doorbell of the pipeline.",
    ],
)
def test_each_kind_of_finding_is_found(text):
    assert problems(text)


def test_names_in_backticks_and_markup_are_no_prose():
    assert problems("Return `anew` as <em title='nobody'>text</em>.") == []


def test_docstrings_open_with_a_verb_or_a_noun():
    assert problems("Whether the match is over.", is_docstring=True)
    assert problems("Return True if the match is over.", is_docstring=True) == []


def test_pages_use_the_words_of_their_readers():
    assert problems("<th>Tendency</th>", is_page=True) == ["label: Tendency"]
    assert problems("{{ tendency }} <b class='archive'>Correct result</b>", is_page=True) == []
