"""FastMCP's client."""

import anyio
from fastmcp import Client
from fastmcp.client.transports import StdioTransport
from job import JOB, kinds, on_progress, report


async def main() -> None:
    server = JOB["url"]
    if JOB["transport"] == "stdio":
        server = StdioTransport(JOB["command"], args=JOB["args"], env=JOB["env"])
    async with Client(server, progress_handler=on_progress) as client:
        tools = await client.list_tools()
        run = await client.call_tool("start_run", JOB["arguments"])
        view = await client.call_tool("view_output", {"run_id": run.structured_content["run_id"]})
        report(
            tools=[tool.name for tool in tools],
            run=run.structured_content,
            seen=[*kinds(run.content), "structured"],
            view=kinds(view.content),
        )


anyio.run(main)
