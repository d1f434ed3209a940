"""Validators for text in forms and in the API. core/hidden_characters.py defines hidden characters."""

from zoneinfo import available_timezones

from django import forms
from django.core.exceptions import ValidationError

from core.hidden_characters import LINE_BREAKS, codes_of, hidden_characters

REFUSED_BY_DJANGO = frozenset(["\0", *map(chr, range(0xD800, 0xE000))])  # NUL and surrogates
BLANK_LETTERS = set("\u115f\u1160\u3164\uffa0")  # Hangul fillers: letters in Unicode, displayed as blanks


def plain_lines(value: object) -> None:
    """Refuse hidden characters except line breaks and tabs."""
    _refuse(str(value), allowed=LINE_BREAKS)


def one_plain_line(value: object) -> None:
    """Refuse hidden characters, line breaks and tabs included."""
    _refuse(str(value), allowed=frozenset())


def require_letters(value: str) -> None:
    """Refuse text without a letter or a digit, e.g. zero-width spaces only."""
    if not any(each.isalnum() and each not in BLANK_LETTERS for each in value):
        raise ValidationError("It must contain at least one letter or digit.", code="no_letters")


def has_a_letter(name: str) -> None:
    """Refuse a name without letters: in a text about a match, the name would look like a number."""
    if not any(character.isalpha() for character in name):
        raise ValidationError("A name needs at least one letter.", code="no-letter")


def known_time_zone(name: str) -> None:
    """Refuse text that is not the name of a time zone, e.g. Europe/London."""
    if name not in available_timezones():
        raise ValidationError(
            "Unknown time zone. Enter a name of the tz database, e.g. Europe/London or UTC.", code="time_zone"
        )


def require_plain_text(field: forms.Field | None) -> None:
    """Make a form field refuse hidden characters if it is a text field; a Textarea may have several lines."""
    if isinstance(field, forms.CharField):
        validator = plain_lines if isinstance(field.widget, forms.Textarea) else one_plain_line
        if validator not in field.validators:
            field.validators.append(validator)


def _refuse(text: str, *, allowed: frozenset[str]) -> None:
    hidden = hidden_characters(text, allowed=allowed | REFUSED_BY_DJANGO)
    if hidden:
        raise ValidationError(
            f"Remove line breaks and invisible characters ({codes_of(hidden)}).",
            code="hidden_character",
        )
