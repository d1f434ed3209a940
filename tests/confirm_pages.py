"""Confirm pages, as the browser of an operator has them."""

import re

from django.test import Client


def seen_in(page: str) -> str:
    """What the hidden field of this page carries along; nothing where it has none."""
    found = re.search(r'name="seen" value="([^"]*)"', page)
    return found[1] if found else ""


def seen_at(client: Client, url: str) -> str:
    """What the page at this address carries along, opened now."""
    return seen_in(client.get(url).content.decode())
