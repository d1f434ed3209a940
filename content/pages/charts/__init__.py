"""Charts of the pages: coordinates and values, computed on the server. Templates draw them."""
