"""The baseline: an MCP server of the bare SDK with one tool that does nothing."""

from typing import Any

import anyio
import mcp_types as t
from mcp.server.lowlevel.server import Server
from mcp.server.stdio import stdio_server

TOOL = t.Tool(
    name="list_techniques", description="Nothing.", input_schema={"type": "object", "properties": {}}
)


async def list_tools(ctx: Any, params: Any) -> t.ListToolsResult:
    """Return the one tool."""
    return t.ListToolsResult(tools=[TOOL])


async def call_tool(ctx: Any, params: t.CallToolRequestParams) -> t.CallToolResult:
    """Return an empty object."""
    return t.CallToolResult(content=[t.TextContent(text="{}")], structured_content={})


async def main() -> None:
    """Serve stdio."""
    server = Server("empty", version="0", on_list_tools=list_tools, on_call_tool=call_tool)
    async with stdio_server() as (read, write):
        await server.run(read, write, server.create_initialization_options())


if __name__ == "__main__":
    anyio.run(main)
