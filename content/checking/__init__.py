"""The parts of the checker (content/checker.py): what may be claimed, and what a text claims."""
