"""Season forecasts: simulate stages, store and show the results, and test the method on past seasons."""
