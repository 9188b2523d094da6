"""The MCP Python SDK, line 1, which most frameworks still use."""

import anyio
from job import JOB, kinds, on_progress, report
from mcp import ClientSession, StdioServerParameters, stdio_client
from mcp.client.sse import sse_client
from mcp.client.streamable_http import streamable_http_client


async def main() -> None:
    opened = {
        "stdio": lambda: stdio_client(
            StdioServerParameters(command=JOB["command"], args=JOB["args"], env=JOB["env"])
        ),
        "http": lambda: streamable_http_client(JOB["url"]),
        "sse": lambda: sse_client(JOB["url"]),
    }[JOB["transport"]]()
    async with opened as streams, ClientSession(*streams[:2]) as session:
        agreed = await session.initialize()
        tools = (await session.list_tools()).tools
        run = await session.call_tool("start_run", JOB["arguments"], progress_callback=on_progress)
        view = await session.call_tool("view_output", {"run_id": run.structuredContent["run_id"]})
        report(
            protocol=str(agreed.protocolVersion),
            tools=[tool.name for tool in tools],
            run=run.structuredContent,
            seen=[*kinds(run.content), "structured"],
            view=kinds(view.content),
        )


anyio.run(main)
