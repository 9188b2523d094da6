"""mcp-use: the tools that its agent gives to a LangChain model."""

import json

import anyio
from job import JOB, kinds, report
from mcp_use import MCPClient
from mcp_use.agents.adapters.langchain_adapter import LangChainAdapter


async def main() -> None:
    server = {"url": JOB["url"]}
    if JOB["transport"] == "stdio":
        server = {name: JOB[name] for name in ("command", "args", "env")}
    client = MCPClient({"mcpServers": {"limner": server}})
    try:
        tools = {tool.name: tool for tool in await LangChainAdapter().create_tools(client)}
        answer = await tools["start_run"].ainvoke(JOB["arguments"])
        run, _ = json.JSONDecoder().raw_decode(answer)
        view = await tools["view_output"].ainvoke({"run_id": run["run_id"]})
        report(
            tools=[name for name in tools if name in JOB["expected"]],
            run=run,
            seen=["json", "links as text"] if "resource_link" in answer else ["json"],
            view=kinds(view),
            progress=None,
        )
    finally:
        await client.close_all_sessions()


anyio.run(main)
