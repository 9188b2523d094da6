"""Lists of techniques that answer a query: their order, their pages, and what changes them."""

from pathlib import Path
from typing import Any

import pytest

from limner.app.paging import encode_cursor
from limner.app.requests import TechniqueEntry, TechniqueFilter
from limner.app.studio import Studio
from limner.errors import InvalidInput
from limner.types import Availability, Page, PortType

pytestmark = pytest.mark.anyio

MINE = """
technique_id: tech_{slug}
name: {name}
description: {description}
inputs: [{{id: image, type: imageUrl}}]
steps: {{pull: {{action: extract-palette, inputs: {{image: $inputs.image}}}}}}
outputs: [{{id: image, type: imageUrl, from: $steps.pull.image}}]
"""


def write(home: Path, slug: str, name: str, description: str) -> Path:
    file = home / "techniques" / f"{slug}.yaml"
    file.parent.mkdir(exist_ok=True, parents=True)
    file.write_text(MINE.format(slug=slug, name=name, description=description))
    return file


def ids(page: Page) -> list[str]:
    entries: tuple[TechniqueEntry, ...] = page.items
    return [entry.technique.technique_id for entry in entries]


async def find(studio: Studio, query: str, **wanted: Any) -> Page:
    return await studio.list_techniques(TechniqueFilter(query=query, **wanted))


async def test_pages_of_a_ranked_list_join_to_the_whole_list(studio: Studio) -> None:
    whole = await find(studio, "a short film of my product", limit=100)
    assert len(whole.items) > 4 and whole.next_cursor is None
    assert ids(whole) != sorted(ids(whole))
    for limit in (1, 3):
        joined, cursor = [], None
        while True:
            page = await find(studio, "A  short film of my PRODUCT", limit=limit, cursor=cursor)
            assert page.total_estimate == len(whole.items) and len(page.items) <= limit
            joined += ids(page)
            cursor = page.next_cursor
            if cursor is None:
                break
        assert joined == ids(whole)


async def test_a_cursor_of_another_query_is_refused(studio: Studio) -> None:
    films = (await find(studio, "film", limit=1)).next_cursor
    everything = (await find(studio, "", limit=1)).next_cursor
    for query, cursor in (("portrait", films), ("", films), ("  ", films), ("film", everything)):
        with pytest.raises(InvalidInput) as refused:
            await find(studio, query, cursor=cursor)
        assert [each.field for each in refused.value.fields] == ["cursor"]
    for forged in ("a:b:c", "::", ":1:tech_sigil"):
        with pytest.raises(InvalidInput):
            await find(studio, "film", cursor=encode_cursor(forged))


async def test_a_page_goes_on_behind_the_last_one_shown_when_the_list_has_changed(
    studio: Studio, home: Path
) -> None:
    before = await find(studio, "palette", limit=2)
    write(home, "palette", "Palette", "Palette of palettes")
    after = ids(await find(studio, "palette", limit=100))
    assert "tech_palette" in after[:2]
    rest = await find(studio, "palette", limit=100, cursor=before.next_cursor)
    assert ids(rest) == after[after.index(ids(before)[-1]) + 1 :]


async def test_a_new_or_edited_file_is_found_by_its_words_at_once(studio: Studio, home: Path) -> None:
    assert ids(await find(studio, "zeppelins")) == []
    file = write(home, "airship", "Airship", "Draw a zeppelin over the town")
    assert ids(await find(studio, "zeppelins")) == ["tech_airship"]
    write(home, "airship", "Airship", "Draw a balloon over the town")
    assert ids(await find(studio, "zeppelins")) == []
    file.unlink()
    assert "tech_airship" not in ids(await find(studio, "balloon"))


async def test_an_id_finds_its_technique_alone_and_a_slug_finds_it_first(studio: Studio) -> None:
    for query in ("tech_studio-blur", " TECH_studio-blur "):
        assert ids(await find(studio, query)) == ["tech_studio-blur"]
    assert ids(await find(studio, "studio-blur"))[0] == "tech_studio-blur"
    assert len((await find(studio, "studio-blur")).items) > 1


async def test_filters_narrow_what_a_query_found(studio: Studio) -> None:
    found = await find(studio, "portrait", limit=100)
    assert {entry.availability for entry in found.items} == {Availability.READY, Availability.NEEDS_PROVIDER}
    ready = await find(studio, "portrait", limit=100, runnable_only=True)
    order = ids(found)
    assert ids(ready) == [each for each in order if each in ids(ready)] != order
    films = await find(studio, "product", limit=100, output_type=PortType.VIDEO)
    assert set(ids(films)) >= {"tech_product-animator", "tech_product-motion"}
    assert all(any(port.type is PortType.VIDEO for port in each.technique.outputs) for each in films.items)
