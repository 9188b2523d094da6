import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from limner.assets.folder import AssetFolder, copy_hashed, open_regular
from limner.errors import InvalidMedia, LimnerError, NotFound
from limner.types import Asset

OTHER_DISK = Path("/dev/shm")  # a file system in memory on Linux


@pytest.fixture
def folder(tmp_path: Path) -> AssetFolder:
    return AssetFolder(tmp_path / "assets")


def asset_of(sha256: str, size_bytes: int, media_type: str = "image/png") -> Asset:
    return Asset(f"asset_{sha256[:32]}", sha256, media_type, size_bytes, created_at=0)


def files_in(folder: AssetFolder) -> list[Path]:
    return sorted(path for path in folder.root.rglob("*") if path.is_file())


@pytest.mark.parametrize("move", [True, False])
@pytest.mark.anyio
async def test_a_file_is_kept_read_only_under_the_hash_of_its_content(
    folder: AssetFolder, png: bytes, tmp_path: Path, move: bool
) -> None:
    source = tmp_path / "mug.png"
    source.write_bytes(png)
    sha256, size_bytes = await folder.add(source, "image/png", move=move)
    kept = folder.path_of(asset_of(sha256, size_bytes))
    assert (sha256, size_bytes) == (hashlib.sha256(png).hexdigest(), len(png))
    assert kept == folder.root / sha256[:2] / f"{sha256}.png"
    assert kept.read_bytes() == png
    assert kept.stat().st_mode & 0o777 == 0o444
    assert source.exists() is not move
    assert files_in(folder) == [kept]


@pytest.mark.anyio
async def test_the_same_content_twice_is_one_file(folder: AssetFolder, png: bytes, tmp_path: Path) -> None:
    for name in ("a.png", "b.png"):
        (tmp_path / name).write_bytes(png)
    first = await folder.add(tmp_path / "a.png", "image/png", move=False)
    assert await folder.add(tmp_path / "b.png", "image/png", move=True) == first
    assert len(files_in(folder)) == 1


@pytest.mark.anyio
@pytest.mark.skipif(not OTHER_DISK.is_dir(), reason="needs a second file system")
async def test_a_file_on_another_file_system_is_moved_all_the_same(folder: AssetFolder, png: bytes) -> None:
    with tempfile.TemporaryDirectory(dir=OTHER_DISK) as other:
        source = Path(other) / "mug.png"
        source.write_bytes(png)
        assert source.stat().st_dev != folder.root.parent.stat().st_dev
        asset = asset_of(*await folder.add(source, "image/png", move=True))
        assert not source.exists()
    assert files_in(folder) == [folder.path_of(asset)]
    await folder.verify(asset)


def test_several_processes_that_add_the_same_file_at_once_leave_one_whole_file(
    folder: AssetFolder, tmp_path: Path
) -> None:
    source, content = tmp_path / "clip.mp4", os.urandom(3_000_000)
    source.write_bytes(content)
    code = (
        "import sys, anyio; from pathlib import Path; from limner.assets.folder import AssetFolder\n"
        "folder = AssetFolder(Path(sys.argv[1])); sys.stdin.read()\n"
        "async def main():\n"
        "    for _ in range(5): await folder.add(Path(sys.argv[2]), 'video/mp4', move=False)\n"
        "anyio.run(main)"
    )
    command = [sys.executable, "-c", code, str(folder.root), str(source)]
    processes = [subprocess.Popen(command, stdin=subprocess.PIPE) for _ in range(3)]
    for process in processes:
        assert process.stdin is not None
        process.stdin.close()
    assert [process.wait(60) for process in processes] == [0, 0, 0]
    (kept,) = files_in(folder)
    assert kept.read_bytes() == content


@pytest.mark.anyio
async def test_a_file_that_is_gone_is_not_found_with_a_way_out(folder: AssetFolder, tmp_path: Path) -> None:
    with pytest.raises(NotFound) as caught:
        folder.path_of(asset_of("ab" * 32, 5))
    assert "asset_abab" in caught.value.message
    assert "Send the original file again" in caught.value.next_step


