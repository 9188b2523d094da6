"""OpenAI Agents: its own loop, with a model that is scripted and notes what it is given."""

import json

import anyio
from agents import Agent, Model, ModelResponse, Runner, Usage, set_tracing_disabled
from agents.mcp import MCPServerSse, MCPServerStdio, MCPServerStreamableHttp
from job import JOB, kinds, report
from openai.types.responses import ResponseFunctionToolCall, ResponseOutputMessage, ResponseOutputText

PATIENCE_SECONDS = 60


class Scripted(Model):
    """Starts the run, looks at its output, and ends."""

    def __init__(self):
        self.tools, self.outputs = [], []

    async def get_response(self, system_instructions, input, model_settings, tools, *more, **named):
        self.tools = [tool.name for tool in tools]
        items = [] if isinstance(input, str) else input
        self.outputs = [item["output"] for item in items if item.get("type") == "function_call_output"]
        return ModelResponse(output=[self.next_step()], usage=Usage(), response_id=None)

    def next_step(self):
        if not self.outputs:
            return call("start_run", JOB["arguments"])
        if len(self.outputs) == 1:
            return call("view_output", {"run_id": run_of(self.outputs[0])["run_id"]})
        text = ResponseOutputText(text="done", type="output_text", annotations=[])
        return ResponseOutputMessage(
            id="message", content=[text], role="assistant", status="completed", type="message"
        )

    def stream_response(self, *more, **named):
        raise NotImplementedError


def call(name, arguments):
    return ResponseFunctionToolCall(
        name=name, arguments=json.dumps(arguments), call_id=f"call_{name}", type="function_call"
    )


def run_of(output):
    """Return the Run in what the model is given: the first text that it sees."""
    return json.loads(output if isinstance(output, str) else output[0]["text"])


def seen(output):
    blocks = [{"type": "text", "text": output}] if isinstance(output, str) else output
    return kinds([{**block, "type": block["type"].removeprefix("input_")} for block in blocks])


async def main() -> None:
    set_tracing_disabled(True)
    more = {"client_session_timeout_seconds": PATIENCE_SECONDS}
    if JOB["transport"] == "stdio":
        server = MCPServerStdio({name: JOB[name] for name in ("command", "args", "env")}, **more)
    else:
        kind = MCPServerSse if JOB["transport"] == "sse" else MCPServerStreamableHttp
        server = kind({"url": JOB["url"]}, **more)
    model = Scripted()
    async with server:
        await Runner.run(Agent(name="agent", model=model, mcp_servers=[server]), "Pull a palette.")
    run, view = model.outputs
    report(tools=model.tools, run=run_of(run), seen=seen(run), view=seen(view), progress=None)


anyio.run(main)
