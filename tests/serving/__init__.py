"""The HTTP server as callers meet it: a process that listens, and clients that others wrote."""
