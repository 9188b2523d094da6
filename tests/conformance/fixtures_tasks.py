"""Fixture tools that become tasks, and the tasks: some wait, some ask, some fail."""

import itertools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import anyio
import anyio.abc
import mcp_types as t
from mcp.shared.exceptions import MCPError

from limner.errors import LimnerError, NotFound
from limner.types import Json
from limner_tools.calls import refusal
from limner_tools.tasks import EXTENSION, TaskSource, declared

from .fixtures_asking import accepted, ask, ask_for_text
from .fixtures_tool import Answer, Context, FixtureTool, needs, said, schema

PREFIX = "fixture_"


@dataclass
class Task:
    """A task in memory."""

    task_id: str
    status: str = "working"
    created_at: str = field(default_factory=lambda: _now())
    updated_at: str = field(default_factory=lambda: _now())
    result: Json | None = None
    error: Json | None = None
    asked: dict[str, Json] = field(default_factory=dict)
    answered: anyio.Event = field(default_factory=anyio.Event)
    scope: anyio.CancelScope = field(default_factory=anyio.CancelScope)

    def become(self, status: str) -> None:
        """Change the status."""
        self.status, self.updated_at = status, _now()

    async def ask(self, **questions: t.ElicitRequest) -> None:
        """Wait until every question is answered."""
        self.asked = {name: _dump(question) for name, question in questions.items()}
        self.become("input_required")
        await self.answered.wait()
        self.become("working")

    def document(self) -> Json:
        """Return the task as it is created."""
        return {
            "taskId": self.task_id,
            "status": self.status,
            "createdAt": self.created_at,
            "lastUpdatedAt": self.updated_at,
            "ttlMs": None,
            "pollIntervalMs": 100,
        }


Work = Callable[[Task], Awaitable[t.CallToolResult]]


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _dump(model: t.ElicitRequest | t.CallToolResult) -> Json:
    if isinstance(model, dict):
        return model  # a tool's answer is the wire's document already
    return model.model_dump(by_alias=True, mode="json", exclude_none=True)


class FixtureTasks:
    """The tasks of the fixture tools."""

    def __init__(self, group: anyio.abc.TaskGroup) -> None:
        self._group = group
        self._tasks: dict[str, Task] = {}
        self._numbers = itertools.count(1)

    def start(self, work: Work) -> Json:
        """Start a task; return the result of the call that started it."""
        task = Task(f"{PREFIX}{next(self._numbers)}")
        self._tasks[task.task_id] = task
        created = {"resultType": "task", **task.document()}
        self._group.start_soon(self._run, task, work)
        return created

    async def _run(self, task: Task, work: Work) -> None:
        with task.scope:
            try:
                task.result = _dump(await work(task))
                task.become("completed")
            except MCPError as error:
                task.error = {"code": error.error.code, "message": error.error.message}
                task.become("failed")
        if task.scope.cancelled_caught:
            task.become("cancelled")

    async def state(self, caller: str, task_id: str) -> Json:
        """Return a task with its questions, its result or its error. Raises: NotFound."""
        task = self._get(task_id)
        document = task.document()
        match task.status:
            case "input_required":
                document["inputRequests"] = task.asked
            case "completed":
                document["result"] = task.result
            case "failed":
                document["error"] = task.error
        return document

    async def answer(self, caller: str, task_id: str, responses: Json) -> None:
        """Take answers; those to what was not asked are ignored. Raises: NotFound."""
        task = self._get(task_id)
        is_asking = bool(task.asked)
        for name in responses:
            task.asked.pop(name, None)
        if is_asking and not task.asked:
            task.answered.set()

    async def cancel(self, caller: str, task_id: str) -> None:
        """End a task. Raises: NotFound."""
        self._get(task_id).scope.cancel()

    def _get(self, task_id: str) -> Task:
        if task_id not in self._tasks:
            raise NotFound(f"There is no task {task_id}.")
        return self._tasks[task_id]

    def tools(self) -> list[FixtureTool]:
        """Return the tools that start tasks, and one that does not."""
        seconds = schema(seconds={"type": "number"}, label={"type": "string"})
        return [
            FixtureTool("greet", "Greet at once.", _greet, schema(("name",), name={"type": "string"})),
            FixtureTool("slow_compute", "Take some seconds.", self._slow, seconds),
            FixtureTool("failing_job", "Fail.", self._always(_fail)),
            FixtureTool("protocol_error_job", "Break.", self._always(_break)),
            FixtureTool(
                "confirm_delete",
                "Ask before deleting.",
                self._always(_confirm),
                schema(filename={"type": "string"}),
            ),
            FixtureTool("multi_input", "Ask two things at once.", self._always(_two_questions)),
            FixtureTool("test_tool_with_task", "Ask, then take a while.", self._asks_first),
        ]

    def _always(self, work: Work) -> Callable[[Context, t.CallToolRequestParams], Awaitable[Answer]]:
        """Return a call that only clients that take tasks may make."""

        async def call(ctx: Context, params: t.CallToolRequestParams) -> Answer:
            if not declared(ctx):
                raise needs(extensions={EXTENSION: {}})
            return self.start(work)

        return call

    async def _slow(self, ctx: Context, params: t.CallToolRequestParams) -> Answer:
        seconds = float((params.arguments or {}).get("seconds", 0))

        async def work(task: Task | None) -> t.CallToolResult:
            await anyio.sleep(seconds)
            return said(f"Computed for {seconds:g} s.")

        return self.start(work) if declared(ctx) else await work(None)

    async def _asks_first(self, ctx: Context, params: t.CallToolRequestParams) -> Answer:
        answer = accepted(params, "user_name")
        if answer is None:
            question = ask_for_text("What is your name?", "name")
            return t.InputRequiredResult(input_requests={"user_name": question}, request_state="asked")

        async def greet(task: Task) -> t.CallToolResult:
            return said(f"Hello, {answer['name']}!")

        return await self._always(greet)(ctx, params)


async def _greet(ctx: Context, params: t.CallToolRequestParams) -> Answer:
    return said(f"Hello, {(params.arguments or {})['name']}!")


async def _fail(task: Task) -> t.CallToolResult:
    return refusal(LimnerError("This job always fails."))


async def _break(task: Task) -> t.CallToolResult:
    raise MCPError(code=t.INTERNAL_ERROR, message="This job always breaks.")


async def _confirm(task: Task) -> t.CallToolResult:
    await task.ask(confirm=ask("Delete it?", ("confirm",), confirm={"type": "boolean"}))
    return said("It is deleted.")


async def _two_questions(task: Task) -> t.CallToolResult:
    await task.ask(first=ask_for_text("A first name?", "name"), second=ask_for_text("A second?", "name"))
    return said("Both are answered.")


class BothTasks:
    """Fixture tasks by the beginning of their ids; every other task is Limner's."""

    def __init__(self, fixtures: FixtureTasks, others: TaskSource) -> None:
        self._fixtures = fixtures
        self._others = others

    def _of(self, task_id: str) -> TaskSource:
        return self._fixtures if task_id.startswith(PREFIX) else self._others

    async def state(self, caller: str, task_id: str) -> Json:
        """Return a task. Raises: NotFound."""
        return await self._of(task_id).state(caller, task_id)

    async def answer(self, caller: str, task_id: str, responses: Json) -> None:
        """Take answers. Raises: NotFound."""
        await self._of(task_id).answer(caller, task_id, responses)

    async def cancel(self, caller: str, task_id: str) -> None:
        """End a task. Raises: NotFound."""
        await self._of(task_id).cancel(caller, task_id)
