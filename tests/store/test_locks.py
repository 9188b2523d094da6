import subprocess
import sys
import threading
from pathlib import Path

import pytest

from limner.store import Locks


def test_a_lock_is_held_once_whoever_asks(tmp_path: Path) -> None:
    mine, other = Locks(tmp_path), Locks(tmp_path)

    assert mine.try_acquire("process:1")
    assert not mine.try_acquire("process:1")
    assert not other.try_acquire("process:1")
    assert other.try_acquire("process:2")
    other.release("process:1")
    assert not other.try_acquire("process:1")
    mine.release("process:1")
    assert other.try_acquire("process:1")
    other.release_all()


def test_a_released_lock_leaves_no_file(tmp_path: Path) -> None:
    locks = Locks(tmp_path / "locks")
    locks.try_acquire("slot:flora:0")
    assert len([*(tmp_path / "locks").iterdir()]) == 1

    locks.release_all()

    assert [*(tmp_path / "locks").iterdir()] == []


@pytest.mark.parametrize("name", ["", "../x", "a/b", "a\\b", ".hidden", "x" * 101, "a b", "a\n"])
def test_a_name_that_is_no_lock_name_is_refused(tmp_path: Path, name: str) -> None:
    locks = Locks(tmp_path)

    for attempt in (locks.try_acquire, locks.release):
        with pytest.raises(ValueError, match="not a lock name"):
            attempt(name)


def test_a_lock_is_free_the_instant_its_holder_is_killed_though_a_child_lives_on(tmp_path: Path) -> None:
    script = str(Path(__file__).with_name("holder.py"))
    holder = subprocess.Popen(
        [sys.executable, "-I", script, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None
    assert {holder.stdout.readline(), holder.stdout.readline()} == {"held\n", "child\n"}
    locks = Locks(tmp_path)
    assert not locks.try_acquire("process:1")

    holder.kill()
    holder.wait()

    assert locks.try_acquire("process:1")  # the child is still there: its stdin is open
    locks.release("process:1")
    assert [*tmp_path.iterdir()] == []
    holder.communicate(timeout=10)  # ends the child


def test_a_lock_taken_while_another_removes_its_file_is_still_the_only_one(tmp_path: Path) -> None:
    taken, doubled = [0], [0]

    def work() -> None:
        locks, probe = Locks(tmp_path), Locks(tmp_path)
        for _ in range(500):
            if locks.try_acquire("recover"):
                taken[0] += 1
                if probe.try_acquire("recover"):
                    doubled[0] += 1
                    probe.release("recover")
                locks.release("recover")

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert taken[0] > 0
    assert doubled[0] == 0
