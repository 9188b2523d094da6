"""Words in pictures as evidence: what is read is held against the voice, and type's contrast is that of read lines."""

import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw, ImageFont

from limner.actions import ocr_extra
from limner.actions.job import Given, Job
from limner.actions.measure_reading import outputs
from limner.app.requests import StartRequest
from limner.config import read_settings
from limner.evaluation.scoring import Measured
from limner.evaluation.voice import against_voice
from limner.library import font_folder, sample
from limner.server import open_studio
from limner.types import Json, Kind, Limits

from .pictures import FOREST, LINEN, lettered, plain

VOICE: Json = {"banned_words": ["cheap", "last chance"], "required_words": ["Homestead", "oak"]}
reads = pytest.mark.skipif(not ocr_extra.is_installed(), reason=f"{ocr_extra.EXTRA} is not installed")


def read(*lines: str, output: str = "image") -> Measured:
    return Measured(float(len(lines)), {"lines": list(lines)}, output=output)


def measured(folder: Path, image: Image.Image, *criteria: str) -> Json:
    image.save(folder / "picture.png")
    given = {Kind.IMAGE: (Given(path=folder / "picture.png"),)}
    (made,) = outputs(Job(given, {"criteria": list(criteria)}, folder, Limits()))
    found: Json = json.loads(made.text or "")
    return found


def wcag(one: str, other: str) -> float:
    """Return the contrast of two colours as WCAG 2.2 writes it, from its text."""

    def light(color: str) -> float:
        parts = (int(color[place : place + 2], 16) / 255 for place in (1, 3, 5))
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


def said_by(found: dict[str, list[Measured]], name: str) -> list[Any]:
    return [each.reason or each.value for each in found[name]]


def test_banned_words_count_wherever_they_stand_and_required_ones_may_stand_anywhere() -> None:
    pictures = [read("Last", "chance!", output="a"), read("Oak tables", output="b")]
    found = against_voice(VOICE, ["Homestead makes cheap things"], pictures)
    assert said_by(found, "banned_words") == [1.0, 1.0, 0.0]
    assert [each.output for each in found["banned_words"]] == ["", "a", "b"]
    assert found["banned_words"][1].evidence["words"] == ["last chance"]
    assert said_by(found, "required_words") == [1.0]
    assert found["readability"][0].reason == "fewer than 8 words of text"


def test_what_was_not_read_is_said_and_hides_nothing() -> None:
    unread = Measured(reason="the reader broke", output="image")
    found = against_voice(VOICE, [], [unread, read(output="b")])
    expected = ["the reader broke", "no words in the picture"]
    assert said_by(found, "banned_words") == said_by(found, "required_words") == expected
    assert "readability" not in found
    both = against_voice(VOICE, ["Cheap oak"], [unread])
    assert said_by(both, "banned_words") == [1.0, "the reader broke"]
    assert said_by(both, "required_words") == [0.5]
    assert against_voice(VOICE, [], []) == {}
    assert said_by(against_voice({}, [], [read("Oak")]), "banned_words") == [
        "the brand kit names no banned_words"
    ]


@reads
def test_the_faintest_read_line_gives_the_contrast(tmp_path: Path) -> None:
    image = lettered(plain(LINEN), FOREST)
    font = ImageFont.truetype(str(font_folder() / "Inter-SemiBold.ttf"), 40)
    ImageDraw.Draw(image).text((60, 120), "Hardly seen at all", fill="#b9a98f", font=font)
    found = measured(tmp_path, image, "contrast", "words")
    assert found["words"]["evidence"]["lines"] == [
        "Hardly seen at all", "Made by hand slowly", "from wood and linen", "for quiet rooms",
    ]  # fmt: skip
    lines = found["contrast"]["evidence"]["lines"]
    assert found["contrast"]["value"] == pytest.approx(wcag("#b9a98f", LINEN), rel=0.06)
    assert [line["text"] for line in lines][:1] == ["Hardly seen at all"]
    assert lines[-1]["contrast"] == pytest.approx(wcag(FOREST, LINEN), rel=0.06)


@reads
def test_a_photograph_without_words_has_none_and_only_what_is_asked_for_is_told(tmp_path: Path) -> None:
    with Image.open(sample("chelsea.png")) as cat:
        found = measured(tmp_path, cat.convert("RGB"), "words")
    assert found == {"words": {"value": 0.0, "evidence": {"lines": []}}}


def card(folder: Path, words: str) -> Path:
    image = Image.new("RGB", (1080, 1080), LINEN)
    font = ImageFont.truetype(str(font_folder() / "Inter-SemiBold.ttf"), 72)
    ImageDraw.Draw(image).multiline_text((90, 300), words, fill=FOREST, font=font, spacing=24)
    image.save(folder / "card.png")
    return folder / "card.png"


async def scored(home: Path, path: Path) -> Json:
    async with open_studio(read_settings({"LIMNER_HOME": str(home)})) as studio:
        return await studio.evaluator.of_file(await studio.get_brand("homestead"), path)


@reads
@pytest.mark.anyio
async def test_words_in_a_picture_break_a_hard_limit_and_others_keep_it(home: Path, tmp_path: Path) -> None:
    bad = await scored(home, card(tmp_path, "Oak tables\nLast chance"))
    criteria = {each["id"]: each for each in bad["criteria"]}
    assert bad["capped_by"] == ["banned_words"] and bad["score"] <= 0.4
    assert criteria["banned_words"]["evidence"]["words"] == ["last chance"]
    assert criteria["required_words"]["evidence"] == {"missing": ["Homestead"]}
    assert criteria["contrast"]["measured"] == pytest.approx(wcag(FOREST, LINEN), rel=0.06)
    good = await scored(home, card(tmp_path, "Oak tables\nby Homestead"))
    criteria = {each["id"]: each for each in good["criteria"]}
    assert "capped_by" not in good
    assert criteria["banned_words"]["score"] == criteria["required_words"]["score"] == 1


@pytest.mark.anyio
async def test_without_the_extra_the_reason_names_it_and_the_rest_is_measured(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ocr_extra, "PACKAGES", {})
    evaluation = await scored(home, card(tmp_path, "Last chance"))
    criteria = {each["id"]: each for each in evaluation["criteria"]}
    for name in ("banned_words", "required_words"):
        assert criteria[name]["not_measured"] == "words in pictures need limner[ocr]"
    assert criteria["contrast"]["measured"] == pytest.approx(wcag(FOREST, LINEN), rel=0.06)
    assert criteria["readability"]["not_measured"] == "no text output"


@reads
@pytest.mark.anyio
async def test_a_run_is_held_to_the_words_that_its_picture_shows(home: Path, tmp_path: Path) -> None:
    """A run that neither takes nor makes text: only its picture speaks."""
    roots = {"LIMNER_HOME": str(home), "LIMNER_INPUT_ROOTS": str(tmp_path)}
    request = StartRequest(
        action_id="duplicate-image",
        inputs={"image": str(card(tmp_path, "Cheap tables"))},
        brand_kit="homestead",
    )
    async with open_studio(read_settings(roots)) as studio:
        started = await studio.start_run("local", request)
        view = await studio.wait("local", started.run.run_id, 120)
    assert view.run.evaluation is not None
    assert view.run.evaluation["capped_by"] == ["banned_words"]