@pytest.mark.anyio
async def test_verify_finds_a_damaged_file_and_adding_the_original_mends_it(
    folder: AssetFolder, png: bytes, tmp_path: Path
) -> None:
    source = tmp_path / "mug.png"
    source.write_bytes(png)
    asset = asset_of(*await folder.add(source, "image/png", move=False))
    await folder.verify(asset)
    kept = folder.path_of(asset)
    kept.chmod(0o600)
    kept.write_bytes(png[:-1] + b"!")
    with pytest.raises(LimnerError) as caught:
        await folder.verify(asset)
    assert caught.value.code == "asset_damaged"
    await folder.add(source, "image/png", move=False)
    await folder.verify(asset)


@pytest.mark.anyio
async def test_a_file_larger_than_the_free_space_is_refused_before_it_is_copied(
    folder: AssetFolder, tmp_path: Path
) -> None:
    source = tmp_path / "huge.mp4"
    source.touch()
    os.truncate(source, shutil.disk_usage(tmp_path).total * 2)
    with pytest.raises(LimnerError) as caught:
        await folder.add(source, "video/mp4", move=False)
    assert caught.value.code == "storage_full"
    assert " MB needed, " in caught.value.message and " MB free" in caught.value.message
    assert "LIMNER_HOME" in caught.value.next_step
    assert files_in(folder) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.anyio
async def test_a_disk_that_fills_up_while_copying_is_named(png: bytes, tmp_path: Path) -> None:
    (tmp_path / "mug.png").write_bytes(png)
    source, target = open_regular(tmp_path / "mug.png"), os.open("/dev/full", os.O_WRONLY)
    try:
        with pytest.raises(LimnerError) as caught:
            copy_hashed(source, target, tmp_path)
    finally:
        os.close(source)
        os.close(target)
    assert caught.value.code == "storage_full"
    assert "0.1 MB needed" in caught.value.message


@pytest.mark.anyio
async def test_a_folder_that_cannot_be_written_is_named(png: bytes, tmp_path: Path) -> None:
    (tmp_path / "mug.png").write_bytes(png)
    (tmp_path / "locked").mkdir(mode=0o500)
    if os.access(tmp_path / "locked", os.W_OK):
        pytest.skip("this user may write anywhere")
    with pytest.raises(LimnerError) as caught:
        await AssetFolder(tmp_path / "locked" / "assets").add(tmp_path / "mug.png", "image/png", move=False)
    assert caught.value.code == "storage_unwritable"


@pytest.mark.anyio
async def test_what_crashed_processes_left_is_swept_after_a_day(folder: AssetFolder, tmp_path: Path) -> None:
    source = tmp_path / "note.txt"
    source.write_text("hello")
    await folder.add(source, "text/plain", move=False)
    old, fresh = folder.root / "tmp" / "incoming-old", folder.root / "tmp" / "incoming-fresh"
    for path in (old, fresh):
        path.write_bytes(b"half")
    os.utime(old, (0, 0))
    assert await folder.sweep() == 1
    assert (old.exists(), fresh.exists(), len(files_in(folder))) == (False, True, 2)
    old.write_bytes(b"half")
    os.utime(old, (0, 0))
    await AssetFolder(folder.root).add(
        source, "text/plain", move=False
    )  # the next process, at its first file
    assert (old.exists(), fresh.exists(), len(files_in(folder))) == (False, True, 2)


@pytest.mark.parametrize("kind", ["link", "folder", "pipe"])
@pytest.mark.anyio
async def test_only_regular_files_are_taken_in(folder: AssetFolder, tmp_path: Path, kind: str) -> None:
    source = tmp_path / "thing"
    {
        "link": lambda: source.symlink_to("/etc/hostname"),
        "folder": source.mkdir,
        "pipe": lambda: os.mkfifo(source),
    }[kind]()
    with pytest.raises(InvalidMedia):
        await folder.add(source, "image/png", move=False)
