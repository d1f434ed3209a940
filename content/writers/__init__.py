"""Writers turn facts into articles. Which ones there are stands in base.py."""

from content.writers import template
from content.writers.base import Article, UnknownWriter, Writer, get, register

register(template.TemplateWriter())

__all__ = ["Article", "UnknownWriter", "Writer", "get", "register"]
