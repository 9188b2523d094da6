"""Every layout at every ratio: all text is on the page, none lies over another, and all of it can be read."""

import json
from collections import Counter
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from drafts import BRIEFS, LAYOUTS, SVG, Draft, draft, embedded, kit, overlap, plain
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from limner.actions.specs.drafts import LAYOUTS as OFFERED
from limner.actions.specs.drafts import RATIOS

SEEN_RATIOS = ("auto", "1:1", "9:16", "16:9", "3:1", "2:3")
LONG = (
    "Make a poster for the annual meeting of the international society for the preservation of unusually long "
    "titles and subtitles, “Everything We Ever Wanted To Say About Preservation But Never Found The Room For”, "
    "“A weekend of talks, walks, suppers and demonstrations for everyone who still writes by hand”, "
    "Saturday 14 to 16 November 2027, from 9:30 to 22:00, at The Old Observatory, Kensington Gardens, London, "
    "tickets from £120 per person, 25% off, www.long-titles.org, book now"
)


def assert_sound(made: Draft) -> None:
    width, height = made.account["width"], made.account["height"]
    lines = made.lines()
    assert lines
    for line in lines:
        left, top, right, bottom = line.box
        assert left >= 0 and top >= 0 and right <= width and bottom <= height, f"off the page: {line}"
    for first, second in combinations(lines, 2):
        if first.block != second.block:
            assert not overlap(first.box, second.box), f"{first} lies over {second}"
    ids = Counter(each.get("id") for each in made.root.iter() if each.get("id"))
    assert max(ids.values()) == 1


def test_the_spec_offers_the_layouts_there_are() -> None:
    assert ("auto", *LAYOUTS) == OFFERED


@pytest.mark.parametrize("ratio", SEEN_RATIOS)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_text_is_on_the_page_and_none_lies_over_another(tmp_path: Path, layout: str, ratio: str) -> None:
    number = LAYOUTS.index(layout) + SEEN_RATIOS.index(ratio)
    made = draft(
        tmp_path, BRIEFS[layout], [plain("#a04030")] * (number % 3), layout=layout, aspect_ratio=ratio,
        seed=number, brand=("", kit("homestead"), kit("night-market"))[number % 3], size=360,
    )  # fmt: skip
    assert_sound(made)
    assert made.account["layout"] == layout
    if ratio != "auto":
        across, down = map(int, ratio.split(":"))
        assert made.image.width * down == made.image.height * across
    assert 360 - 21 < max(made.image.size) <= 360


@pytest.mark.parametrize("layout", LAYOUTS)
def test_more_words_than_there_is_room_for_stay_apart(tmp_path: Path, layout: str) -> None:
    for seed, ratio in enumerate(("auto", "3:1", "9:16")):
        made = draft(
            tmp_path, LONG, layout=layout, seed=seed, aspect_ratio=ratio, brand=kit("homestead"), size=400
        )
        assert_sound(made)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    layout=st.sampled_from(LAYOUTS),
    ratio=st.sampled_from(RATIOS),
    seed=st.integers(0, 2_147_483_647),
    brief=st.text(max_size=120) | st.sampled_from(list(BRIEFS.values())),
    brand=st.sampled_from(["", kit("homestead", has_logo=False), kit("night-market")]),
)
def test_any_brief_gives_a_sound_page(
    tmp_path: Path, layout: str, ratio: str, seed: int, brief: str, brand: str
) -> None:
    made = draft(tmp_path, brief, layout=layout, aspect_ratio=ratio, seed=seed, brand=brand, size=300)
    assert_sound(made)


def contrast(first: tuple[int, ...], second: tuple[int, ...]) -> float:
    """WCAG 2.2's contrast, written out again."""

    def light(color: tuple[int, ...]) -> float:
        parts = [c / 255 / 12.92 if c / 255 <= 0.04045 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in color]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2] + 0.05

    pair = sorted((light(first), light(second)))
    return pair[1] / pair[0]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_line_can_be_read_in_the_pixels(tmp_path: Path, layout: str) -> None:
    for seed, brand in enumerate([("", kit("homestead"))[LAYOUTS.index(layout) % 2], kit("night-market")]):
        pictures = [plain("#fdfdfd")] * seed
        made = draft(tmp_path, BRIEFS[layout], pictures, layout=layout, seed=seed, brand=brand, size=900)
        pixels = np.asarray(made.image)
        for line in made.lines():
            left, top, right, bottom = (round(value) for value in line.box)
            around = pixels[max(0, top - 2) : bottom + 3, max(0, left - 2) : right + 3].reshape(-1, 3)
            ink = tuple(int(line.fill[at : at + 2], 16) for at in (1, 3, 5))
            is_ink = np.abs(around.astype(int) - ink).max(axis=1) <= 24
            assert is_ink.any(), f"{line} does not show"
            far = around[np.abs(around.astype(int) - ink).max(axis=1) > 60]
            ground = Counter(map(tuple, far.tolist())).most_common(1)[0][0]
            assert contrast(ink, ground) >= 4.5, f"{line} on {ground}"


