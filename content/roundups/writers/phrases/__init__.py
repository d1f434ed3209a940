"""Sentences of the template writer, by section of the article."""
