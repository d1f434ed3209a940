"""Import of a whole competition: matches, decisions about its stages, forecasts (docs/importing.md)."""
