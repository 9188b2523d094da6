"""Holds the index of a write-ahead log as a process does that recovers it, says so, and lets go when stdin ends.

Source: the lock bytes of https://www.sqlite.org/walformat.html#locks
"""

import fcntl
import os
import sys

WRITE, RECOVER = 120, 122

index = os.open(sys.argv[1], os.O_RDWR)
for byte in (WRITE, RECOVER):
    fcntl.lockf(index, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, byte)
os.pwrite(
    index, bytes(48), 0
)  # the header's first copy: now both differ, and every reader wants it recovered
print("held", flush=True)
sys.stdin.read()
