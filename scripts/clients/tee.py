"""Stands between a client and its stdio server and keeps both directions: tee.py LOG COMMAND [ARGUMENT]…"""

import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import BinaryIO

CHUNK_BYTES = 1 << 16


def main(log: str, *command: str) -> int:
    """Run the command with its pipes passed through; return its exit status."""
    server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert server.stdin is not None and server.stdout is not None
    sending = (sys.stdin.fileno(), server.stdin, Path(log).with_suffix(".sent"))
    threading.Thread(target=pass_on, args=sending, daemon=True).start()
    pass_on(server.stdout.fileno(), sys.stdout.buffer, Path(log).with_suffix(".received"))
    return server.wait()


def pass_on(source: int, target: BinaryIO, kept: Path) -> None:
    """Copy until the source ends, then close the target."""
    with kept.open("ab", buffering=0) as file:
        while data := os.read(source, CHUNK_BYTES):
            file.write(data)
            try:
                target.write(data)
                target.flush()
            except BrokenPipeError:
                return  # nobody listens any more
    target.close()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
