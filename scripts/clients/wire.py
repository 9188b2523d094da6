"""What a client and the server really said to each other, whatever the client tells of it."""

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

CHUNK_BYTES = 1 << 16
_MODERN = re.compile(rb'"io\.modelcontextprotocol/protocolVersion"\s*:\s*"([\d-]+)"')
_HANDSHAKE = re.compile(rb'"protocolVersion"\s*:\s*"([\d-]+)"')
_METHOD = re.compile(rb'"method"\s*:\s*"([\w/]+)"')


@dataclass(frozen=True, slots=True)
class Wire:
    """The bytes of one conversation."""

    sent: bytes
    """By the client."""
    received: bytes

    @property
    def protocol(self) -> str | None:
        """The version that tools were called with: named in each request, or agreed in `initialize`."""
        modern = _MODERN.search(self.sent)
        if modern and b'"initialize"' not in self.sent:
            return modern[1].decode()
        agreed = _HANDSHAKE.search(self.received)
        return agreed[1].decode() if agreed else None

    @property
    def has_token(self) -> bool:
        """Whether the client asked for progress."""
        return b'"progressToken"' in self.sent

    @property
    def progress(self) -> int:
        """How many progress notifications the server sent."""
        return self.received.count(b"notifications/progress")

    @property
    def methods(self) -> list[str]:
        """The methods that the client used, each once, in the order of their first use."""
        return list(dict.fromkeys(found.decode() for found in _METHOD.findall(self.sent)))


@dataclass(slots=True)
class TcpTee:
    """Passes TCP connections on to a server and keeps both directions."""

    port: int
    """Where clients connect."""
    sent: bytearray = field(default_factory=bytearray)
    received: bytearray = field(default_factory=bytearray)

    def wire(self) -> Wire:
        """Return what passed so far."""
        return Wire(bytes(self.sent), bytes(self.received))


@contextmanager
def tcp_tee(to_port: int) -> Iterator[TcpTee]:
    """Listen on a free port of loopback and pass everything on to `to_port`."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        tee = TcpTee(listener.getsockname()[1])
        threading.Thread(target=_accept, args=(listener, to_port, tee), daemon=True).start()
        yield tee


def _accept(listener: socket.socket, to_port: int, tee: TcpTee) -> None:
    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            return  # closed: the conversation is over
        server = socket.create_connection(("127.0.0.1", to_port))
        for source, target, kept in ((client, server, tee.sent), (server, client, tee.received)):
            threading.Thread(target=_pass_on, args=(source, target, kept), daemon=True).start()


def _pass_on(source: socket.socket, target: socket.socket, kept: bytearray) -> None:
    try:
        while data := source.recv(CHUNK_BYTES):
            kept += data
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        target.close()  # one side is gone: so is the other


def read_wire(log: Path) -> Wire:
    """Return what `tee.py` kept."""
    return Wire(log.with_suffix(".sent").read_bytes(), log.with_suffix(".received").read_bytes())
