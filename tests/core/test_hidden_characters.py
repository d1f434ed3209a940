"""The one rule for text of forms, API, imports and feeds: what cannot be seen is refused."""

import pytest

from core.hidden_characters import LINE_BREAKS, codes_of, hidden_characters

BIDI = [*range(0x202A, 0x202F), *range(0x2066, 0x206A)]
INVISIBLE = [0xAD, 0x180E, 0x200B, 0x2028, 0x2029, *range(0x2060, 0x2066), *range(0x206A, 0x2070), 0xFEFF]
OTHERS = [*range(0x20), *range(0x7F, 0xA0), 0xD800, 0xDFFF, 0xFFF9, 0xFFFB, 0xE0001, 0xE0041, 0xE007F]


@pytest.mark.parametrize("code", [*BIDI, *INVISIBLE, *OTHERS], ids=hex)
def test_every_character_that_cannot_be_seen_is_found(code):
    assert hidden_characters(f"Ash{chr(code)}ford") == [chr(code)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Ashford Town 1890",
        "Coupe e\u0301te\u0301, gar\u00e7on\u00a0!",
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        "\u05d0\u200f\u200e Cup \u061c",
        "\U0001f469\u200d\u2764\ufe0f\u200d\U0001f469",
        "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f to win",
    ],
    ids=ascii,
)
def test_marks_that_writing_and_flags_need_are_allowed(text):
    assert hidden_characters(text) == []


def test_line_breaks_are_allowed_on_request():
    assert hidden_characters("one\r\n\ttwo", allowed=LINE_BREAKS) == []
    assert codes_of(hidden_characters("b\u202ea\x1b")) == "U+001B, U+202E"
