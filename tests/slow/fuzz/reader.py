"""HTML as a browser would take it apart: what is element and attribute, and what is only text."""

import json
from html.parser import HTMLParser
from urllib.parse import urlsplit

from tests.slow.fuzz.strings import HOST

# Elements that run, load or send something, or change what the rest of the page means.
FOREIGN = {"script", "style", "iframe", "frame", "object", "embed", "applet", "base", "meta:refresh"}
FOREIGN |= {"video", "audio", "source", "math", "mglyph", "template", "noscript", "portal"}
ADDRESSES = {"href", "src", "action", "formaction", "xlink:href", "data", "poster", "srcset", "background"}


class Reader(HTMLParser):
    """Collects `faults` (what no name may bring about) and the `words` to be read."""

    def __init__(self, html: str, *, admin: bool = False) -> None:
        super().__init__(convert_charrefs=True)
        self.admin, self.faults, self.words = admin, [], []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        self.is_structured_data = tag == "script" and given == {"type": "application/ld+json"}
        if self._is_foreign(tag, given):
            self.faults.append(self.get_starttag_text())
        for name, value in given.items():
            if self._is_harmful(tag, name, value):
                self.faults.append(f"{tag} {name}={value}")

    def _is_foreign(self, tag: str, given: dict[str, str]) -> bool:
        if tag == "meta":
            # The pipeline board reloads itself: seconds, and no other address.
            return "http-equiv" in given and not (self.admin and given.get("content", "").isdigit())
        if tag == "script" and given.get("src", "").startswith("/static/"):
            return False
        if self.admin and tag == "script":
            own = given.get("src", "").startswith("/admin/jsi18n/")
            return not own and given.get("type") not in ("application/json", "text/json")
        if self.is_structured_data:
            return False
        return tag in FOREIGN and not (self.admin and tag in ("template", "noscript", "style"))

    def _is_harmful(self, tag: str, name: str, value: str) -> bool:
        if name.startswith("on") or name == "srcdoc" or (name == "style" and not self.admin):
            return True
        return name in ADDRESSES and not self._is_harmless_address(tag, value)

    def _is_harmless_address(self, tag: str, value: str) -> bool:
        """Somewhere on this site; or, for links alone, an article's link to another."""
        plain = "".join(value.split()).lower()
        try:
            address = urlsplit(plain)
        except ValueError:
            return False
        if not address.scheme and not address.netloc:
            return not plain.startswith("\\")
        ours = address.netloc in ("testserver", "localhost", "127.0.0.1:8000")
        return address.scheme in ("http", "https") and (ours or tag == "a")

    def handle_data(self, data: str) -> None:
        if self.cdata_elem and self.is_structured_data:
            json.loads(data)  # whole, so no name has ended the element
            return
        self.words.append(data)
        if self.cdata_elem and any(each in data for each in (HOST, "pwn", "color:red")):
            self.faults.append(f"{self.cdata_elem}: {data[:80]}")

    @property
    def text(self) -> str:
        return squeezed("".join(self.words))


def squeezed(text: str) -> str:
    """With single spaces, as a browser shows it."""
    return " ".join(text.split())
