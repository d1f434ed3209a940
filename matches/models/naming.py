"""What a name must be, so that a text which has it can be read."""

from django.core.exceptions import ValidationError


def has_a_letter(name: str) -> None:
    """Refuse a name of digits and signs alone: in a roundup nobody could tell it from a number."""
    if not any(character.isalpha() for character in name):
        raise ValidationError("A name needs at least one letter.", code="no-letter")
