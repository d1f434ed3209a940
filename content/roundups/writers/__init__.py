"""Writers turn facts into articles. Which ones there are stands in base.py."""

from content.roundups.writers import language_model, template
from content.roundups.writers.registry import (
    Article,
    CorrectableWriter,
    UnknownWriter,
    Writer,
    WriterFailed,
    get,
    register,
)

register(template.TemplateWriter())
register(language_model.LlmWriter())

__all__ = [
    "Article",
    "CorrectableWriter",
    "UnknownWriter",
    "Writer",
    "WriterFailed",
    "get",
    "register",
]
