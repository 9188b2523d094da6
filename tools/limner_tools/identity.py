"""Who is asking: `local` on stdio, the principal that the HTTP host has let in elsewhere."""

from typing import Any

from mcp.server.context import ServerRequestContext

LOCAL_CALLER = "local"
PRINCIPAL = "principal"
"""Where the HTTP host puts the caller's Principal, in the request's state."""


def caller_of(ctx: ServerRequestContext[Any]) -> str:
    """Return the caller that a request's runs, keys and assets belong to.

    Every HTTP request carries its own principal, so that a session is never more than a name.
    """
    if ctx.request is None:
        return LOCAL_CALLER
    return str(ctx.request.scope["state"][PRINCIPAL].caller)
