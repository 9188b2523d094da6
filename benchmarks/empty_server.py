"""The baseline: an MCP server of the bare SDK, with one tool that does nothing. `--http` serves HTTP and SSE."""

import sys
from typing import Any

import anyio
import mcp_types as t
from mcp.server.lowlevel.server import Server
from mcp.server.stdio import stdio_server

SCHEMA: dict[str, Any] = {"type": "object", "properties": {}}
TOOL = t.Tool(name="list_techniques", description="Nothing.", input_schema=SCHEMA)


async def list_tools(ctx: Any, params: Any) -> t.ListToolsResult:
    """Return the one tool."""
    return t.ListToolsResult(tools=[TOOL])


async def call_tool(ctx: Any, params: t.CallToolRequestParams) -> t.CallToolResult:
    """Return an empty object."""
    return t.CallToolResult(content=[t.TextContent(text="{}")], structured_content={})


def build() -> Server[Any]:
    """Return the server."""
    return Server(
        "empty",
        version="0",
        on_list_tools=list_tools,
        on_call_tool=call_tool,
        get_tool_input_schema=lambda name: SCHEMA,
    )


async def serve_stdio() -> None:
    """Serve stdio."""
    server = build()
    async with stdio_server() as (read, write):
        await server.run(read, write, server.create_initialization_options())


def serve_http() -> None:
    """Serve both transports on a free port, named on stderr, as the SDK's own application does."""
    import socket

    import uvicorn
    from mcp.server.sse import SseServerTransport
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Mount, Route

    server = build()
    sse = SseServerTransport("/messages/")

    async def events(request: Request) -> Response:
        async with sse.connect_sse(request.scope, request.receive, request._send) as (read, write):
            await server.run(read, write, server.create_initialization_options())
        return Response()

    routes: list[Any] = [Route("/sse", events), Mount("/messages/", app=sse.handle_post_message)]
    app = server.streamable_http_app(custom_starlette_routes=routes)
    listener = socket.create_server(("127.0.0.1", 0))
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sys.stderr.write(f"serving http://127.0.0.1:{listener.getsockname()[1]}/mcp\n")
    sys.stderr.flush()
    # h11 is what the SDK's dependencies bring; a faster parser that Limner may have is not the SDK's.
    config = uvicorn.Config(app, http="h11", log_level="error", timeout_graceful_shutdown=1)
    uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    serve_http() if "--http" in sys.argv else anyio.run(serve_stdio)
