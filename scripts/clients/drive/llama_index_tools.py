"""LlamaIndex's tools: each call opens a connection of its own."""

import anyio
from job import JOB, kinds, report
from llama_index.tools.mcp import BasicMCPClient, McpToolSpec

PATIENCE_SECONDS = 60


async def main() -> None:
    if JOB["transport"] == "stdio":
        client = BasicMCPClient(JOB["command"], args=JOB["args"], env=JOB["env"], timeout=PATIENCE_SECONDS)
    else:
        client = BasicMCPClient(JOB["url"], timeout=PATIENCE_SECONDS)
    tools = {tool.metadata.name: tool for tool in await McpToolSpec(client).to_tool_list_async()}
    run = await tools["start_run"].acall(**JOB["arguments"])
    result = run.raw_output
    view = await tools["view_output"].acall(run_id=result.structured_content["run_id"])
    report(
        tools=list(tools),
        run=result.structured_content,
        seen=seen(run),
        view=seen(view),
        progress=None,
    )


def seen(output):
    """Return what the model gets of a tool: LlamaIndex prints the SDK's result object as one text."""
    return [
        "result object as text" if "content=[" in output.content else kind for kind in kinds(output.blocks)
    ]


anyio.run(main)
