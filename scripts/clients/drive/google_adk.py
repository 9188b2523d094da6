"""Google ADK: its own loop, with a model that is scripted and notes what it is given."""

import anyio
from google.adk.agents import LlmAgent
from google.adk.models import BaseLlm, LlmResponse
from google.adk.runners import InMemoryRunner
from google.adk.tools.mcp_tool import McpToolset
from google.adk.tools.mcp_tool.mcp_session_manager import (
    SseConnectionParams,
    StdioConnectionParams,
    StreamableHTTPConnectionParams,
)
from google.genai import types
from job import JOB, kinds, on_progress, report
from mcp import StdioServerParameters

PATIENCE_SECONDS = 60.0
TOLD = {"tools": [], "returns": []}


class Scripted(BaseLlm):
    """Starts the run, looks at its output, and ends."""

    async def generate_content_async(self, llm_request, stream=False):
        TOLD["tools"] = list(llm_request.tools_dict)
        parts = [part for content in llm_request.contents for part in content.parts or ()]
        TOLD["returns"] = [part.function_response for part in parts if part.function_response]
        yield LlmResponse(content=types.Content(role="model", parts=[self.next_step()]))

    def next_step(self):
        if not TOLD["returns"]:
            return types.Part.from_function_call(name="start_run", args=JOB["arguments"])
        if len(TOLD["returns"]) == 1:
            run = TOLD["returns"][0].response["structuredContent"]
            return types.Part.from_function_call(name="view_output", args={"run_id": run["run_id"]})
        return types.Part(text="done")


def connection():
    if JOB["transport"] == "stdio":
        server = StdioServerParameters(command=JOB["command"], args=JOB["args"], env=JOB["env"])
        return StdioConnectionParams(server_params=server, timeout=PATIENCE_SECONDS)
    kind = SseConnectionParams if JOB["transport"] == "sse" else StreamableHTTPConnectionParams
    return kind(url=JOB["url"], timeout=PATIENCE_SECONDS)


async def main() -> None:
    toolset = McpToolset(connection_params=connection(), progress_callback=on_progress)
    agent = LlmAgent(name="agent", model=Scripted(model="scripted"), tools=[toolset])
    runner = InMemoryRunner(agent)
    await runner.run_debug("Pull a palette.", quiet=True)
    run, view = (each.response for each in TOLD["returns"])
    report(
        tools=TOLD["tools"],
        run=run["structuredContent"],
        seen=[*kinds(run["content"]), "structured"],
        view=kinds(view["content"]),
    )
    await toolset.close()


anyio.run(main)