def test_type_over_a_white_photograph_can_be_read(tmp_path: Path) -> None:
    for layout in ("poster", "story", "title-card"):
        for seed in range(3):
            made = draft(tmp_path, BRIEFS[layout], [plain("#ffffff")], layout=layout, seed=seed, size=500)
            pixels = np.asarray(made.image)
            for line in made.lines():
                left, top, right, bottom = (round(value) for value in line.box)
                ink = tuple(int(line.fill[at : at + 2], 16) for at in (1, 3, 5))
                rim = np.concatenate([pixels[top - 2, left:right], pixels[min(bottom + 2, 499), left:right]])
                worst = min(contrast(ink, tuple(color)) for color in rim[::7].tolist())
                assert worst >= 4.5, f"{layout} {seed}: {line}"


@pytest.mark.parametrize("name", ["homestead", "night-market"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_flat_colour_is_the_kits_or_a_stated_mix(tmp_path: Path, layout: str, name: str) -> None:
    own = [each["hex"] for each in json.loads(kit(name))["palette"]]
    for seed in range(2):
        made = draft(tmp_path, BRIEFS[layout], layout=layout, seed=seed, brand=kit(name), size=600)
        for tint in made.account["tints"]:
            assert {tint["of"], tint["with"]} <= set(own)
            pairs = [
                (int(tint["of"][at : at + 2], 16), int(tint["with"][at : at + 2], 16)) for at in (1, 3, 5)
            ]
            mix = [one + (two - one) * tint["share"] for one, two in pairs]
            assert all(abs(int(tint["hex"][1 + 2 * i : 3 + 2 * i], 16) - mix[i]) <= 1 for i in range(3))
        allowed = {*own, *(tint["hex"] for tint in made.account["tints"]), "none"}
        used = {each.get(key) for each in made.root.iter() for key in ("fill", "stroke", "stop-color")} - {
            None
        }
        assert used <= allowed, f"{used - allowed} are nobody's"
        counted = made.image.getcolors(1 << 21) or []
        most = sorted(counted, reverse=True)[:3]
        for count, color in most:
            if count > 0.04 * made.image.width * made.image.height:
                assert "#{:02x}{:02x}{:02x}".format(*color) in allowed  # type: ignore[misc]  # an RGB picture: three bands
        assert {each["source"] for each in made.account["palette"]} == {"kit"}


COLORS = ("#c03020", "#20a040", "#2040c0", "#c0a020", "#8020a0", "#20a0a0")


@pytest.mark.parametrize("layout", LAYOUTS)
def test_slots_show_the_users_pictures_in_their_order(tmp_path: Path, layout: str) -> None:
    pictures = [plain(color, (500, 300 + 80 * number)) for number, color in enumerate(COLORS)]
    made = draft(tmp_path, BRIEFS[layout], pictures, layout=layout, seed=1, size=800)
    filled = [slot for slot in made.account["slots"] if slot["filled"]]
    assert [slot["picture"] for slot in filled] == list(range(len(filled)))
    assert filled or layout == "icon-sheet" or not made.account["slots"]
    images = [each for each in made.layer("pictures") if each.tag == f"{SVG}image"]
    assert len(images) == len(filled)
    for slot, image, color in zip(filled, images, COLORS, strict=False):
        kind, picture = embedded(image)
        assert kind == "image/jpeg"
        assert picture.size == (slot["box"][2], slot["box"][3])
        expected = [int(color[at : at + 2], 16) for at in (1, 3, 5)]
        assert np.abs(np.asarray(picture.convert("RGB")).reshape(-1, 3).mean(axis=0) - expected).max() < 4
        left, top, width, height = slot["box"]
        shown = np.asarray(made.image)[round(top + height * 0.12), round(left + width * 0.5)]
        assert np.abs(shown.astype(int) - expected).max() < 60, f"{layout}: the slot shows its picture"
    unused = len(pictures) - len(filled)
    assert bool(made.results.warnings) == bool(unused)


def test_slots_that_lack_a_picture_say_what_belongs_there(tmp_path: Path) -> None:
    made = draft(tmp_path, "mood board of a golden retriever astronaut", [plain("#336699")], size=900)
    assert [slot["filled"] for slot in made.account["slots"]] == [True, False, False, False]
    labels = [line.text for line in made.lines() if line.block.startswith("label")]
    assert "golden retriever astronaut" in " ".join(labels)
    assert all("IMAGE:" in slot["label"] for slot in made.account["slots"])


def test_twelve_pictures_all_find_a_place_on_a_mood_board(tmp_path: Path) -> None:
    for ratio in ("4:3", "9:16"):
        made = draft(tmp_path, "mood board", [plain("#336699", (90, 60))] * 12, aspect_ratio=ratio, size=600)
        assert sum(slot["filled"] for slot in made.account["slots"]) == 12
        boxes = [(x, y, x + w, y + h) for x, y, w, h in (slot["box"] for slot in made.account["slots"])]
        assert not any(overlap(one, two) for one, two in combinations(boxes, 2))
