"""The MCP server: tools and resources on the wire. What they do is imported at their first use."""

import logging
from functools import cached_property
from typing import TYPE_CHECKING, Any

import mcp_types as t
from mcp.server.caching import CacheHint
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel.server import NotificationOptions, Server
from mcp.server.models import InitializationOptions
from mcp.shared.exceptions import MCPError
from opentelemetry import trace

from limner import __version__
from limner.errors import LimnerError
from limner_tools import run_card
from limner_tools.door import Door
from limner_tools.identity import caller_of
from limner_tools.options import FaceOptions
from limner_tools.protocol_errors import protocol_errors
from limner_tools.subscriptions import Subscriptions
from limner_tools.tasks import RunTasks, declared, serve_tasks

if TYPE_CHECKING:
    from limner.app.requests import TechniqueEntry
    from limner_tools.calls import AgentTool, ToolAnswer
    from limner_tools.toolbox import Toolbox

log = logging.getLogger(__name__)

Context = ServerRequestContext[Any]

INSTRUCTIONS = (
    "Limner makes and edits pictures, video and sound with ready-made techniques, and works offline. "
    "Find one with list_techniques, start it with start_run and an idempotency_key of your choice, follow it with "
    "get_run. If anything is unclear after a call, repeat it with the same key: nothing is made twice."
)


class McpServer(Server[Any]):
    """The SDK's server, which says on every transport that its lists may change."""

    subscriptions: Subscriptions

    def create_initialization_options(
        self, notification_options: NotificationOptions | None = None, *more: Any, **named: Any
    ) -> InitializationOptions:
        """Return what the handshake eras are told."""
        told = notification_options or NotificationOptions(
            prompts_changed=True, resources_changed=True, tools_changed=True
        )
        return super().create_initialization_options(told, *more, **named)


def build_server(door: Door, options: FaceOptions) -> McpServer:
    """Return the server; it asks the door for the Studio at the first call that needs it.

    `server.subscriptions.running()` must be held open while it serves.
    """
    tasks = RunTasks(door, options)
    subscriptions = Subscriptions(door, tasks)
    face = Face(door, options, subscriptions)
    server = McpServer(
        "limner",
        version=__version__,
        title="Limner",
        description="A studio for agents: media techniques to discover, run, follow and retry safely.",
        instructions=INSTRUCTIONS,
        cache_hints={
            "tools/list": CacheHint(60_000, "public"),
            "server/discover": CacheHint(60_000, "public"),
        },
        get_tool_input_schema=_no_header_arguments,
        on_list_tools=face.list_tools,
        on_call_tool=face.call_tool,  # type: ignore[arg-type]  # a task is a dict, which the SDK sends as it is
        on_list_resources=face.list_resources,
        on_list_resource_templates=face.list_templates,
        on_read_resource=face.read_resource,
        on_subscribe_resource=subscriptions.subscribe,
        on_unsubscribe_resource=subscriptions.unsubscribe,
        on_subscriptions_listen=subscriptions.listen,
        on_list_prompts=face.list_prompts,
        on_get_prompt=face.get_prompt,
        on_completion=face.complete,
    )
    server.subscriptions = subscriptions
    serve_tasks(server, tasks)
    server.extensions[run_card.EXTENSION] = {}
    if isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider):
        server.middleware[:] = [each for each in server.middleware if not _is_tracing(each)]
    return server


def _no_header_arguments(name: str) -> None:
    """Tell the SDK that no tool takes arguments from headers: it would look for them in the schema at every call."""


def _is_tracing(middleware: object) -> bool:
    """Whether a middleware is the SDK's tracing: 70 µs a call, also where no OpenTelemetry provider listens."""
    return type(middleware).__name__ == "OpenTelemetryMiddleware"


