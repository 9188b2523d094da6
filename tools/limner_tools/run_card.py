"""The run card: the page that hosts with MCP Apps show for a run. It follows the run through the host.

Source: MCP Apps (SEP-1865), specification 2026-01-26.
"""

import anyio
import mcp_types as t

from limner.types import Json
from limner_tools.addresses import RUN_CARD

EXTENSION = "io.modelcontextprotocol/ui"
MEDIA_TYPE = "text/html;profile=mcp-app"
FRESH_MS = 60 * 60 * 1000
"""How long a host may keep the page: it changes only with Limner's version."""
_UI: Json = {"csp": {}, "prefersBorder": True}  # no domains: the page asks the network for nothing
RESOURCE = t.Resource(
    uri=RUN_CARD,
    name="run-card",
    title="Run card",
    description="Shows a run: its progress, then its outputs, cost and score.",
    mime_type=MEDIA_TYPE,
    _meta={"ui": _UI},
)


def shown_on_card() -> Json:
    """Return the `_meta` of a tool that returns a Run: in the form of the specification and in the one before it."""
    return {"ui": {"resourceUri": RUN_CARD}, "ui/resourceUri": RUN_CARD}


async def read_card() -> t.ReadResourceResult:
    """Return the page."""
    page = await anyio.Path(__file__).with_suffix(".html").read_text(encoding="utf-8")
    contents = t.TextResourceContents(uri=RUN_CARD, mime_type=MEDIA_TYPE, text=page, _meta={"ui": _UI})
    return t.ReadResourceResult(contents=[contents], ttl_ms=FRESH_MS, cache_scope="public")
