"""Characters that cannot be seen, or that change the order of the text around them. Pure: no Django.

This is the one rule for forms, API, imports and feeds. Marks that writing needs are allowed: joiners,
accents, left-to-right and right-to-left marks, variation selectors, and the tags in the flags of England and
others.
"""

import re

# Controls; halves of characters; soft hyphen; the Mongolian vowel separator; zero-width space; separators,
# embeddings and overrides; word joiner, invisible operators, isolates, deprecated controls; byte order mark;
# annotations; tags.
_HIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\ud800-\udfff\xad\u180e\u200b\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
)
_FLAG = re.compile("\U0001f3f4[\U000e0030-\U000e007a]{2,6}\U000e007f")
LINE_BREAKS = frozenset("\t\n\r")


def hidden_characters(text: str, *, allowed: frozenset[str] = frozenset()) -> list[str]:
    """Return the hidden characters of a text, each once, in the order of their codes."""
    if not _HIDDEN.search(text):  # as almost always
        return []
    return sorted(set(_HIDDEN.findall(_FLAG.sub("", text))) - allowed)


def codes_of(characters: list[str]) -> str:
    """Return e.g. "U+202E, U+FEFF"."""
    return ", ".join(f"U+{ord(each):04X}" for each in characters)
