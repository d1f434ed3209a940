"""Atom feeds that are well-formed XML even if names or articles contain characters illegal in XML."""

import re
from typing import Any

from django.utils.feedgenerator import Atom1Feed
from django.utils.xmlutils import SimplerXMLGenerator

# Characters that XML 1.0 does not allow, not even as character references.
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


class WellFormedAtom(Atom1Feed):
    """Atom feed with U+FFFD in place of each character that is not allowed in XML."""

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, {name: _legal(value) for name, value in item.items()})


def _legal(value: Any) -> Any:
    return _ILLEGAL.sub(REPLACEMENT, value) if isinstance(value, str) else value
