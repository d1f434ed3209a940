"""Text that people type in the admin consists of what one can see.

A control character reaches terminals and logs, a bidirectional override shows the text after it in another
order than it is stored in. Marks that writing needs (joiners, accents, right-to-left marks) are fine.
"""

import unicodedata

from django import forms
from django.core.exceptions import ValidationError

BIDI_OVERRIDES = {chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))}
CONTROLS = {"Cc", "Zl", "Zp"}  # Unicode's categories: control, line separator, paragraph separator
BREAKS = set("\t\n\r")
BLANK_LETTERS = set("\u115f\u1160\u3164\uffa0")  # Hangul fillers: letters to Unicode, blank to people


def plain_lines(value: object) -> None:
    """Refuse control characters but line breaks and tabs, and overrides of the writing direction."""
    _refuse(str(value), allowed=BREAKS)


def one_plain_line(value: object) -> None:
    """Refuse line breaks and tabs, too."""
    _refuse(str(value), allowed=set())


def says_something(value: str) -> None:
    """Refuse text without a letter or a digit, such as spaces of no width."""
    if not any(each.isalnum() and each not in BLANK_LETTERS for each in value):
        raise ValidationError("Say it in words: at least one letter or digit.", code="says_nothing")


def keep_plain(field: forms.Field | None) -> None:
    """Let a form's field take plain text only, if it takes text at all."""
    if isinstance(field, forms.CharField):
        validator = plain_lines if isinstance(field.widget, forms.Textarea) else one_plain_line
        if validator not in field.validators:
            field.validators.append(validator)


def _refuse(text: str, *, allowed: set[str]) -> None:
    hidden = (
        {each for each in text if _is_hidden(each)} - allowed - {"\0"}
    )  # of which Django complains itself
    if hidden:
        codes = ", ".join(f"U+{ord(each):04X}" for each in sorted(hidden))
        raise ValidationError(
            f"It contains a line break or a character that cannot be seen ({codes}): take it out.",
            code="hidden_character",
        )


def _is_hidden(character: str) -> bool:
    return character in BIDI_OVERRIDES or unicodedata.category(character) in CONTROLS