class Face:
    """Answers the protocol's requests."""

    def __init__(self, door: Door, options: FaceOptions, subscriptions: Subscriptions) -> None:
        self._door = door
        self._options = options
        self._subscriptions = subscriptions
        self._unknown: set[str] = set()

    @cached_property
    def _toolbox(self) -> "Toolbox":
        from limner_tools.toolbox import Toolbox  # imports the Studio: not before the first answer

        return Toolbox()

    async def list_tools(self, ctx: Context, params: t.PaginatedRequestParams | None) -> t.ListToolsResult:
        """Return every tool, in one order, with the published techniques in start_run's schema.

        The tools are there without a studio too: then each call says what is wrong.
        """
        await self._subscriptions.remember(ctx)
        entries = await self._entries()
        published = [name for name, entry in entries.items() if entry.is_published]
        typed = self._typed(entries).values()
        tools = [*self._toolbox.describe(published), *(tool.describe(published) for tool in typed)]
        return t.ListToolsResult(tools=tools)

    def _typed(self, entries: "dict[str, TechniqueEntry]") -> "dict[str, AgentTool]":
        if not self._options.typed_tools:
            return {}
        from limner_tools.typed import typed_tools, unknown_tools

        for name in unknown_tools(entries, self._options.typed_tools) if entries else ():
            if name not in self._unknown:
                self._unknown.add(name)
                log.warning(
                    "tool_not_there", extra={"LIMNER_TOOLS": name, "reason": "no published technique"}
                )
        return typed_tools(entries, self._options.typed_tools)

    async def _tool(self, name: str) -> "AgentTool":
        """Return a tool by name. Raises: MCPError."""
        tool = self._toolbox.get(name)
        if tool is None and self._options.typed_tools:
            tool = self._typed(await self._entries()).get(name)
        if tool is None:
            raise MCPError(code=t.INVALID_PARAMS, message=f"Unknown tool: {name}")
        return tool

    async def call_tool(self, ctx: Context, params: t.CallToolRequestParams) -> "ToolAnswer":
        """Call a tool. What the model can mend is a result with isError; an unknown tool is not."""
        from limner_tools.calls import Call, refusal
        from limner_tools.consent import AskTheUser

        tool = await self._tool(params.name)
        try:
            arguments = self._toolbox.arguments_of(tool).check(params.arguments or {})
            return await tool.call(
                Call(
                    studio=await self._door.studio(),
                    caller=caller_of(ctx),
                    options=self._options,
                    at_most=self._door.at_most,
                    arguments=arguments,
                    report=lambda progress, message: ctx.session.report_progress(progress, 100, message),
                    wants_progress=_has_token(ctx),
                    wants_task=declared(ctx),
                    consent=AskTheUser(ctx, params.input_responses),
                )
            )
        except LimnerError as error:
            return refusal(error)
        except Exception:
            log.exception("tool_crashed", extra={"tool": tool.name})
            return refusal(
                LimnerError(f"{tool.name} failed inside Limner; the server's log has the details.")
            )

    async def list_resources(
        self, ctx: Context, params: t.PaginatedRequestParams | None
    ) -> t.ListResourcesResult:
        """Return the latest runs. Raises: MCPError."""
        from limner_tools import resources
        from limner_tools.pages import page_of

        await self._subscriptions.remember(ctx)
        with protocol_errors():
            found = await resources.list_resources(await self._door.studio(), caller_of(ctx))
            page, more = page_of(found, params)
        return t.ListResourcesResult(resources=page, next_cursor=more)

    async def list_templates(
        self, ctx: Context, params: t.PaginatedRequestParams | None
    ) -> t.ListResourceTemplatesResult:
        """Return how the addresses of runs and outputs are made."""
        from limner_tools import resources

        return t.ListResourceTemplatesResult(resource_templates=list(resources.TEMPLATES))

    async def read_resource(self, ctx: Context, params: t.ReadResourceRequestParams) -> t.ReadResourceResult:
        """Return a run or an output. Raises: MCPError."""
        from limner_tools import resources

        with protocol_errors():
            studio = await self._door.studio()
            return await resources.read_resource(
                studio, caller_of(ctx), str(params.uri), self._options.locate
            )

    async def list_prompts(
        self, ctx: Context, params: t.PaginatedRequestParams | None
    ) -> t.ListPromptsResult:
        """Return what people can pick. Raises: MCPError."""
        from limner_tools import prompts
        from limner_tools.pages import page_of

        await self._subscriptions.remember(ctx)
        with protocol_errors():
            page, more = page_of(prompts.list_prompts(await self._entries()), params)
        return t.ListPromptsResult(prompts=page, next_cursor=more)

    async def get_prompt(self, ctx: Context, params: t.GetPromptRequestParams) -> t.GetPromptResult:
        """Return a prompt's message. Raises: MCPError."""
        from limner_tools import prompts

        with protocol_errors():
            return prompts.get_prompt(await self._entries(), params.name, params.arguments)

    async def complete(self, ctx: Context, params: t.CompleteRequestParams) -> t.CompleteResult:
        """Complete ids in addresses, and values in prompts. Raises: MCPError."""
        from limner_tools import completion

        with protocol_errors():
            return await completion.complete(await self._door.studio(), caller_of(ctx), params)

    async def _entries(self) -> "dict[str, TechniqueEntry]":
        """Return the techniques; none without a studio, so that lists answer all the same."""
        try:
            return await (await self._door.studio()).techniques.entries()
        except LimnerError as error:
            log.warning("techniques_not_listed", extra={"reason": error.message})
            return {}


def _has_token(ctx: Context) -> bool:
    return bool(ctx.meta and ctx.meta.get("progress_token", ctx.meta.get("progressToken")) is not None)
