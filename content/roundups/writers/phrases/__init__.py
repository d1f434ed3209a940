"""The parts of a template article, one module each: a function takes the desk and returns its sentences."""
