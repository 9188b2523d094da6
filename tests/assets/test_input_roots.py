import os
import socket
from pathlib import Path

import pytest

from limner.assets.roots import InputRoots, open_beneath
from limner.errors import InvalidInput
from limner.types import Limits


@pytest.fixture
def home(tmp_path: Path) -> Path:
    for name in ("home/Pictures/trip", "home/Downloads", "work", "secret"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "home/Pictures/my mug.png").write_bytes(b"mug")
    (tmp_path / "home/Pictures/trip/café.png").write_bytes(b"cafe")
    (tmp_path / "work/local.png").write_bytes(b"local")
    (tmp_path / "secret/key.png").write_bytes(b"key")
    return tmp_path / "home"


@pytest.fixture
def roots(home: Path) -> InputRoots:
    folders = [home / "Pictures", home / "Downloads", home.parent / "work"]
    return InputRoots(folders, home, working=home.parent / "work", limits=Limits(max_input_bytes=1000))


def content(roots: InputRoots, text: str) -> bytes:
    with roots.opened(text, "inputs.image") as descriptor:
        return os.read(descriptor, 100)


def refusal(roots: InputRoots, text: str) -> InvalidInput:
    with pytest.raises(InvalidInput) as caught, roots.opened(text, "inputs.image"):
        pass
    with pytest.raises(InvalidInput) as checked:
        roots.check(text, "inputs.image")
    assert checked.value.document() == caught.value.document()
    assert caught.value.fields[0].field == "inputs.image"
    return caught.value


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("{home}/Pictures/my mug.png", b"mug"),
        ("~/Pictures/my mug.png", b"mug"),
        ("~/Downloads/../Pictures/my mug.png", b"mug"),
        ("local.png", b"local"),
        ("./local.png", b"local"),
        ("../home/Pictures/trip/café.png", b"cafe"),
        ("file://{home}/Pictures/my%20mug.png", b"mug"),
        ("file://localhost{home}/Pictures/trip/caf%C3%A9.png", b"cafe"),
        ("FILE:{home}/Pictures/my%20mug.png", b"mug"),
    ],
)
def test_a_file_in_an_allowed_folder_is_read_however_it_is_named(
    roots: InputRoots, home: Path, text: str, found: bytes
) -> None:
    assert content(roots, text.format(home=home)) == found
    assert roots.check(text.format(home=home), "x").is_absolute()


@pytest.mark.parametrize(
    "text",
    ["/etc/passwd", "/etc/no-such-file", "../secret/key.png", "../secret/none.png", "~/../secret/key.png",
     "~/.ssh/id_rsa", "~", "/", "..", "file:///etc/passwd", "file:///%2e%2e/etc/passwd", "/proc/self/environ",
     "/dev/zero", "{home}/Pictures/../../secret/key.png", "/etc/passwd/x", "{home}/PicturesEvil/a.png"],
)  # fmt: skip
def test_outside_the_allowed_folders_the_answer_is_the_same_whether_a_file_is_there_or_not(
    roots: InputRoots, home: Path, text: str
) -> None:
    text = text.format(home=home)
    error = refusal(roots, text)
    work = home.parent / "work"
    allowed = f"Allowed folders: ~/Pictures, ~/Downloads, {work}."
    assert error.message == f"inputs.image: '{text}' is outside the allowed folders. {allowed}"
    assert "LIMNER_INPUT_ROOTS" in error.next_step


def test_a_missing_file_is_named_with_the_allowed_folders(roots: InputRoots, home: Path) -> None:
    error = refusal(roots, "photos/mug.png")
    assert error.message.startswith(
        "inputs.image: no file at 'photos/mug.png'. Allowed folders: ~/Pictures, ~/Dow"
    )


def test_a_link_that_leads_outside_is_refused_and_one_that_stays_inside_is_followed(
    roots: InputRoots, home: Path
) -> None:
    pictures = home / "Pictures"
    (pictures / "escape.png").symlink_to(home.parent / "secret/key.png")
    (pictures / "dangling.png").symlink_to(home.parent / "secret/none.png")
    (pictures / "folder").symlink_to(home.parent / "secret")
    (pictures / "inside.png").symlink_to(pictures / "trip/café.png")
    (pictures / "loop.png").symlink_to(pictures / "loop.png")
    for name in ("escape.png", "dangling.png", "folder/key.png", "folder/none.png"):
        assert "outside the allowed folders" in refusal(roots, f"~/Pictures/{name}").message
    assert content(roots, "~/Pictures/inside.png") == b"cafe"
    assert "is a link that leads to itself" in refusal(roots, "~/Pictures/loop.png").message


def test_what_is_no_regular_file_is_refused_without_waiting_on_it(roots: InputRoots, home: Path) -> None:
    os.mkfifo(home / "Pictures/pipe")
    with socket.socket(socket.AF_UNIX) as listener:
        before = Path.cwd()
        os.chdir(home / "Pictures")  # a socket's path must be short
        try:
            listener.bind("plug")
        finally:
            os.chdir(before)
        for name in ("pipe", "plug"):
            assert (
                "is a device, pipe or socket, expects a file" in refusal(roots, f"~/Pictures/{name}").message
            )
    assert "is a folder, expects a file" in refusal(roots, "~/Pictures/trip").message


def test_empty_and_too_large_files_are_refused_with_the_limit(roots: InputRoots, home: Path) -> None:
    (home / "Pictures/empty.png").touch()
    (home / "Pictures/large.png").write_bytes(bytes(250_000))
    assert "'~/Pictures/empty.png' is empty" in refusal(roots, "~/Pictures/empty.png").message
    error = refusal(roots, "~/Pictures/large.png")
    assert error.message == "inputs.image: is 0.3 MB, the limit is 0.1 MB"
    assert "LIMNER_MAX_INPUT_MB" in error.next_step


@pytest.mark.parametrize(
    "text",
    ["file://server/share/a.png", "file://10.0.0.1/a.png", "file:a.png", "file:///a.png?x", "file:///a%ff.png",
     "file://[/a.png", "a\x00b.png", "\ud800.png", "x" * 5000, "local.png/x", "file:///srv/a%00.png"],
)  # fmt: skip
def test_malformed_paths_and_addresses_are_refused_in_short_plain_words(roots: InputRoots, text: str) -> None:
    error = refusal(roots, text)
    assert len(error.message) < 500
    error.message.encode()


@pytest.mark.parametrize("swapped", ["Pictures/trip", "Pictures/trip/key.png"])
def test_what_is_swapped_for_a_link_after_the_check_is_not_followed(
    roots: InputRoots, home: Path, swapped: str
) -> None:
    (home / "Pictures/trip/key.png").write_bytes(b"mine")
    checked = roots.check("~/Pictures/trip/key.png", "image")
    (home / swapped).rename(home / "away")
    (home / swapped).symlink_to(home.parent / "secret" / ("" if swapped.endswith("trip") else "key.png"))
    assert checked.read_bytes() == b"key"  # what opening the path itself would give away
    with pytest.raises(OSError, match=r"Not a directory|Too many levels"):
        open_beneath(home / "Pictures", checked)


def test_a_file_that_may_not_be_read_says_so(roots: InputRoots, home: Path) -> None:
    mug = home / "Pictures/my mug.png"
    mug.chmod(0)
    if os.access(mug, os.R_OK):
        pytest.skip("this user may read anything")
    with (
        pytest.raises(InvalidInput, match="permission denied"),
        roots.opened("~/Pictures/my mug.png", "image"),
    ):
        pass
