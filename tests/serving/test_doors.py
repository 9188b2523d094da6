"""Who may even ask: hosts, origins, sizes, paths; and what an operator is told who asks for too much."""

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from limner.serving.run import bind

from .sites import (
    ACCEPT,
    PATIENCE,
    Served,
    answered,
    ask,
    call,
    environment,
    initialize,
    message,
    modern,
    plain_client,
    qr_call,
    serving,
)

KEY = "ann-key-0123456789abc"
PAGE = "https://app.example"
ROUTES = [
    ("GET", "/healthz"),
    ("POST", "/mcp"),
    ("GET", "/mcp"),
    ("DELETE", "/mcp"),
    ("OPTIONS", "/mcp"),
    ("GET", "/sse"),
    ("POST", "/messages/"),
    ("GET", "/media/asset_0/x.png"),
    ("GET", "/.well-known/oauth-protected-resource"),
    ("GET", "/no-such-place"),
]


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server with a key, a page that may call it, one more name, and small requests."""
    settings = {
        "LIMNER_API_KEYS": f"ann:{KEY}",
        "LIMNER_ALLOWED_ORIGINS": PAGE,
        "LIMNER_ALLOWED_HOSTS": "limner.internal",
        "LIMNER_MAX_REQUEST_MB": "1",
    }
    with serving(tmp_path_factory.mktemp("strict") / "home", **settings) as served:
        yield served


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8321", "10.0.0.1", "", "x@127.0.0.1"])
@pytest.mark.parametrize(("method", "path"), ROUTES, ids=[f"{m} {p}" for m, p in ROUTES])
def test_a_foreign_host_is_421_everywhere(site: Served, method: str, path: str, host: str) -> None:
    answer = ask(site, path, method, headers={"host": host})
    assert answer.status_code == 421
    assert answer.json()["error"]["code"] == "foreign_host"
    assert "LIMNER_ALLOWED_HOSTS" in answer.json()["error"]["next_step"]


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:1", "[::1]:99", "LOCALHOST:8321"])
def test_every_name_of_loopback_is_this_server(site: Served, host: str) -> None:
    assert ask(site, "/healthz", "GET", headers={"host": host}).status_code == 200


def test_more_names_can_be_allowed(strict: Served) -> None:
    for host in ("limner.internal", "limner.internal:443"):
        assert ask(strict, "/healthz", "GET", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://localhost.evil.example", "https://"]
)
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/mcp"),
        ("DELETE", "/mcp"),
        ("POST", "/messages/?session_id=0"),
        ("GET", "/sse"),
        ("GET", "/mcp"),
    ],
)
def test_a_page_of_a_foreign_origin_is_403(site: Served, method: str, path: str, origin: str) -> None:
    answer = ask(site, path, method, headers={"origin": origin})
    assert answer.status_code == 403
    assert answer.json()["error"]["code"] == "foreign_origin"
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("origin", ["http://localhost:6274", "http://127.0.0.1:1", "https://[::1]:8"])
def test_a_page_of_this_machine_may_call_a_server_on_loopback(site: Served, origin: str) -> None:
    sent = modern("tools/list")
    answer = ask(site, json=sent["json"], headers={**sent["headers"], "origin": origin})
    assert answered(answer)["tools"]
    assert answer.headers["access-control-allow-origin"] == origin


def preflight(site: Served, origin: str) -> httpx2.Response:
    headers = {
        "origin": origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type,mcp-protocol-version,mcp-session-id",
    }
    return ask(site, "/mcp", "OPTIONS", headers=headers)


def test_an_allowed_page_is_told_that_it_may_call(strict: Served) -> None:
    answer = preflight(strict, PAGE)
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == PAGE
    assert "POST" in answer.headers["access-control-allow-methods"]
    allowed = answer.headers["access-control-allow-headers"]
    assert "authorization" in allowed and "mcp-session-id" in allowed


def test_a_foreign_page_is_told_that_it_may_not(strict: Served) -> None:
    answer = preflight(strict, "https://evil.example")
    assert answer.status_code == 400
    assert "access-control-allow-origin" not in answer.headers


def test_an_allowed_page_can_read_why_it_is_refused(strict: Served) -> None:
    answer = ask(strict, headers={"origin": PAGE})
    assert answer.status_code == 401
    assert answer.headers["access-control-allow-origin"] == PAGE
    exposed = answer.headers["access-control-expose-headers"].lower()
    assert "www-authenticate" in exposed and "mcp-session-id" in exposed


@pytest.mark.parametrize("path", ["/mcp", "/messages/?session_id=00000000000000000000000000000000"])
@pytest.mark.parametrize("kind", ["told", "chunked"])
def test_a_body_over_the_limit_is_413(strict: Served, path: str, kind: str) -> None:
    big = json.dumps(message("ping", {"pad": "x" * 1_100_000})).encode()
    body = big if kind == "told" else (big[at : at + 65536] for at in range(0, len(big), 65536))
    answer = ask(strict, path, content=body, key=KEY, headers=ACCEPT)
    assert answer.status_code == 413
    session = ask(strict, key=KEY, **initialize()).headers["mcp-session-id"]
    again = {**ACCEPT, "mcp-session-id": session}
    assert ask(strict, key=KEY, content=big, headers=again).status_code == 413


def test_a_body_below_the_limit_is_taken(strict: Served) -> None:
    sent = modern("tools/list", {"_pad": "x" * 900_000})
    answered(ask(strict, key=KEY, **sent))


@pytest.mark.parametrize("path", ["/", "/mcp/more", "/nothing", "/media/", "/healthz/", "/messages/x"])
def test_a_wrong_path_is_404_and_says_what_there_is(site: Served, path: str) -> None:
    answer = ask(site, path, "GET")
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "not_found"
    assert "/mcp" in answer.json()["error"]["message"]


def test_a_wrong_method_is_405_and_says_which_are_right(site: Served) -> None:
    answer = ask(site, "/mcp", "PUT")
    assert answer.status_code == 405
    assert set(answer.headers["allow"].split(", ")) >= {"GET", "POST", "DELETE"}
    assert answer.json()["error"]["code"] == "method_not_allowed"
    assert ask(site, "/messages/", "GET").status_code == 405


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 100_000], ids=repr)
def test_what_is_no_message_is_a_client_error(site: Served, body: bytes) -> None:
    for version in ({}, {"mcp-protocol-version": "2025-11-25"}, {"mcp-protocol-version": "2026-07-28"}):
        answer = ask(site, content=body, headers=ACCEPT | version)
        assert answer.status_code == 400, (version, answer.text[:200])
    assert ask(site, "/healthz", "GET").status_code == 200


def refused(home: Path, *arguments: str, **settings: str) -> str:
    """Return what a server that does not start prints."""
    ended = subprocess.run(
        [sys.executable, "-m", "limner", "serve", *arguments],
        env=environment(home, **settings),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        stdin=subprocess.DEVNULL,
    )
    assert ended.returncode == 2, ended.stderr
    assert "Traceback" not in ended.stderr and ended.stdout == ""
    return ended.stderr


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_nobody_is_let_in_from_other_machines_without_a_key(home: Path, host: str) -> None:
    told = refused(home, "--host", host, "--port", "0")
    assert f"--host {host} is open to other machines, and nobody needs a key" in told
    assert "limner keys new" in told


def test_a_port_that_is_taken_is_named(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        told = refused(home, "--port", str(port))
    assert f"Cannot listen on 127.0.0.1 port {port}: Address already in use" in told
    assert "--port" in told


@pytest.mark.parametrize("arguments", [("--port", "70000"), ("--host", "no-such-host.invalid")])
def test_an_address_that_cannot_be_is_named(home: Path, arguments: tuple[str, ...]) -> None:
    told = refused(home, *arguments, LIMNER_API_KEYS=f"ann:{KEY}")
    assert f"Cannot listen on {'127.0.0.1 port 70000' if '70000' in arguments else arguments[1]}" in told


@pytest.mark.skipif(sys.platform != "linux", reason="root may write everywhere but in /proc")
def test_a_data_folder_that_cannot_be_made_is_named() -> None:
    told = refused(Path("/proc/no-such-folder"), "--port", "0")
    assert "LIMNER_HOME is /proc/no-such-folder, which cannot be used" in told


def test_with_keys_other_machines_are_let_in_and_the_operator_is_told_about_links(home: Path) -> None:
    with serving(home, "--host", "0.0.0.0", LIMNER_API_KEYS=f"ann:{KEY}") as site:
        port = site.address[1]
        reached = f"http://127.0.0.1:{port}/mcp"
        answered(ask(site, reached, key=KEY, **modern("tools/list")))
        headers = {"host": "192.0.2.7", "origin": "http://localhost:1"}
        assert ask(site, reached, key=KEY, headers=headers).status_code == 403
    assert any("LIMNER_PUBLIC_URL" in line for line in site.printed)
    assert not any("No keys" in line for line in site.printed)


def test_behind_a_path_of_a_proxy_every_address_that_callers_are_told_has_it(home: Path) -> None:
    with serving(home, LIMNER_PUBLIC_URL="https://example.com/limner") as site:
        assert site.public_url == "https://example.com/limner"
        run = answered(ask(site, **call("start_run", qr_call("prefixed"))))["structuredContent"]
        assert run["outputs"][0]["url"].startswith("https://example.com/limner/media/")
        with plain_client() as http, http.stream("GET", f"{site.url}/sse") as stream:
            endpoint = next(line for line in stream.iter_lines() if line.startswith("data:"))
    assert endpoint.removeprefix("data:").strip().startswith("/limner/messages/?session_id=")


def test_small_messages_are_not_held_back_for_more_to_come() -> None:
    """asyncio turns Nagle's algorithm off only for sockets that name their protocol."""
    with bind("127.0.0.1", 0) as listener:
        assert listener.proto == socket.IPPROTO_TCP


def test_the_first_line_says_where_and_the_log_says_little(home: Path) -> None:
    with serving(home, LIMNER_LOG_LEVEL="INFO") as site:
        answered(ask(site, **initialize()))
    first, second = site.printed[:2]
    assert first.startswith(f"Limner serves MCP at {site.url}/mcp (and {site.url}/sse for older agents)")
    assert "No keys are set" in second
    logged = [line for line in site.printed if " INFO " in line]
    assert any('path="/mcp" status=200' in line for line in logged)
    assert all(" limner" in line for line in logged), logged
