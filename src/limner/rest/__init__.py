"""The HTTP API face: the public techniques and runs API, over the Studio."""
