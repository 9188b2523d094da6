"""Holds a lock, leaves a child behind that lives on, says so, and waits to be killed."""

import subprocess
import sys
from pathlib import Path

from limner.store import Locks

locks = Locks(Path(sys.argv[1]))
assert locks.try_acquire("process:1")
child = subprocess.Popen(
    [sys.executable, "-I", "-c", "import sys; print('child', flush=True); sys.stdin.read()"],
    stdin=0,
    stdout=1,
    close_fds=False,
)
print("held", flush=True)
child.wait()
