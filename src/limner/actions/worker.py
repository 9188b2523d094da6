"""The worker process: one action, one process, under limits. Run as `python -I -m limner.actions.worker`.

Protocol, one JSON object per line. In, on stdin: the job; stdin then stays open, and its end means that
the server has died, so the worker kills itself. Out, on what was stdout: `{"progress", "message"}`,
`{"warning"}`, `{"event"}` (how the result is come to), and last `{"done": {"results", "info"}}` or `{"error"}`. Stray
prints go to stderr.
"""

import ctypes
import errno
import importlib
import json
import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

from limner.actions.job import Given, Handler, Job, Made
from limner.errors import LimnerError, StepFailed
from limner.types import Json, Kind, Limits

PR_SET_PDEATHSIG = 1  # linux/prctl.h


def main() -> None:
    """Read one job, do it, report, exit."""
    voice = _private_stdout()
    line = sys.stdin.readline()
    if not line:
        return
    spec = json.loads(line)
    die_with_parent(spec["parent_pid"])
    limits = Limits(**spec["limits"])
    restrict(limits)
    lock = threading.Lock()

    def tell(message: Json) -> None:
        with lock:
            voice.write(json.dumps(message) + "\n")
            voice.flush()

    tell(perform(spec, limits, tell))


def perform(spec: Json, limits: Limits, tell: Callable[[Json], None]) -> Json:
    """Return the last message of a job: its results or its error."""
    try:
        handler = load_handler(spec["handler"])
        made = handler(build_job(spec, limits, tell))
        return {"done": {"results": [describe(each, limits) for each in made]}}
    except LimnerError as error:
        return {"error": error.document(), "type": type(error).__name__}
    except MemoryError:
        limit = limits.memory_bytes // 1_000_000
        full = StepFailed(
            f"ran out of memory (the limit is {limit} MB)",
            code="limit_exceeded",
            next_step="Send smaller media, or ask the operator to raise LIMNER_MAX_MEMORY_MB.",
        )
        return {"error": full.document(), "type": "StepFailed"}
    except OSError as problem:
        if (failure := _storage_failure(problem, limits)) is None:
            raise
        return {"error": failure.document(), "type": "StepFailed"}


def _storage_failure(problem: OSError, limits: Limits) -> StepFailed | None:
    """Return the error of a result that could not be written; None when the problem is another one."""
    if problem.errno == errno.EFBIG:
        return StepFailed(
            f"the result is larger than {limits.max_output_bytes // 1_000_000} MB",
            code="limit_exceeded",
            next_step="Ask for something smaller, or ask the operator to raise LIMNER_MAX_OUTPUT_MB.",
        )
    if problem.errno == errno.ENOSPC:
        return StepFailed(
            "the disk is full",
            code="storage_full",
            next_step="Ask the operator to free disk space, then try again.",
        )
    return None


def build_job(spec: Json, limits: Limits, tell: Callable[[Json], None]) -> Job:
    """Return the job that a spec describes."""
    inputs = {Kind(kind): tuple(_given(value) for value in values) for kind, values in spec["inputs"].items()}
    return Job(
        inputs=inputs,
        params=spec["params"],
        folder=Path(spec["folder"]),
        limits=limits,
        seed=spec.get("seed", 0),
        tell=tell,
    )


def _given(value: Json) -> Given:
    path = value.get("path")
    return Given(
        path=Path(path) if path else None, media_type=value.get("media_type"), text=value.get("text")
    )


def describe(made: Made, limits: Limits) -> Json:
    """Return a result as JSON, a file with what its bytes say about it."""
    if made.path is None:
        return {"kind": made.kind.value, "text": made.text or ""}
    from limner.actions.probe import probe_own

    info = probe_own(made.path, limits)
    return {
        "kind": made.kind.value,
        "path": str(made.path),
        "info": info._asdict(),
    }


def load_handler(place: str) -> Handler:
    """Import `module:function`."""
    module, _, name = place.partition(":")
    handler: Handler = getattr(importlib.import_module(module), name)
    return handler


def restrict(limits: Limits) -> None:
    """Put this process under its limits and behind interactive work."""
    if sys.platform == "win32":
        return
    import resource

    def cap(which: int, value: int, grace: int = 0) -> None:
        _, hard = resource.getrlimit(which)
        ceiling = value + grace if hard == resource.RLIM_INFINITY else min(value + grace, hard)
        resource.setrlimit(which, (min(value, ceiling), ceiling))

    cap(resource.RLIMIT_AS, limits.memory_bytes)
    cap(resource.RLIMIT_CPU, limits.cpu_seconds, grace=2)  # SIGXCPU first, which says why; then SIGKILL
    cap(resource.RLIMIT_FSIZE, limits.max_output_bytes)
    cap(resource.RLIMIT_CORE, 0)
    os.nice(5)


def die_with_parent(parent_pid: int) -> None:
    """Never outlive the server: the kernel's signal where there is one, the end of stdin everywhere."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if sys.platform != "win32" and os.getppid() != parent_pid:
        os._exit(1)
    threading.Thread(target=_watch_stdin, daemon=True).start()


def _watch_stdin() -> None:
    # Reads the descriptor, not sys.stdin: a daemon thread must not hold its lock at interpreter exit.
    while os.read(0, 4096):
        pass
    if sys.platform == "win32":
        os._exit(1)
    os.killpg(os.getpgid(0), signal.SIGKILL)


def _private_stdout() -> TextIO:
    """Return the real stdout; what libraries print from now on goes to stderr."""
    voice = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return voice


if __name__ == "__main__":
    main()
