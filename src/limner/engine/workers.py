"""The server's side of worker processes: start one, relay its words, kill it, explain its death."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import anyio
import anyio.abc

from limner.errors import FieldError, InvalidInput, InvalidMedia, LimnerError, StepFailed
from limner.types import Json, Kind, Limits, MediaInfo

MAX_LINE_BYTES = 16_000_000
STDERR_TAIL_BYTES = 4096
EXIT_GRACE_SECONDS = 1.0
SECRET_WORDS = ("KEY", "TOKEN", "SECRET", "PASSWORD", "CREDENTIAL")
RAISED_IN_WORKER: Mapping[str, type[LimnerError]] = {
    "InvalidInput": InvalidInput,
    "InvalidMedia": InvalidMedia,
    "StepFailed": StepFailed,
}


@dataclass(frozen=True, slots=True)
class Assignment:
    """What a worker is asked to do. Inputs are `{path, media_type}` or `{text}`, by kind."""

    handler: str
    inputs: Mapping[Kind, Sequence[Json]]
    params: Json
    folder: Path
    seed: int = 0
    timeout_seconds: float = 300.0


@dataclass(frozen=True, slots=True)
class Result:
    """One thing a worker made: a file with its probed facts, or text."""

    kind: Kind
    path: Path | None
    text: str | None
    info: Json | None


PROBE_HANDLER = "limner.actions.probe:verify"
PROBE_TIMEOUT_SECONDS = 120.0


class Workers:
    """Runs assignments, at most `capacity` at once in this process."""

    def __init__(self, *, limits: Limits, capacity: int) -> None:
        self._limits = limits
        self._slots = anyio.CapacityLimiter(capacity)

    async def run(
        self, assignment: Assignment, *, on_message: Callable[[Json], None] = lambda message: None
    ) -> list[Result]:
        """Do one assignment in a process of its own and return what it made.

        `on_message` gets `{progress, message}`, `{warning}` and `{event}` objects. Cancelling kills the process group.
        Raises: what the action raised (InvalidInput, InvalidMedia, StepFailed), or StepFailed with code
        `worker_crashed`, `step_timeout` or `limit_exceeded` when the process ended without an answer.
        """
        async with self._slots:
            with anyio.move_on_after(assignment.timeout_seconds):
                return await self._supervise(assignment, on_message)
        raise StepFailed(
            f"{assignment.handler.partition(':')[2]} took longer than {assignment.timeout_seconds:g} s",
            code="step_timeout",
            next_step="Send shorter or smaller media.",
        )

    async def _supervise(self, assignment: Assignment, on_message: Callable[[Json], None]) -> list[Result]:
        process = await anyio.open_process(
            [sys.executable, "-I", "-m", "limner.actions.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            env=worker_environment(assignment.handler),
        )
        tail = bytearray()
        answer: Json | None = None
        try:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(_keep_tail, process, tail)
                await _send(process, self._specification(assignment))
                answer = await _listen(process, on_message)
                with anyio.move_on_after(EXIT_GRACE_SECONDS):
                    await process.wait()
                tasks.cancel_scope.cancel()
        finally:
            await _end(process)
        if answer is None:
            raise _explain_death(assignment, process.returncode or 0, bytes(tail))
        if "error" in answer:
            raise _rebuild(answer)
        return [_result(each) for each in answer["done"]["results"]]

    def _specification(self, assignment: Assignment) -> Json:
        return {
            "parent_pid": os.getpid(),
            "handler": assignment.handler,
            "inputs": {kind.value: list(values) for kind, values in assignment.inputs.items()},
            "params": assignment.params,
            "folder": str(assignment.folder),
            "seed": assignment.seed,
            "limits": self._limits._asdict(),
        }


def probe_with(workers: Workers) -> Callable[[Path, str], Awaitable[MediaInfo]]:
    """Return the function that says what a file is, having decoded it in a worker process.

    It takes the path and the name that errors give the file, and raises InvalidMedia or InvalidInput.
    """

    async def probe(path: Path, field: str) -> MediaInfo:
        assignment = Assignment(
            handler=PROBE_HANDLER,
            inputs={Kind.DOCUMENT: [{"path": str(path)}]},
            params={"field": field},
            folder=path.parent,
            timeout_seconds=PROBE_TIMEOUT_SECONDS,
        )
        try:
            (result,) = await workers.run(assignment)
        except StepFailed as failure:
            raise InvalidMedia.of(field, f"cannot be read as media: {failure.message}") from failure
        return MediaInfo(**json.loads(result.text or ""))

    return probe


async def _send(process: anyio.abc.Process, specification: Json) -> None:
    if process.stdin is None:
        raise RuntimeError("a worker is started with a pipe on stdin")
    try:
        await process.stdin.send(json.dumps(specification).encode() + b"\n")
    except (anyio.BrokenResourceError, anyio.ClosedResourceError):
        return  # it died at once: its exit status says why


async def _listen(process: anyio.abc.Process, on_message: Callable[[Json], None]) -> Json | None:
    """Relay messages until the answer; None when the process ended without one."""
    if process.stdout is None:
        raise RuntimeError("a worker is started with a pipe on stdout")
    pending = bytearray()
    async for chunk in process.stdout:
        *lines, rest = (pending + chunk).split(b"\n")
        for line in lines:
            message: Json = json.loads(line)
            if "done" in message or "error" in message:
                return message
            on_message(message)
        pending = bytearray(rest)
        if len(pending) > MAX_LINE_BYTES:
            too_long = StepFailed(f"an answer is longer than {MAX_LINE_BYTES} bytes", code="limit_exceeded")
            return {"error": too_long.document()}
    return None


async def _keep_tail(process: anyio.abc.Process, tail: bytearray) -> None:
    if process.stderr is None:
        return
    async for chunk in process.stderr:
        tail += chunk
        del tail[:-STDERR_TAIL_BYTES]


async def _end(process: anyio.abc.Process) -> None:
    """Kill the whole process group and reap it, also while being cancelled."""
    with anyio.CancelScope(shield=True):
        if process.returncode is None:
            try:
                if sys.platform == "win32":
                    process.kill()
                else:
                    os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass  # it ended between the look and the kill
            await process.wait()
        await process.aclose()


def worker_environment(handler: str = "") -> dict[str, str]:
    """Return this process's environment without secrets, one thread per numeric library, memory in large pages.

    Large pages, where glibc and Linux have them, take a tenth off the CPU time of a picture of 12 megapixels.
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if not any(word in name.upper() for word in SECRET_WORDS)
    }
    # Keying encodes two films at once, and large pages would take it over its 500 MB.
    is_large = handler.startswith("limner.actions.keying")
    memory = {} if is_large else {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"}
    return {**memory, **kept, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


def _result(value: Json) -> Result:
    path = value.get("path")
    return Result(Kind(value["kind"]), Path(path) if path else None, value.get("text"), value.get("info"))


def _rebuild(answer: Json) -> LimnerError:
    document = answer["error"]
    kind = RAISED_IN_WORKER.get(answer.get("type", ""), StepFailed)
    fields = [FieldError(entry["field"], entry["message"]) for entry in document.get("fields", ())]
    return kind(document["message"], fields=fields, next_step=document["next_step"], code=document["code"])


def _explain_death(assignment: Assignment, status: int, tail: bytes) -> StepFailed:
    name = assignment.handler.partition(":")[2]
    if status < 0 and sys.platform != "win32":
        died = signal.Signals(-status)
        if died is signal.SIGXCPU:
            return StepFailed(
                f"{name} used more CPU time than is allowed",
                code="limit_exceeded",
                next_step="Send shorter media, or ask the operator to raise LIMNER_MAX_CPU_SECONDS.",
            )
        how = f"was ended by {died.name}"
    else:
        how = f"ended with status {status}"
    last = tail.decode("utf-8", "replace").strip().rpartition("\n")[2][:300]
    crash = StepFailed(
        f"the worker process of {name} {how}{': ' + last if last else ''}",
        code="worker_crashed",
        next_step="The server is fine. The file may be damaged: convert it and try again.",
    )
    crash.is_passing = status == -signal.SIGKILL  # the kernel short of memory, or somebody's kill
    return crash
