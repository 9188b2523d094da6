"""`limner serve`: the HTTP server in the foreground."""

import os

from limner import logs
from limner.cli.session import Session
from limner.config import read_settings


async def serve(session: Session) -> int:
    """Serve until Ctrl-C or SIGTERM. Raises: ConfigurationError, StoreError."""
    arguments = session.arguments
    settings = read_settings(os.environ)
    logs.configure(settings.log_level)
    await session.serve(settings, host=arguments.host, port=arguments.port, say=session.terminal.note)
    return 0
