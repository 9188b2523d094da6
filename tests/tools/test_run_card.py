"""The run card: on the wire, and in a real browser inside the official bridge of a host, against a real server."""

import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest

from distribution.npm import node_folder
from limner_tools.addresses import RUN_CARD
from serving.sites import CHELSEA, Served, film_call, serving

from .hosts import client

HERE = Path(__file__).parent
PAGE = Path(__file__).parents[2] / "tools" / "limner_tools" / "run_card.html"
MEDIA_TYPE = "text/html;profile=mcp-app"
ON_CARD = {"ui": {"resourceUri": RUN_CARD}, "ui/resourceUri": RUN_CARD}
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
DRIVER_SECONDS = 420
MARKUP = '</pre><script>window.hacked=1</script><img src=x onerror="window.hacked=2"><b>bold</b>'
HOSTILE = f"""
technique_id: tech_hostile
name: {json.dumps(MARKUP[:80])}
description: Says what it is told.
inputs:
  - {{id: words, name: Words, type: text, description: Any.}}
steps:
  joined: {{action: concat-text, inputs: {{text: $inputs.words}}}}
outputs:
  - {{id: words, name: Words, type: text, from: $steps.joined.text}}
"""
LONG = MARKUP + "long " * 400 + "the end"
FRAMES = 400
FAILING_SECONDS = 18  # 432 frames
FILM_SECONDS = 16  # 384 frames
"""Long enough to take some seconds, so that progress is seen more than once."""


# ---- On the wire ------------------------------------------------------------------------------------------------


@pytest.mark.anyio
@pytest.mark.parametrize("mode", ["legacy", "auto"])
async def test_the_tools_that_return_a_run_name_a_page_that_can_be_read(home: Path, mode: str) -> None:
    with anyio.fail_after(60):
        async with client(home, mode, LIMNER_TOOLS="palette-pull") as host:
            tools = {tool.name: tool.meta for tool in (await host.list_tools()).tools}
            listed = {str(each.uri): each for each in (await host.list_resources()).resources}
            (page,) = (await host.read_resource(RUN_CARD)).contents
    assert {name for name, meta in tools.items() if meta == ON_CARD} == {
        "start_run",
        "get_run",
        "run_palette_pull",
    }
    assert not [name for name, meta in tools.items() if meta not in (None, ON_CARD)]
    assert listed[RUN_CARD].mime_type == page.mime_type == MEDIA_TYPE
    assert page.text == PAGE.read_text(encoding="utf-8")
    assert listed[RUN_CARD].meta == page.meta == {"ui": {"csp": {}, "prefersBorder": True}}


@pytest.mark.anyio
async def test_a_server_says_that_it_has_pages(home: Path) -> None:
    with anyio.fail_after(60):
        async with client(home) as host:
            extensions = host.server_capabilities.extensions
    assert extensions is not None
    assert "io.modelcontextprotocol/ui" in extensions


