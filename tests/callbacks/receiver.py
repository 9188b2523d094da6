"""A receiver of webhooks on loopback that answers as a test says, and keeps what it was sent."""

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tools.hosts import wait_for

PATIENCE = 60.0


@dataclass(frozen=True)
class Sent:
    """One request, as it came."""

    path: str
    headers: dict[str, str]
    raw: bytes

    @property
    def body(self) -> Any:
        return json.loads(self.raw)

    @property
    def signature(self) -> tuple[int, list[str]]:
        """The time in Unix seconds and the signatures."""
        head, *rest = self.headers["limner-signature"].split(",")
        assert head.startswith("t=") and all(each.startswith("v1=") for each in rest), rest
        return int(head[2:]), [each[3:] for each in rest]

    def expected(self, secret: str) -> str:
        """What the contract says the signature is, computed apart from the code that makes it."""
        signed = b".".join([str(self.signature[0]).encode("ascii"), self.raw])
        return hmac.digest(secret.encode("ascii"), signed, hashlib.sha256).hex()


class Receiver:
    """Answers each request with the next of `statuses`, the last one for ever."""

    def __init__(self, port: int, statuses: Sequence[int]) -> None:
        self.port = port
        self.statuses = list(statuses)
        self.sent: list[Sent] = []
        self.location = ""
        self.held = threading.Event()
        """Answers wait for it."""
        self.held.set()

    def url(self, path: str = "/hook") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def wait(self, count: int) -> list[Sent]:
        """Return what was sent as soon as it is that much."""
        wait_for(lambda: len(self.sent) >= count, PATIENCE, f"{count} deliveries (got {len(self.sent)})")
        return list(self.sent)

    def take(self, sent: Sent) -> int:
        """Keep a request; return the status of its answer."""
        self.sent.append(sent)
        status = self.statuses[min(len(self.sent), len(self.statuses)) - 1]
        self.held.wait(PATIENCE)
        return status


@contextmanager
def receiving(*statuses: int, port: int = 0) -> Iterator[Receiver]:
    """Run a receiver for the length of a `with` block."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["content-length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status = receiver.take(Sent(self.path, headers, raw))
            self.send_response(status)
            self.send_header("Content-Length", "0")
            if receiver.location:
                self.send_header("Location", receiver.location)
            self.end_headers()

        def log_message(self, *arguments: Any) -> None:
            """Print nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    receiver = Receiver(server.server_address[1], statuses or [200])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        receiver.held.set()
        server.shutdown()
        server.server_close()
        thread.join(PATIENCE)
