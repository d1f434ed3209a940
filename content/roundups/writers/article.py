"""Articles as writers return them: texts with references to the facts."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """Texts with references. Title and summary are plain text, the body is Markdown."""

    title: str
    summary: str
    body: str
    writer: str
    model: str = ""
    tokens: int = 0


class WriterFailed(Exception):
    """The writer returned no text. The message is the reason; `for_good`: another request would not help."""

    def __init__(self, why: str, *, for_good: bool = False) -> None:
        self.for_good = for_good
        super().__init__(why)
