"""Writers turn facts into articles. Which ones there are stands in base.py."""

from content.writers import llm, template
from content.writers.base import (
    Article,
    CorrectableWriter,
    UnknownWriter,
    Writer,
    WriterFailed,
    get,
    register,
)

register(template.TemplateWriter())
register(llm.LlmWriter())

__all__ = [
    "Article",
    "CorrectableWriter",
    "UnknownWriter",
    "Writer",
    "WriterFailed",
    "get",
    "register",
]
