import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import anyio
import pytest

from limner.errors import StoreError
from limner.store import SqliteStore
from limner.store.migrations import MIGRATIONS
from limner.store.place import refuse_network_mount

from .building import damage, make_database, make_file, start

pytestmark = pytest.mark.anyio

MOUNTS = """\
/dev/vda1 / ext4 rw,relatime 0 0
nas:/export /mnt/nas nfs4 rw 0 0
/dev/sdb1 /mnt/nas/local ext4 rw 0 0
//nas/share /mnt/my\\040share cifs rw 0 0
me@host: /mnt/ssh fuse.sshfs rw 0 0
lower /mnt/overlay fuse.fuse-overlayfs rw 0 0
old:/x /mnt/twice nfs rw 0 0
/dev/sdc1 /mnt/twice xfs rw 0 0
"""


async def test_what_is_written_is_there_after_closing_and_opening_again(
    store: SqliteStore, path: Path
) -> None:
    run = await start(store, idempotency_key="k")
    await store.close()

    again = SqliteStore(path)
    await again.open()
    assert await again.load_run(run.run_id) == run
    await again.close()


async def test_the_file_is_in_wal_mode_and_readable_by_its_user_only(store: SqliteStore, path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("pragma journal_mode").fetchone() == ("wal",)
        assert connection.execute("pragma user_version").fetchone() == (len(MIGRATIONS),)
    if sys.platform != "win32":
        assert (await anyio.Path(path).stat()).st_mode & 0o077 == 0


async def test_a_store_that_is_not_open_says_so(path: Path) -> None:
    with pytest.raises(StoreError, match="not open"):
        await SqliteStore(path).published()


async def test_closing_waits_for_what_is_under_way_and_refuses_what_comes_after(
    store: SqliteStore, path: Path
) -> None:
    answers: list[str] = []

    async def write(number: int) -> None:
        try:
            answers.append((await start(store, {"title": str(number)})).run_id)
        except StoreError:
            answers.append("refused")

    with anyio.fail_after(30):
        async with anyio.create_task_group() as group:
            for number in range(20):
                group.start_soon(write, number)
            group.start_soon(store.close)
    assert len(answers) == 20

    again = SqliteStore(path)
    await again.open()
    for run_id in set(answers) - {"refused"}:
        assert (await again.load_run(run_id)).run_id == run_id
    await again.close()


async def test_what_start_has_answered_survives_kill_9(path: Path) -> None:
    script = str(Path(__file__).with_name("starter.py"))
    answered: list[str] = []
    with anyio.fail_after(60):
        async with await anyio.open_process([sys.executable, "-I", script, str(path)]) as process:
            assert process.stdout is not None
            text = ""
            while len(answered) < 50:
                text += (await process.stdout.receive()).decode()
                answered = text.split("\n")[:-1]
            process.kill()

    store = SqliteStore(path)
    await store.open()
    for line in answered:
        run_id, key = line.split()
        run, events = await store.snapshot(run_id)
        assert await store.find_by_key("local", "ws_default", "start_run", key) == run
        assert [event.seq for event in events] == [1]
    await store.close()


def test_four_processes_make_and_migrate_new_files_at_the_same_moment(tmp_path: Path) -> None:
    script = str(Path(__file__).with_name("opener.py"))
    openers = [
        subprocess.Popen(
            [sys.executable, "-I", script, str(tmp_path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    for opener in openers:
        assert opener.stdout is not None
        assert opener.stdout.readline() == "ready\n"
    for opener in openers:
        assert opener.stdin is not None
        opener.stdin.close()
        opener.stdin = None
    for opener in openers:
        out, err = opener.communicate(timeout=60)
        assert (out.strip(), err) == ("done", "")


async def test_a_file_of_a_newer_limner_is_refused_untouched(path: Path) -> None:
    make_database(path, "pragma user_version = 99")

    with pytest.raises(StoreError, match="newer Limner") as caught:
        await SqliteStore(path).open()

    assert "Update Limner" in caught.value.next_step
    assert str(path) in caught.value.message
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("select count(*) from sqlite_master").fetchone() == (0,)


async def test_a_database_of_another_program_is_refused_untouched(path: Path) -> None:
    make_database(path, "create table photos (name text)")

    with pytest.raises(StoreError, match="another program"):
        await SqliteStore(path).open()

    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("select name from sqlite_master").fetchall() == [("photos",)]


async def test_a_file_that_is_no_database_is_named(path: Path) -> None:
    make_file(path, b"these are my holiday notes " * 100)

    with pytest.raises(StoreError, match="is not a database") as caught:
        await SqliteStore(path).open()

    assert str(path) in caught.value.message
    assert "LIMNER_HOME" in caught.value.next_step


async def test_a_damaged_file_is_named(store: SqliteStore, path: Path) -> None:
    for number in range(50):
        await start(store, {"title": "x" * 500, "number": number})
    await store.close()
    damage(path)

    damaged = SqliteStore(path)
    with pytest.raises(StoreError, match="is damaged") as caught:
        await damaged.open()
        await damaged.list_runs("local")
    await damaged.close()

    assert str(path) in caught.value.message


async def test_a_folder_in_the_files_place_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=tmp_path.name):
        await SqliteStore(tmp_path).open()


@pytest.mark.parametrize("folder", ["/mnt/nas", "/mnt/nas/deep/down", "/mnt/my share", "/mnt/ssh/x"])
def test_a_network_mount_is_refused_with_the_way_out(folder: str) -> None:
    with pytest.raises(StoreError, match="network file system") as caught:
        refuse_network_mount(Path(folder) / "limner.sqlite", MOUNTS)

    assert folder in caught.value.message
    assert "LIMNER_HOME" in caught.value.next_step


@pytest.mark.parametrize(
    "folder", ["/home/me", "/mnt/nas/local", "/mnt/nasty", "/mnt/overlay", "/mnt/twice/x"]
)
def test_a_local_mount_is_accepted(folder: str) -> None:
    refuse_network_mount(Path(folder) / "limner.sqlite", MOUNTS)
    refuse_network_mount(Path(folder) / "limner.sqlite", "")


async def test_the_data_version_changes_with_every_commit_and_only_then(
    store: SqliteStore, path: Path
) -> None:
    other = SqliteStore(path)
    await other.open()
    before = store.data_version(), other.data_version()

    await store.published()
    assert (store.data_version(), other.data_version()) == before
    await start(store)
    changed = store.data_version(), other.data_version()
    assert changed[0] != before[0]
    assert changed[1] != before[1]
    await store.claim("ada", 1, [])
    assert (store.data_version(), other.data_version()) == changed
    await other.close()
