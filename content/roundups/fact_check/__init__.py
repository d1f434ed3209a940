"""Parts of the fact checker (checker.py): what may be claimed, and what a text claims."""
