"""Pages become plain text: what people read of them, whatever surrounds it."""

import json
from pathlib import Path

import pytest

from limner.actions.job import Given, Job
from limner.actions.page_text import MOST_CHARS, page_text
from limner.types import Json, Kind, Limits


def told(tmp_path: Path, content: bytes, media_type: str = "text/html", charset: str | None = None) -> Json:
    path = tmp_path / "page"
    path.write_bytes(content)
    job = Job(
        inputs={Kind.DOCUMENT: (Given(path, media_type),)},
        params={"media_type": media_type, "charset": charset},
        folder=tmp_path,
        limits=Limits(),
    )
    (made,) = page_text(job)
    found: Json = json.loads(made.text or "")
    return found


def test_headings_paragraphs_and_lists_stay_and_scripts_do_not(tmp_path: Path) -> None:
    page = b"""<!doctype html><html><head><title> The  Slow
      Mug </title><meta name=description content="A mug &amp; more."><style>p {color: red}</style></head>
    <body><nav><a href=/>Home</a></nav><h1>Slow&nbsp;Mug</h1><p>Fired <b>twice</b>.<p>By hand.
    <ul><li>350 ml<li>400 g</ul><script>steal("<p>no</p>")</script><noscript>none</noscript>
    <svg><title>icon</title></svg><table><tr><td>Colour</td><td>Ash</td></tr></table></body></html>"""
    assert told(tmp_path, page) == {
        "title": "The Slow Mug",
        "text": "A mug & more.\nHome\n\n# Slow Mug\n\nFired twice.\n\nBy hand.\n\n- 350 ml\n- 400 g\n\nColour\n\nAsh",
        "is_cut": False,
    }


@pytest.mark.parametrize(
    ("content", "charset", "text"),
    [
        ("café".encode(), None, "café"),
        ("café".encode("latin-1"), "iso-8859-1", "café"),
        ("<meta charset='windows-1252'>“café”".encode("cp1252"), None, "“café”"),
        (b"caf\xe9", None, "caf�"),
        ("café".encode(), "rot13", "café"),
        ("café".encode(), "no-such-charset", "café"),
    ],
)
def test_letters_are_read_as_they_were_written(
    tmp_path: Path, content: bytes, charset: str | None, text: str
) -> None:
    assert told(tmp_path, content, charset=charset)["text"] == text


def test_text_and_json_stay_as_they_are_and_long_ones_are_cut(tmp_path: Path) -> None:
    assert told(tmp_path, b'{"a": "<b>"}', "application/json")["text"] == '{"a": "<b>"}'
    found = told(tmp_path, b"a" * (MOST_CHARS + 1), "text/plain")
    assert (len(found["text"]), found["is_cut"]) == (MOST_CHARS, True)


@pytest.mark.parametrize(
    "page", [b"", b"<", b"<title>", b"</script></p>a", b"<script>a", b"<![CDATA[", b"\x00<p"]
)
def test_broken_pages_are_read_as_far_as_they_go(tmp_path: Path, page: bytes) -> None:
    assert "script" not in told(tmp_path, page)["text"]
