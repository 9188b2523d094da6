"""LangChain's adapters: the tools of an agent, and the messages that its model gets."""

import json

import anyio
from job import JOB, PROGRESS, kinds, report
from langchain_mcp_adapters.callbacks import Callbacks
from langchain_mcp_adapters.client import MultiServerMCPClient


async def on_progress(progress, total, message, context):
    PROGRESS.append([progress, message])


def seen(message):
    """Return what the model gets: LangChain makes picture blocks of links to pictures."""
    content = message.content
    blocks = [{"type": "text", "text": content}] if isinstance(content, str) else content
    return kinds(
        [{**block, "type": f"{block['type']} by address"} if "url" in block else block for block in blocks]
    )


async def main() -> None:
    server = {"transport": "streamable_http", "url": JOB["url"]}
    if JOB["transport"] == "stdio":
        server = {"transport": "stdio", **{name: JOB[name] for name in ("command", "args", "env")}}
    if JOB["transport"] == "sse":
        server["transport"] = "sse"
    client = MultiServerMCPClient({"limner": server}, callbacks=Callbacks(on_progress=on_progress))
    tools = {tool.name: tool for tool in await client.get_tools()}

    async def call(name, arguments):
        return await tools[name].ainvoke({"type": "tool_call", "id": "1", "name": name, "args": arguments})

    run = await call("start_run", JOB["arguments"])
    structured = run.artifact["structured_content"]
    first = run.content if isinstance(run.content, str) else run.content[0]["text"]
    assert json.loads(first) == structured
    view = await call("view_output", {"run_id": structured["run_id"]})
    report(tools=list(tools), run=structured, seen=seen(run), view=seen(view))


anyio.run(main)
