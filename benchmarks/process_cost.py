"""Runs one command and says what it took: `python -I -S process_cost.py`, a request as JSON on stdin.

It is a process of its own, and imports little, because the kernel counts a parent's peak memory at the moment of the
fork as its child's: whoever measures must be smaller than what is measured.

Request: `{"command": [...], "job": {...} or null, "seconds": 120}`, and `environment` where it is not to be this
process's; a job is sent to the command as one line, with this process as its parent. Answer: `{"exit_code",
"cpu_seconds", "wall_seconds", "peak_mb", "said", "complained"}`.
CPU is user and system time of all threads, memory the peak of the resident set. `exit_code` is negative when a signal
ended the command, as after `seconds`.
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time

MAXRSS_BYTES = 1 if sys.platform == "darwin" else 1024
"""The unit of ru_maxrss."""


def main() -> None:
    """Read the request, run the command, print the answer."""
    request = json.loads(sys.stdin.read())
    with tempfile.TemporaryFile() as errors:
        started = time.monotonic()
        process = subprocess.Popen(
            request["command"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            env=request.get("environment"),
            start_new_session=True,  # a worker whose stdin ends kills its process group
        )
        assert process.stdin is not None and process.stdout is not None
        deadline = threading.Timer(request["seconds"], process.kill)
        deadline.start()
        if request["job"] is not None:
            process.stdin.write(json.dumps({**request["job"], "parent_pid": os.getpid()}).encode() + b"\n")
            process.stdin.flush()
        said = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        deadline.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        errors.seek(0)
        answer = {
            "exit_code": process.returncode,
            "cpu_seconds": usage.ru_utime + usage.ru_stime,
            "wall_seconds": time.monotonic() - started,
            "peak_mb": usage.ru_maxrss * MAXRSS_BYTES / 1e6,
            "said": said.decode(errors="replace"),
            "complained": errors.read()[-2000:].decode(errors="replace"),
        }
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
