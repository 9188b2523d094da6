"""The MCP Python SDK, line 2: every transport, both eras."""

import anyio
from job import JOB, kinds, on_progress, report
from mcp import Client, StdioServerParameters
from mcp.client.sse import sse_client


async def main() -> None:
    server = {
        "stdio": lambda: StdioServerParameters(command=JOB["command"], args=JOB["args"], env=JOB["env"]),
        "http": lambda: JOB["url"],
        "sse": lambda: sse_client(JOB["url"]),
    }[JOB["transport"]]()
    async with Client(server, mode=JOB["mode"]) as client:
        tools = (await client.list_tools()).tools
        run = await client.call_tool("start_run", JOB["arguments"], progress_callback=on_progress)
        view = await client.call_tool("view_output", {"run_id": run.structured_content["run_id"]})
        report(
            protocol=client.protocol_version,
            tools=[tool.name for tool in tools],
            run=run.structured_content,
            seen=[*kinds(run.content), "structured"],
            view=kinds(view.content),
        )


anyio.run(main)
