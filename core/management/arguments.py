"""Arguments and argument types that several management commands share."""

import unicodedata
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable, Collection

from django.core.management.base import CommandError

from core.hidden_characters import hidden_error
from core.management.base import Exit


def add_encoding(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--encoding",
        type=encoding,
        help="encoding of the file, e.g. windows-1252 (default: its byte order mark, else UTF-8)",
    )


def add_chunk(parser: ArgumentParser, *, default: int) -> None:
    parser.add_argument(
        "--chunk", type=positive, default=default, help=f"rows per transaction (default {default})"
    )


def encoding(text: str) -> str:
    try:
        "x".encode(text)
    except (LookupError, ValueError):
        raise ArgumentTypeError(f"{text!r} is not an encoding such as windows-1252 or utf-16") from None
    return text


def positive(text: str) -> int:
    if not (text.isdecimal() and int(text)):
        raise ArgumentTypeError("must be 1 or more")
    return int(text)


def one_line(limit: int) -> Callable[[str], str]:
    """Return an argument type for one line of text: at most `limit` characters, none of them hidden."""

    def checked(text: str) -> str:
        if len(text) > limit:
            raise ArgumentTypeError(f"it has {len(text)} characters; at most {limit} are allowed")
        if error := hidden_error(text):
            raise ArgumentTypeError(f"it {error}")
        return text

    return checked


def name_and_slug(example: str) -> Callable[[str], tuple[str, str]]:
    """Return an argument type that splits NAME=SLUG into a pair. Its error message shows `example`."""

    def pair(text: str) -> tuple[str, str]:
        name, equals, slug = text.rpartition("=")
        if not (name and equals and slug):
            raise ArgumentTypeError(f"{text!r} is not NAME=SLUG, e.g. {example!r}")
        return name, slug

    return pair


def name_and_choice(choices: Collection[str], example: str) -> Callable[[str], tuple[str, str]]:
    """Return an argument type that splits NAME=CHOICE into a pair. Its error message shows all choices."""

    def pair(text: str) -> tuple[str, str]:
        name, _, choice = text.rpartition("=")
        if not name or choice not in choices:
            raise ArgumentTypeError(
                f"{text!r} must be a name, = and one of {', '.join(choices)}, e.g. {example!r}"
            )
        return name, choice

    return pair


def by_name(option: str, pairs: list[tuple[str, str]]) -> dict[str, str]:
    """Return the NAME=VALUE pairs of a repeated option as a dict.

    Raises CommandError with exit code USAGE if a name has two different values.
    """
    values: dict[str, str] = {}
    for name, value in ((unicodedata.normalize("NFC", name), value) for name, value in pairs):
        if values.setdefault(name, value) != value:
            raise CommandError(
                f"{option} has two values for {name!r}: {values[name]} and {value}.", returncode=Exit.USAGE
            )
    return values
