"""What the page of a match shows beside its predictions."""
