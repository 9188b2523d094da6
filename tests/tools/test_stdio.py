"""The stdio server as hosts really treat it: probes, garbage, stray prints, signals, a home that cannot be used."""

import fcntl
import json
import signal
import struct
import subprocess
import sys
import termios
from pathlib import Path
from typing import Any

import pytest

from .hosts import RawHost, children_of, environment, film_call, wait_for

HELLO = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "raw", "version": "0"}}
MODERN = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
    "io.modelcontextprotocol/clientInfo": {"name": "raw", "version": "0"},
}
DISCOVER = {"_meta": MODERN}
ONE_PAGE = 4096
"""The least that a pipe can be made to hold, in bytes."""


def tool_names(listed: dict[str, Any]) -> set[str]:
    return {tool["name"] for tool in listed["tools"]}


def connected(home: Path, **settings: str) -> RawHost:
    """Return a host that has not said anything yet."""
    return RawHost(home, **settings)


def test_a_probe_that_is_followed_by_initialize_gets_a_session(home: Path) -> None:
    host = connected(home)
    found = host.result(host.send("server/discover", DISCOVER))
    assert found["supportedVersions"] == ["2026-07-28"]
    assert found["resultType"] == "complete"
    assert {"tools", "resources", "prompts", "completions"} <= found["capabilities"].keys()
    assert found["_meta"]["io.modelcontextprotocol/serverInfo"]["name"] == "limner"
    host.result(host.send("server/discover", DISCOVER))
    assert host.initialize()["protocolVersion"] == "2025-11-25"
    assert "start_run" in tool_names(host.result(host.send("tools/list")))
    assert host.close() == 0


def test_a_probe_that_is_followed_by_modern_calls_gets_answers(home: Path) -> None:
    host = connected(home)
    probed = host.result(host.send("server/discover", DISCOVER))
    listed = host.result(host.send("tools/list", {"_meta": MODERN}))
    assert "start_run" in tool_names(listed)
    assert (listed["resultType"], listed["cacheScope"]) == ("complete", "public")
    call = {"name": "list_models", "arguments": {"type": "video"}, "_meta": MODERN}
    assert host.result(host.send("tools/call", call))["structuredContent"]["models"] == []
    later = host.result(host.send("server/discover", DISCOVER))
    assert later == probed  # the answer given here is the SDK's own
    assert host.close() == 0


