"""Writers of articles with references: the template, and a language model."""
