"""The host's two pipes as lines: read and written on the event loop as far as the kernel is ready, without threads."""

import os
import select
from collections.abc import AsyncIterator, Callable
from functools import partial

import anyio
import anyio.to_thread

MAX_LINE_BYTES = 8_000_000
READ_BYTES = 65536


def claim_pipes() -> tuple[int, int]:
    """Return descriptors of what the host reads and writes at, in this order: in, out.

    Descriptor 0 leads nowhere from now on and 1 to stderr, so that neither a child nor a stray print uses the wire.
    """
    null = os.open(os.devnull, os.O_RDWR)
    wires = os.dup(0), os.dup(1)
    os.dup2(null, 0)
    try:
        os.dup2(2, 1)
    except OSError:
        os.dup2(null, 1)  # there is no stderr
    os.close(null)
    return wires


async def read_lines(descriptor: int) -> AsyncIterator[str]:
    """Yield the lines that come, without empty ones, until the other end is closed.

    Of a line that never ends, the first 8 MB are kept.
    """
    is_ready = partial(_poller(descriptor, select.POLLIN).poll, 0)
    pending = bytearray()
    while True:
        if not is_ready():  # a file or the null device always is, and epoll takes neither
            await anyio.wait_readable(descriptor)
        if not (chunk := _read(descriptor)):
            return
        if b"\n" not in chunk:
            pending += chunk[: MAX_LINE_BYTES - len(pending)]
            continue
        *lines, rest = (pending + chunk).split(b"\n")
        pending = bytearray(rest)
        for line in lines:
            if line.strip():
                yield line.decode("utf-8", "replace")


class LineWriter:
    """Writes lines whole, one after the other."""

    def __init__(self, descriptor: int, on_gone: Callable[[], None]) -> None:
        """on_gone: called when nobody is there to read any more."""
        self._descriptor = descriptor
        self._is_ready = partial(_poller(descriptor, select.POLLOUT).poll, 0)
        self._turn = anyio.Lock(fast_acquire=True)
        self._on_gone = on_gone

    async def write(self, line: bytes) -> None:
        """Write a line with its end. Raises: BrokenResourceError, when nobody reads."""
        async with self._turn:
            try:
                if rest := self._write_at_once(memoryview(line)):
                    with anyio.CancelScope(shield=True):  # half a line would spoil the one after it
                        await anyio.to_thread.run_sync(self._write_all, rest)
            except OSError as error:
                self._on_gone()
                raise anyio.BrokenResourceError from error

    def _write_at_once(self, line: memoryview) -> memoryview:
        """Write what the pipe takes without waiting, and return the rest. A ready one takes PIPE_BUF bytes."""
        while line and self._is_ready():
            line = line[os.write(self._descriptor, line[: select.PIPE_BUF]) :]
        return line

    def _write_all(self, line: memoryview) -> None:
        while line:
            line = line[os.write(self._descriptor, line) :]


def _poller(descriptor: int, event: int) -> select.poll:
    poller = select.poll()
    poller.register(descriptor, event)
    return poller


def _read(descriptor: int) -> bytes:
    """Return what has come, nothing at the end; a terminal that is gone is an end too."""
    try:
        return os.read(descriptor, READ_BYTES)
    except OSError:
        return b""
