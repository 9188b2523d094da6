"""The plug-in for the conformance suite: fixtures beside everything that Limner serves.

What the scenarios name goes to fixtures; all else, and every check before a handler, is Limner's own.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import anyio.abc
import mcp_types as t
from mcp.server.request_state import RequestStateBoundary, RequestStateSecurity
from mcp.shared.exceptions import MCPError

from limner.server import HttpServer
from limner_tools.server import McpServer
from limner_tools.subscriptions import Subscriptions
from limner_tools.tasks import RunTasks, serve_tasks

from . import fixtures_asking, fixtures_content, fixtures_reading
from .fixtures_tasks import BothTasks, FixtureTasks
from .fixtures_tool import Answer, Call, Context, FixtureTool, said

Params = TypeVar("Params")


def plug_in(served: HttpServer, group: anyio.abc.TaskGroup) -> None:
    """Add the fixtures to a server, before it serves. group: holds the fixture tasks."""
    server = served.server
    tasks = FixtureTasks(group)
    _add_tools(
        server,
        [
            *fixtures_content.TOOLS,
            *fixtures_asking.TOOLS,
            *tasks.tools(),
            *_triggers(server.subscriptions),
        ],
    )
    _add_resources(server)
    _add_prompts(server)
    serve_tasks(server, BothTasks(tasks, RunTasks(served.door, served.options)))
    server.add_request_handler("logging/setLevel", t.SetLevelRequestParams, _done)
    # Limner's own questions carry no state; those of the fixtures do, and a client may have changed it.
    server.middleware.append(
        RequestStateBoundary(RequestStateSecurity.ephemeral(), default_audience=server.name)
    )


async def _done(ctx: Context, params: Any) -> t.EmptyResult:
    return t.EmptyResult()


def _divert(
    server: McpServer, method: str, is_fixture: Callable[[Any], bool], answer: Callable[[Context, Any], Any]
) -> None:
    """Have some requests of a method answered by a fixture."""
    own = server.get_request_handler(method)
    assert own is not None, f"Limner does not serve {method}"

    async def either(ctx: Context, params: Any) -> Any:
        return await (answer if is_fixture(params) else own.handler)(ctx, params)

    server.add_request_handler(method, own.params_type, either)


def _extend(server: McpServer, method: str, field: str, more: list[Any]) -> None:
    """Add entries to the end of a list that a method answers."""
    own = server.get_request_handler(method)
    assert own is not None, f"Limner does not serve {method}"

    async def longer(ctx: Context, params: Any) -> Any:
        result = await own.handler(ctx, params)
        return result.model_copy(update={field: [*getattr(result, field), *more]})

    server.add_request_handler(method, own.params_type, longer)


def _add_tools(server: McpServer, tools: list[FixtureTool]) -> None:
    by_name = {tool.name: tool for tool in tools}

    async def call(ctx: Context, params: t.CallToolRequestParams) -> Answer:
        return await by_name[params.name].call(ctx, params)

    _extend(server, "tools/list", "tools", [tool.describe() for tool in tools])
    _divert(server, "tools/call", lambda params: params.name in by_name, call)
    own_schema = server.get_tool_input_schema
    assert own_schema is not None

    def input_schema(name: str) -> Any:
        return by_name[name].input_schema if name in by_name else own_schema(name)

    server.get_tool_input_schema = input_schema


def _add_resources(server: McpServer) -> None:
    async def read(ctx: Context, params: t.ReadResourceRequestParams) -> t.ReadResourceResult:
        found = fixtures_reading.read(str(params.uri))
        if found is None:
            raise MCPError(code=t.INVALID_PARAMS, message=f"There is no {params.uri}")
        return found

    def is_fixture(params: Any) -> bool:
        return fixtures_reading.read(str(params.uri)) is not None

    _extend(server, "resources/list", "resources", list(fixtures_reading.RESOURCES))
    _extend(server, "resources/templates/list", "resource_templates", list(fixtures_reading.TEMPLATES))
    _divert(server, "resources/read", is_fixture, read)
    for method in ("resources/subscribe", "resources/unsubscribe"):
        _divert(server, method, is_fixture, _done)


def _add_prompts(server: McpServer) -> None:
    names = {prompt.name for prompt in fixtures_reading.PROMPTS}

    async def get(ctx: Context, params: t.GetPromptRequestParams) -> Any:
        if params.name == fixtures_asking.PROMPT:
            return await fixtures_asking.get_prompt(ctx, params)
        return fixtures_reading.get_prompt(params)

    _extend(server, "prompts/list", "prompts", list(fixtures_reading.PROMPTS))
    _divert(server, "prompts/get", lambda params: params.name in names, get)


def _triggers(subscriptions: Subscriptions) -> list[FixtureTool]:
    """Return the tools that have Limner say that its lists changed."""

    async def change(ctx: Context, params: t.CallToolRequestParams) -> Answer:
        await subscriptions.tell_lists_changed()
        return said("Everybody who listens was told.")

    call: Call = change
    return [
        FixtureTool(f"test_trigger_{name}_change", f"Say that the {name}s changed.", call)
        for name in ("tool", "prompt")
    ]
