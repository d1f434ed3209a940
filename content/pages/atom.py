"""Atom as every reader can parse it: no name and no article can make the feed ill-formed."""

import re
from typing import Any

from django.utils.feedgenerator import Atom1Feed
from django.utils.xmlutils import SimplerXMLGenerator

# What XML 1.0 does not allow in any form, not even as a character reference.
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


class WellFormedAtom(Atom1Feed):
    """An Atom feed that shows a sign of replacement for each character that XML cannot carry."""

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, {name: _legal(value) for name, value in item.items()})


def _legal(value: Any) -> Any:
    return _ILLEGAL.sub(REPLACEMENT, value) if isinstance(value, str) else value
