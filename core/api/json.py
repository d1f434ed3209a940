"""JSON as DRF writes it, by a library that takes a tenth of the time."""

from typing import Any

import orjson
from rest_framework import renderers
from rest_framework.utils.encoders import JSONEncoder

# Ends of lines to JavaScript, and not to JSON: DRF escapes them, so that an answer may stand in a script.
_LINE_ENDS = ((b"\xe2\x80\xa8", b"\\u2028"), (b"\xe2\x80\xa9", b"\\u2029"))
_LINE_ENDS_BEGIN = b"\xe2\x80"
_encode = JSONEncoder().default  # dates, decimals and what else JSON does not know


class JSONRenderer(renderers.JSONRenderer):
    """The same values in the same form. Indented ones, which only people ask for, DRF writes itself."""

    def render(self, data: Any, accepted_media_type: Any = None, renderer_context: Any = None) -> Any:
        if data is None or self.get_indent(accepted_media_type or "", renderer_context or {}):
            return super().render(data, accepted_media_type, renderer_context)
        text = orjson.dumps(data, default=_encode, option=orjson.OPT_PASSTHROUGH_DATETIME)
        return _escaped(text) if _LINE_ENDS_BEGIN in text else text


def _escaped(text: bytes) -> bytes:
    for character, escaped in _LINE_ENDS:
        text = text.replace(character, escaped)
    return text
