"""The HTTP host: one ASGI application that lets callers in and mounts the faces."""