def test_the_page_is_small_and_stands_alone() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert len(page.encode()) <= 40_000
    elsewhere = set(re.findall(r"https?://[^\s\"'`)/]+", page))
    assert elsewhere == {"http://www.w3.org"}  # the name of SVG, which is not fetched
    unsafe = (
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|setAttribute\(\"on"
    )
    assert re.findall(unsafe, page) == []


# ---- In a browser -----------------------------------------------------------------------------------------------


def browser() -> str:
    """Return the path of a browser; skip where there is none, except in CI."""
    for name in BROWSERS:
        if path := shutil.which(name):
            return path
    if os.environ.get("CI"):
        pytest.fail("no Chromium is installed: the run card cannot be shown")
    pytest.skip("no Chromium is installed")


def run(status: str, **more: Any) -> dict[str, Any]:
    """Return a tool's result with a Run in a state that is not easily had from a real one."""
    document = {
        "run_id": "run_canned",
        "technique": {"technique_id": "tech_canned", "name": "Canned"},
        "status": status,
        "phase": "rendering" if status == "running" else "done",
        "progress": 40,
        "message": "rendering: Half of it",
        "cost": {"estimated_usd": 0.5, "charged_usd": 0.5 if status == "completed" else 0},
        "last_seq": 5,
        **more,
    }
    return {"content": [], "structuredContent": document}


def scenes() -> list[dict[str, Any]]:
    """Return what the browser is shown: what is called, and the selector that says that it is over."""
    criteria = [
        {"id": "palette_adherence", "score": 0.91, "weight": 2, "evidence": "ΔE 2.4 in the mean"},
        {"id": MARKUP, "score": 7, "weight": 1, "evidence": {"note": MARKUP}},
    ]
    hostile = run(
        "completed",
        technique={"name": MARKUP},
        evaluation={"score": 0.83, "criteria": criteria},
        brand_kit=MARKUP,
        outputs=[
            {"output_id": MARKUP, "type": "text", "text": MARKUP},
            {
                "output_id": "a",
                "media_type": f"image/{MARKUP}",
                "url": "javascript:window.hacked=3",
                "width": MARKUP,
            },
            {"output_id": "b", "media_type": "image/png", "path": MARKUP, "url": "https://example.com/b.png"},
        ],
    )
    hostile_words = {
        "technique_id": "tech_hostile",
        "revision": "draft",
        "inputs": {"words": LONG},
        "idempotency_key": MARKUP,
        "wait_seconds": 40,
    }
    palette = {"technique_id": "tech_palette-pull", "inputs": {"image": CHELSEA}, "wait_seconds": 40}
    draft = {
        "generate": "image",
        "prompt": "A poster for a jumble sale, with a purple giraffe",
        "model_id": "limner/draft-1",
        "idempotency_key": "card-draft",
        "wait_seconds": 40,
    }
    slow_failure = film_call("card-fails", 1.31, FAILING_SECONDS, wait_seconds=40)
    return [
        # The call itself takes as long as the run: until it answers, the card has only the key to follow by.
        _scene("waits", "Done", film_call("card-waits", 1.21, FILM_SECONDS, wait_seconds=45)),
        _scene(
            "follows",
            "Done",
            film_call("card-follows", 1.22, FILM_SECONDS, wait_seconds=0),
            context={"theme": "dark"},
        ),
        _scene(
            "pictures",
            "Done",
            {**palette, "idempotency_key": "card-palette"},
            width=280,
            click="main a",
            opens=True,
        ),
        _scene(
            "plays", "", film_call("card-plays", 1.24, 4), click="button:text-is('Play')", until="main video"
        ),
        _scene("drafts", "Done", draft),
        _scene(
            "cancels",
            "Cancelled",
            film_call("card-cancels", 1.23, FILM_SECONDS, wait_seconds=0),
            click="#cancel",
        ),
        _scene("fails", "Failed", slow_failure),
        _scene("refused", "Not started", {"technique_id": "tech_palette-pull", "inputs": {"colors": 99}}),
        _scene("prices", "Checked", {**palette, "dry_run": True}),
        _scene(
            "hostile words",
            "",
            hostile_words,
            click="button:text-is('Show all')",
            until=".said:has-text('the end')",
        ),
        {"name": "hostile run", "result": hostile, "until": "#badge:text-is('Done')", "width": 900},
        {
            "name": "closed host",
            "result": run("running"),
            "until": "#again:visible",
            "refuses": True,
            "capabilities": {},
        },
        {"name": "forgotten run", "result": run("running"), "until": "#again:visible"},
        {
            "name": "closed host, finished run",
            "result": run("completed", outputs=hostile["structuredContent"]["outputs"][2:]),
            "click": "main a",
            "until": "figcaption .path:has-text('example.com')",
            "refuses": True,
        },
        {
            "name": "other colours",
            "result": run("completed"),
            "until": "#badge:text-is('Done')",
            "hear": {"theme": "dark"},
        },
    ]


def _scene(name: str, ends: str, arguments: dict[str, Any], **more: Any) -> dict[str, Any]:
    ended = {"until": f"#badge:text-is('{ends}')"}
    return {"name": name, "tool": "start_run", "arguments": arguments, **ended, **more}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    home = tmp_path_factory.mktemp("card") / "home"
    (home / "techniques").mkdir(parents=True)
    (home / "techniques" / "hostile.yaml").write_text(HOSTILE, encoding="utf-8")
    with serving(home, LIMNER_MAX_FRAMES=str(FRAMES)) as served:
        yield served


@pytest.fixture(scope="module")
def seen(site: Served) -> dict[str, dict[str, Any]]:
    """Return what each scene showed, by its name."""
    path = browser()
    packages = {
        "@modelcontextprotocol/client": "^2.4.0",
        "@modelcontextprotocol/ext-apps": "^2.0.4",
        "esbuild": ">=0.25 <1",
        "playwright-core": "^1.57.0",
    }
    with tempfile.TemporaryDirectory(
        dir=node_folder("browser", packages)
    ) as folder:  # below its node_modules
        for name in ("drive.mjs", "host.mjs"):
            shutil.copyfile(HERE / "browser" / name, Path(folder) / name)
        done = subprocess.run(
            ["node", "drive.mjs", f"{site.url}/mcp", path],
            cwd=folder,
            input=json.dumps(scenes()),
            capture_output=True,
            text=True,
            timeout=DRIVER_SECONDS,
            check=False,
        )
    assert done.returncode == 0, done.stderr[-3000:]
    return {facts["name"]: facts for facts in json.loads(done.stdout)}


def test_every_scene_comes_to_its_end(seen: dict[str, dict[str, Any]]) -> None:
    assert {name: card["failure"] for name, card in seen.items() if card["failure"]} == {}


@pytest.mark.parametrize("name", ["waits", "follows"])
def test_progress_is_shown_moves_and_ends_with_the_output(seen: dict[str, dict[str, Any]], name: str) -> None:
    card = seen[name]
    values = [int(value) for value in card["progress"]]
    assert len(values) >= 2
    assert values == sorted(set(values))
    assert "Rendering" in card["badges"]
    assert card["badges"][-1] == "Done"
    assert [image["alt"] for image in card["images"]] == ["Video, a frame of the video"]
    assert "MP4" in card["text"]
    assert "Free" in card["text"]
    assert any(words.startswith("Done") for words in card["live"])  # told to those who do not see it
    assert card["heights"][-1] > card["heights"][0]


def test_pictures_and_texts_are_shown_and_links_go_through_the_host(seen: dict[str, dict[str, Any]]) -> None:
    card = seen["pictures"]
    (image,) = card["images"]
    assert (image["alt"], image["scheme"]) == ("Swatches", "data:image/")
    assert image["width"] > 100
    assert '"hex":' in card["said"][0]
    assert card["opened"] == card["links"]
    assert card["opened"][0].startswith("http")


def test_a_draft_says_that_it_is_one(seen: dict[str, dict[str, Any]]) -> None:
    card = seen["drafts"]
    assert "Fidelity layout-draft" in " ".join(card["text"].split())
    assert "Image" in [image["alt"] for image in card["images"]]


def test_a_short_film_is_played_in_the_card(seen: dict[str, dict[str, Any]]) -> None:
    assert "resources/read" in seen["plays"]["calls"]
    assert seen["plays"]["played"] == ["data:video/"]


def test_the_button_cancels_the_run(seen: dict[str, dict[str, Any]]) -> None:
    card = seen["cancels"]
    assert "cancel_run" in card["calls"]
    assert card["badges"][-1] == "Cancelled"
    assert "Not charged" in card["text"]
    assert card["buttons"] == []


def test_a_failed_run_shows_why_and_what_to_do(seen: dict[str, dict[str, Any]]) -> None:
    card = seen["fails"]
    assert "The run failed" in card["text"]
    assert str(FRAMES) in card["text"]
    assert "idempotency_key" in card["text"]  # the next step
    assert any(words.startswith("Failed") for words in card["live"])


def test_a_refused_call_shows_every_field(seen: dict[str, dict[str, Any]]) -> None:
    card = seen["refused"]
    assert "inputs.image" in card["text"]
    assert "inputs.colors" in card["text"]
    assert card["buttons"] == []


def test_a_price_is_shown_without_a_run(seen: dict[str, dict[str, Any]]) -> None:
    assert "It would cost nothing. Nothing was started." in seen["prices"]["text"]
    assert seen["prices"]["calls"] == []


def test_what_a_run_says_stays_text(seen: dict[str, dict[str, Any]]) -> None:
    words, forged = seen["hostile words"], seen["hostile run"]
    assert words["title"] == MARKUP[:80]
    assert words["said"] == [LONG]  # all of it, after a click
    assert forged["title"] == MARKUP
    assert forged["said"] == [MARKUP]
    assert MARKUP in forged["text"]
    assert forged["links"] == ["https://example.com/b.png"]
    for card in (words, forged):
        assert card["hacked"] is None
        assert card["alien"] == 0


def test_the_score_is_shown_with_its_criteria(seen: dict[str, dict[str, Any]]) -> None:
    card = seen["hostile run"]
    assert card["meters"][0] == ["Palette adherence", "91"]
    assert card["meters"][1][1] == "100"  # never more
    assert "ΔE 2.4 in the mean" in card["text"]
    assert "83\nof 100" in card["text"]


def test_a_host_that_passes_nothing_on_still_shows_what_the_call_said(
    seen: dict[str, dict[str, Any]],
) -> None:
    card = seen["closed host"]
    assert card["badges"][-1] == "Rendering"
    assert card["progress"] == ["40"]
    assert "It goes on all the same" in card["text"]
    assert card["buttons"] == ["Try again"]
    assert "cancel_run" not in card["calls"]
    finished = seen["closed host, finished run"]
    assert "https://example.com/b.png" in finished["text"]  # there to be copied


def test_a_run_that_the_server_does_not_know_is_said_to_be_unknown(seen: dict[str, dict[str, Any]]) -> None:
    assert "run_canned" in seen["forgotten run"]["text"].partition("Try again")[0]


def test_the_card_takes_the_colours_of_its_host(seen: dict[str, dict[str, Any]]) -> None:
    assert seen["follows"]["scheme"] == seen["other colours"]["scheme"] == "dark"
    assert seen["waits"]["scheme"] == "light"


def test_nothing_goes_wrong_and_nothing_is_asked_of_the_network(seen: dict[str, dict[str, Any]]) -> None:
    for name, card in seen.items():
        assert card["errors"] == [], name
        assert card["warnings"] == [], name
        assert card["requests"] == [], name
        assert card["overflows"] is False, name
