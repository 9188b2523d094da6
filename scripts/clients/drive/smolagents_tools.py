"""smolagents' tools: synchronous, and only the first block of a result."""

import json

from job import JOB, kinds, report
from mcp import StdioServerParameters
from smolagents import MCPClient

if JOB["transport"] == "stdio":
    server = StdioServerParameters(command=JOB["command"], args=JOB["args"], env=JOB["env"])
else:
    kind = {"http": "streamable-http", "sse": "sse"}[JOB["transport"]]
    server = {"url": JOB["url"], "transport": kind}
with MCPClient(server, structured_output=False) as listed:
    tools = {tool.name: tool for tool in listed}
    answer = tools["start_run"](**JOB["arguments"])
    run = json.loads(answer)
    view = tools["view_output"](run_id=run["run_id"])
report(
    tools=list(tools),
    run=run,
    seen=kinds([{"type": "text", "text": answer}]),
    view=kinds([{"type": "text", "text": view}]),
    progress=None,
)
