"""Pydantic AI: its own loop, with a model that is a function and notes what it is given."""

import anyio
from fastmcp.client.transports import StdioTransport
from job import JOB, on_progress, report
from pydantic_ai import Agent
from pydantic_ai.mcp import MCPToolset
from pydantic_ai.messages import ModelResponse, TextPart, ToolCallPart, ToolReturnPart
from pydantic_ai.models.function import FunctionModel

INIT_SECONDS = 60


async def main() -> None:
    server = JOB["url"]
    if JOB["transport"] == "stdio":
        server = StdioTransport(JOB["command"], args=JOB["args"], env=JOB["env"])
    toolset = MCPToolset(server, init_timeout=INIT_SECONDS, progress_handler=on_progress)
    told = {}

    def model(messages, info):
        told["tools"] = [tool.name for tool in info.function_tools]
        told["returns"] = [
            part for message in messages for part in message.parts if isinstance(part, ToolReturnPart)
        ]
        if not told["returns"]:
            return ModelResponse([ToolCallPart("start_run", JOB["arguments"])])
        if len(told["returns"]) == 1:
            run_id = run_of(told["returns"][0])["run_id"]
            return ModelResponse([ToolCallPart("view_output", {"run_id": run_id})])
        return ModelResponse([TextPart("done")])

    agent = Agent(FunctionModel(model), toolsets=[toolset])
    async with agent:
        await agent.run("Pull a palette.")
    run, view = told["returns"]
    report(tools=told["tools"], run=run_of(run), seen=seen(run), view=seen(view))


def run_of(part):
    return next(each for each in parts_of(part) if isinstance(each, dict))


def parts_of(part):
    return part.content if isinstance(part.content, list) else [part.content]


def seen(part):
    """Return what the model gets: Pydantic AI has made values of the blocks."""
    return [name_of(each) for each in parts_of(part)]


def name_of(value):
    if isinstance(value, dict):
        return "json"
    if isinstance(value, str):
        return "text"
    return value.media_type.partition("/")[0]


anyio.run(main)
