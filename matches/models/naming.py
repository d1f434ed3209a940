"""Validator of names that appear in texts."""

from django.core.exceptions import ValidationError


def has_a_letter(name: str) -> None:
    """Refuse a name without letters: in a roundup it would look like a number."""
    if not any(character.isalpha() for character in name):
        raise ValidationError("A name needs at least one letter.", code="no-letter")