@pytest.mark.parametrize("version", ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"])
def test_every_handshake_version_is_spoken(home: Path, version: str) -> None:
    host = connected(home)
    answer = host.result(host.send("initialize", {**HELLO, "protocolVersion": version}))
    assert answer["protocolVersion"] == version
    assert host.close() == 0


def test_lines_that_are_no_messages_are_told_so_and_the_session_goes_on(home: Path) -> None:
    with RawHost(home) as host:
        for line, code in (
            (b"this is not JSON", -32700),
            (b'{"jsonrpc": "2.0", "id": 1, "meth', -32700),
            (b"\xff\xfe\x00", -32700),
            (b'{"jsonrpc": "2.0"}', -32600),
            (b"[]", -32600),
        ):
            host.write(b"")  # a blank line is nothing
            host.write(line)
            answer = host.next_message()
            assert answer["error"]["code"] == code
            assert answer["id"] is None
        assert host.ask("list_models", {"type": "video"})["models"] == []


def test_a_line_without_end_does_not_fill_the_memory(home: Path) -> None:
    with RawHost(home) as host:
        assert host.process.stdin is not None
        for _ in range(10):
            host.process.stdin.write(b"x" * 1_000_000)
        host.write(b"")
        assert host.next_message()["error"]["code"] == -32700
        assert host.ask("list_models", {"type": "video"})["models"] == []


PRINTING = """
import os, subprocess, sys
from contextlib import asynccontextmanager
from limner.config import read_settings
from limner.server import open_studio
from limner_tools.stdio import serve

@asynccontextmanager
async def open_and_print():
    print("STRAY from print", flush=True)
    os.write(1, b"STRAY from the descriptor\\n")
    subprocess.run([sys.executable, "-c", "print('STRAY from a child')"], check=True)
    subprocess.run([sys.executable, "-c", "import sys; sys.stdin.read()"], check=True)  # may not read the wire
    print("STRAY without an end", end="")
    async with open_studio(read_settings(os.environ)) as studio:
        print("STRAY while open")
        yield studio

sys.exit(serve(open_and_print))
"""


def test_stray_prints_never_reach_the_wire(home: Path) -> None:
    host = RawHost(home, command=(sys.executable, "-c", PRINTING))
    host.initialize()
    call = {"action_id": "qr-code-generator", "inputs": {"text": "x"}, "wait_seconds": 40}
    assert host.ask("start_run", call)["status"] == "completed"
    assert host.close() == 0
    assert host.strays == []
    rest = [json.loads(line) for line in host.unread()]
    assert rest == []
    for source in ("from print", "from the descriptor", "from a child", "while open"):
        assert f"STRAY {source}".encode() in host.stderr


def start_film(host: RawHost) -> None:
    """Start a film and wait until a worker process makes it."""
    call = film_call("left", 1.5)
    host.ask("start_run", {**call, "params": {"duration": 20}, "wait_seconds": 0})
    host.call("get_run", {"idempotency_key": "left", "wait_seconds": 45})
    wait_for(lambda: children_of(host.process.pid), 30, "a worker")


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc to find the workers")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_server_at_once_and_its_worker_with_it(home: Path, how: signal.Signals) -> None:
    with RawHost(home) as host:
        start_film(host)
        workers = children_of(host.process.pid)
        host.process.send_signal(how)
        assert host.process.wait(timeout=2) == 0
        wait_for(
            lambda: not any(Path(f"/proc/{pid}/stat").exists() for pid in workers), 2, "the worker to end"
        )
    with RawHost(home) as later:  # the run was handed back, and goes on
        found = later.ask("get_run", {"idempotency_key": "left"})
        assert found["status"] in ("pending", "running")
        later.ask("cancel_run", {"run_id": found["run_id"]})


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc to find the workers")
def test_the_end_of_stdin_ends_the_server_and_its_worker_while_a_run_is_in_hand(home: Path) -> None:
    with RawHost(home) as host:
        start_film(host)
        workers = children_of(host.process.pid)
        assert host.close() == 0
        wait_for(
            lambda: not any(Path(f"/proc/{pid}/stat").exists() for pid in workers), 2, "the worker to end"
        )


def catches(pid: int, which: signal.Signals) -> bool:
    """Whether a process has a handler for a signal."""
    status = Path(f"/proc/{pid}/status").read_text()
    caught = next(line for line in status.splitlines() if line.startswith("SigCgt:"))
    return bool(int(caught.split()[1], 16) >> (which - 1) & 1)


def flooded(home: Path) -> subprocess.Popen[bytes]:
    """Return a server whose host asks a lot and reads nothing, so that a write waits for ever."""
    server = subprocess.Popen(
        [sys.executable, "-m", "limner"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment(home),
    )
    assert server.stdin is not None
    fcntl.fcntl(server.stdout, fcntl.F_SETPIPE_SZ, ONE_PAGE)
    for number in range(1, 20):
        message = {"jsonrpc": "2.0", "id": number, "method": "tools/list", "params": {"_meta": MODERN}}
        server.stdin.write(json.dumps(message).encode() + b"\n")
    server.stdin.flush()
    wait_for(lambda: unread_bytes(server.stdout) == ONE_PAGE, 30, "the pipe to be full")
    return server


def unread_bytes(pipe: Any) -> int:
    """Return how many bytes wait in a pipe."""
    return struct.unpack("i", fcntl.ioctl(pipe, termios.FIONREAD, bytes(4)))[0]


@pytest.mark.parametrize(("how", "status"), [("signal", 1), ("stdin", 1), ("stdout", 0)])
def test_a_host_that_reads_nothing_cannot_keep_the_server(home: Path, how: str, status: int) -> None:
    with flooded(home) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        match how:
            case "signal":
                server.send_signal(signal.SIGTERM)
            case "stdin":
                server.stdin.close()
            case _:
                server.stdout.close()
        assert server.wait(timeout=20) == status


def test_a_host_that_reads_late_gets_every_answer_whole(home: Path) -> None:
    with flooded(home) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        answers = [json.loads(server.stdout.readline()) for _ in range(19)]
        assert sorted(answer["id"] for answer in answers) == list(range(1, 20))
        assert all("start_run" in tool_names(answer["result"]) for answer in answers)
        server.stdin.close()
        assert server.stdout.read() == b""
        assert server.wait(timeout=20) == 0


def test_messages_may_come_in_pieces_and_several_at_once(home: Path) -> None:
    with RawHost(home) as host:
        assert host.process.stdin is not None
        calls = [
            {"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": {"name": "list_models"}}
            for number in (101, 102, 103)
        ]
        first, *rest = [json.dumps(call).encode() + b"\n" for call in calls]
        for piece in (first[:20], first[20:], b"".join(rest)):
            host.process.stdin.write(piece)
            host.process.stdin.flush()
        for number in (101, 102, 103):
            model, _ = host.result(number)["structuredContent"]["models"]
            assert model["model_id"] == "limner/draft-1"


def test_messages_may_come_from_a_file(home: Path, tmp_path: Path) -> None:
    said = tmp_path / "said.jsonl"
    said.write_text(json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": HELLO}) + "\n")
    with said.open("rb") as stdin:
        served = subprocess.run(
            [sys.executable, "-m", "limner"],
            stdin=stdin,
            capture_output=True,
            env=environment(home),
            timeout=60,
        )
    assert served.returncode == 0
    assert json.loads(served.stdout)["result"]["serverInfo"]["name"] == "limner"


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc to see the handler")
def test_a_signal_before_the_first_message_ends_the_server(home: Path) -> None:
    host = connected(home)
    wait_for(lambda: catches(host.process.pid, signal.SIGTERM), 20, "the server to listen to signals")
    host.process.send_signal(signal.SIGTERM)
    assert host.process.wait(timeout=5) == 0
    host.__exit__()


def test_two_servers_work_on_one_home_and_see_each_others_runs(home: Path) -> None:
    with RawHost(home) as one, RawHost(home) as two:
        call = {
            "action_id": "qr-code-generator",
            "inputs": {"text": "x"},
            "idempotency_key": "k",
            "wait_seconds": 40,
        }
        first = one.ask("start_run", call)
        assert first["status"] == "completed"
        assert two.ask("start_run", call)["replayed"] is True
        seen = two.ask("get_run", {"run_id": first["run_id"]})
        assert seen["outputs"] == first["outputs"]


def spoil_database(home: Path) -> None:
    home.mkdir()
    (home / "limner.sqlite").write_bytes(b"no database " * 500)


def spoil_home(home: Path) -> None:
    home.write_text("a file")


@pytest.mark.parametrize(
    ("spoil", "code"), [(spoil_database, "store_error"), (spoil_home, "configuration_error")]
)
def test_a_home_that_cannot_be_used_is_said_on_calls_by_a_server_that_lives(
    home: Path, spoil: Any, code: str
) -> None:
    spoil(home)
    host = connected(home)
    try:
        host.initialize()
        assert "start_run" in tool_names(host.result(host.send("tools/list")))
        for tool in ("list_techniques", "list_runs"):
            result = host.result(host.call(tool, {}))
            assert result["isError"] is True
            error = result["structuredContent"]["error"]
            assert error["code"] == code
            assert str(home) in error["message"]
            assert "start Limner again" in error["next_step"] or "LIMNER_HOME" in error["next_step"]
        answer = host.answer(host.send("resources/list"))
        assert answer["error"]["code"] == -32603
        assert str(home) in answer["error"]["message"]
    finally:
        host.__exit__()
    assert host.process.returncode == 0


BROKEN = """
import sys
from contextlib import asynccontextmanager
from limner_tools.stdio import serve

@asynccontextmanager
async def open_badly():
    raise OSError(28, "No space left on device: /secret/place")
    yield

sys.exit(serve(open_badly))
"""


def test_a_studio_that_breaks_is_said_on_calls_without_its_insides(home: Path) -> None:
    host = RawHost(home, command=(sys.executable, "-c", BROKEN))
    host.initialize()
    error = host.ask("list_runs", {})["error"]
    assert error["code"] == "internal_error"
    assert "again" in error["next_step"]
    assert "/secret" not in json.dumps(error)
    assert host.close() == 0
    assert b"No space left" in host.stderr
