"""A kit is a stranger's file: whatever it holds, nothing outside it is read, and nothing hangs or grows."""

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from limner.authored.document import parse_document
from limner.authored.report import Report
from limner.brands.load import load_data
from limner.errors import InvalidBrandKit
from limner.library import brand_folder
from limner.types import Json

from .kits import LOGO, SOUND, problems_of, write_kit

PNG = (brand_folder() / "homestead" / "quiet-morning.png").read_bytes()
BOMB = (
    "a: &a [x, x, x, x, x, x, x, x, x]\n"
    + "".join(
        f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n"
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + SOUND
)
OUTSIDE = [
    ('<image href="file:///etc/passwd"/>', "outside itself"),
    ('<image href="/etc/passwd"/>', "outside itself"),
    ('<image href="https://example.com/a.png"/>', "outside itself"),
    ('<image xlink:href="logo.png" xmlns:xlink="http://www.w3.org/1999/xlink"/>', "outside itself"),
    ('<use href="other.svg#a"/>', "outside itself"),
    ('<image href="data:image/svg+xml;base64,PHN2Zy8+"/>', "outside itself"),
    ('<rect fill="url(https://example.com/a.svg#b)"/>', "outside itself"),
    ("<style>@import 'https://example.com/a.css';</style>", "outside itself"),
    ("<style>rect { fill: URL( 'http://example.com' ) }</style>", "outside itself"),
    ('<rect style="fill: url(//example.com/a)"/>', "outside itself"),
    ("<script>alert(1)</script>", "runs a script"),
    ('<rect onclick="alert(1)"/>', "event handler onclick"),
    ("<foreignObject><p/></foreignObject>", "foreign object"),
    ("<text>Small</text>", "live text"),
    ("<g>" * 3, "not well-formed"),
    ("<use href='#a'/>" * 101, "too complex"),
    ("<g/>" * 5001, "too complex"),
]


@pytest.mark.parametrize(("inside", "message"), OUTSIDE)
def test_a_drawing_that_is_not_self_contained_is_refused(tmp_path: Path, inside: str, message: str) -> None:
    assert problems_of(tmp_path, SOUND, LOGO) == []
    (problem,) = problems_of(tmp_path, SOUND, LOGO.replace("<path", f"{inside}<path"))
    assert message in problem.message
    assert problem.line == 13


@pytest.mark.parametrize(
    ("logo", "message"),
    [
        ('<!DOCTYPE svg [<!ENTITY a "b">]>' + LOGO, "DOCTYPE"),
        ('<?xml-stylesheet href="https://example.com/a.css"?>' + LOGO, "instruction"),
        (LOGO.replace('viewBox="0 0 20 10"', ""), "says no size"),
        (LOGO.replace("0 0 20 10", "0 0 nan inf"), "says no size"),
        (LOGO.replace("0 0 20 10", "0 0 2000 1"), "says no size"),
        (LOGO.replace("<path", f"<!-- {'x' * 300_000} --><path"), "over 256 KB"),
        (b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + b"\xff" * 8, "not a PNG"),
        (PNG[:8] + b"\0" * 40, "not a PNG"),
        (b"", "no picture"),
        (b"\0" * 2_000_001, "over 2 MB"),
        ("<html><body/></html>", "is text/html"),
    ],
)
def test_a_logo_that_is_none_is_refused(tmp_path: Path, logo: str | bytes, message: str) -> None:
    (problem,) = problems_of(tmp_path, SOUND, logo)
    assert message in problem.message


@pytest.mark.parametrize(
    "name",
    ["../secret.png", "/etc/passwd", "a/../../secret.png", "C:\\\\logo.png", "link.png", "folder/secret.png",
     "pipe.png", "loop.png", "folder", ".", "nul\\0.png", "x" * 255],
)  # fmt: skip
def test_a_file_outside_the_kits_folder_is_never_read(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "kit"
    folder.mkdir()
    (tmp_path / "secret.png").write_bytes(PNG)
    (folder / "link.png").symlink_to(tmp_path / "secret.png")
    (folder / "folder").symlink_to(tmp_path)
    (folder / "loop.png").symlink_to("loop.png")
    os.mkfifo(folder / "pipe.png")
    for part in (f'logo: {{file: "{name}"}}\n', f'references: [{{file: "{name}"}}]\n'):
        (problem,) = problems_of(folder, SOUND + part)
        assert "file: " in problem.message
        assert any(word in problem.message for word in ("outside", "cannot be", "not a regular file")), (
            problem
        )


def test_a_file_in_a_folder_below_the_kit_is_read(tmp_path: Path) -> None:
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "hero.png").write_bytes(PNG)
    assert problems_of(tmp_path, SOUND + "references: [{file: pictures/hero.png}]\n") == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (BOMB, "anchors and aliases"),
        ("!!python/object/apply:os.system [id]\n", "YAML tag"),
        (SOUND + f"x: {'[' * 40}{']' * 40}\n", "levels are nested"),
        ("# " + "x" * 300_000 + "\n" + SOUND, "over 256 KB"),
        ("[]", "This is not a brand kit"),
        ("", "This is not a brand kit"),
        (f"{SOUND}---\n{SOUND}", "second document"),
        (SOUND.replace("name: Small", 'name: "a\\0b'), "This is not YAML"),
    ],
)
def test_yaml_that_hides_something_is_refused(tmp_path: Path, text: str, message: str) -> None:
    problems = problems_of(tmp_path, text)
    assert [each for each in problems if message in each.message], problems


def test_bytes_that_are_no_text_are_refused_with_their_line(tmp_path: Path) -> None:
    file = write_kit(tmp_path)
    file.write_bytes(SOUND.encode() + b"x: \xff\xfe\n")
    with pytest.raises(InvalidBrandKit, match=r"kit.yaml:13: This is not UTF-8"):
        load_data(*_read(file), tmp_path)


def _read(file: Path) -> tuple[object, Report]:
    from limner.authored.document import read_document

    return read_document(file, "kit.yaml", "brand kit")


JUNK = st.sampled_from(
    [None, True, 0, -1, 1.5, float("nan"), "", "x", "#cc0000", "\ud800", "\0", [], ["a"], [[]], {}, {"a": 1},
     {"at_least": "x"}, [{"id": "contrast"}], {"family": []}, 10**400]
)  # fmt: skip
DATA: Json = parse_document(
    (brand_folder() / "homestead" / "kit.yaml").read_text(encoding="utf-8"), "kit.yaml"
)[0]


def _places(value: object, place: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place, *(each for key, item in inner for each in _places(item, (*place, key)))]


def _with(value: object, place: tuple[object, ...], junk: object) -> object:
    if not place:
        return junk
    here, *inner = place
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    changed = {key: _with(item, tuple(inner), junk) if key == here else item for key, item in items}
    return changed if isinstance(value, dict) else list(changed.values())


@settings(max_examples=300, deadline=None)
@given(place=st.sampled_from(_places(DATA)), junk=JUNK)
def test_whatever_stands_anywhere_gives_a_kit_or_a_mistake(place: tuple[object, ...], junk: object) -> None:
    try:
        load_data(_with(DATA, place, junk), Report("kit.yaml", {}, "brand kit"), brand_folder() / "homestead")
    except InvalidBrandKit as error:
        assert error.problems
