"""Code that edits media. Only `catalogue` is imported by the server; the rest runs in worker processes."""
