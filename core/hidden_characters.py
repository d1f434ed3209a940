"""Hidden characters: invisible ones, and those that change the order of the text around them. No Django.

Forms, API, imports and feeds use this definition. Marks that some scripts need are not hidden: joiners,
accents, left-to-right and right-to-left marks, variation selectors. Nor are the tag characters in flags such
as England's.
"""

import re

# Control characters; surrogates; soft hyphen; the Mongolian vowel separator; zero-width space; separators,
# embeddings and overrides; word joiner, invisible operators, isolates, deprecated controls; byte order mark;
# annotations; tags.
_HIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\ud800-\udfff\xad\u180e\u200b\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
)
_FLAG = re.compile("\U0001f3f4[\U000e0030-\U000e007a]{2,6}\U000e007f")
LINE_BREAKS = frozenset("\t\n\r")


def hidden_characters(text: str, *, allowed: frozenset[str] = frozenset()) -> list[str]:
    """Return the hidden characters of a text except those in `allowed`, sorted, without duplicates."""
    if not _HIDDEN.search(text):  # the usual case
        return []
    return sorted(set(_HIDDEN.findall(_FLAG.sub("", text))) - allowed)


def hidden_error(text: str, *, allowed: frozenset[str] = frozenset()) -> str:
    """Return an error message (sentence fragment) if the text has hidden characters, else ""."""
    hidden = hidden_characters(text, allowed=allowed)
    return f"contains invisible characters ({codes_of(hidden)}); remove them" if hidden else ""


def codes_of(characters: list[str]) -> str:
    """Return the code points as text, e.g. "U+202E, U+FEFF"."""
    return ", ".join(f"U+{ord(each):04X}" for each in characters)
