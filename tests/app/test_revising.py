"""Revisions: how two differ, and what becomes of one that names what Limner no longer has."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from limner.app.requests import RunFilter, StartRequest, TechniqueFilter
from limner.app.revising import Revising
from limner.app.studio import Studio
from limner.config import read_settings
from limner.errors import NotFound, Unavailable
from limner.library import sample
from limner.server import open_studio
from limner.techniques.revision import revision_of
from limner.types import Json, Technique

pytestmark = pytest.mark.anyio

MINE = """
technique_id: tech_mine
name: Mine
description: Blur a picture
inputs: [{id: image, type: imageUrl}]
steps:
  soft: {action: blur-image, inputs: {image: $inputs.image}, params: {radius: 4}}
outputs: [{id: image, type: imageUrl, from: $steps.soft.image}]
"""


def opened(home: Path) -> Any:
    settings = read_settings(
        {"LIMNER_HOME": str(home), "LIMNER_INPUT_ROOTS": str(sample("coffee.png").parent)}
    )
    return open_studio(settings, works=False)


def write(home: Path, text: str = MINE) -> None:
    (home / "techniques").mkdir(parents=True, exist_ok=True)
    (home / "techniques" / "mine.yaml").write_text(text)


def from_earlier(technique: Technique, **step: Any) -> Technique:
    """Return a revision as a Limner kept it whose actions were others."""
    definition: Json = {**technique.definition}
    definition["steps"] = {"soft": {**definition["steps"]["soft"], **step}}
    return replace(technique, definition=definition, revision=revision_of(definition))


GONE = {
    "an action": ({"action": "soften-image"}, "There is no action 'soften-image'."),
    "a parameter": ({"params": {"softness": 4}}, "blur-image has no parameter 'softness'."),
    "a value": ({"params": {"radius": 9000}}, "radius of blur-image expects a number from 0 to 200"),
}


@pytest.mark.parametrize(("step", "reason"), GONE.values(), ids=GONE.keys())
async def test_a_revision_that_names_what_is_gone_is_refused_before_a_run_exists(
    home: Path, step: dict[str, Any], reason: str
) -> None:
    write(home)
    async with opened(home) as studio:
        sound = (await studio.techniques.publish("mine")).technique
        old = from_earlier(sound, **step)
        await studio.techniques.keep(old)
    async with opened(home) as studio:
        asked = StartRequest(
            technique_id="mine",
            inputs={"image": str(sample("coffee.png"))},
            revision=old.revision,
            idempotency_key="one",
        )
        for refuse in (studio.start_run, studio.price):
            with pytest.raises(Unavailable) as refused:
                await refuse("local", asked)
            assert refused.value.code == "revision_unusable"
            assert f"tech_mine {old.revision} cannot run here any more: {reason}" in refused.value.message
            assert "limner techniques revisions mine" in refused.value.next_step
        with pytest.raises(Unavailable):
            await studio.techniques.publish("mine", old.revision)
        assert not (await studio.list_runs("local", RunFilter())).items
        started = await studio.start_run("local", replace(asked, revision=sound.revision))
        assert started.run.revision == sound.revision  # the key was free
        _, history = await Revising(studio.techniques).history("mine")
        told = {each.entry.revision: each.problem for each in history}
        assert told[sound.revision] is None
        assert reason in str(told[old.revision])
        shown = await Revising(studio.techniques).diff("mine", old.revision, sound.revision)
        assert shown.changes and "+" in shown.text  # what it held can still be read


async def test_a_published_revision_that_cannot_run_hides_no_other_technique(home: Path) -> None:
    write(home)
    async with opened(home) as studio:
        sound = (await studio.techniques.publish("mine")).technique
        old = from_earlier(sound, action="soften-image")
        await studio.techniques.keep(old)
        await studio.techniques.publish("mine", old.revision)
    async with opened(home) as studio:
        listed = await studio.list_techniques(TechniqueFilter(limit=100))
        ids = [entry.technique.technique_id for entry in listed.items]
        assert "tech_palette-pull" in ids and "tech_mine" not in ids
        (problem,) = studio.techniques.problems()
        assert problem.file == "tech_mine" and "soften-image" in problem.message
        with pytest.raises(Unavailable, match="soften-image"):
            await studio.get_technique("mine")
        with pytest.raises(Unavailable, match="soften-image"):
            await studio.start_run("local", StartRequest(technique_id="mine", inputs={"image": "x.png"}))
        technique_id, history = await Revising(studio.techniques).history("mine")
        assert technique_id == "tech_mine"
        assert [each.entry.is_published for each in history] == [True, False]
        await studio.techniques.publish("mine", sound.revision)
        assert (await studio.get_technique("mine")).technique.revision == sound.revision
        assert studio.techniques.problems() == []


async def history_of(studio: Studio, home: Path) -> list[str]:
    """Publish two revisions, edit to a third, and return the names of the three, oldest first."""
    names = []
    for radius in (4, 5, 6):
        write(home, MINE.replace("radius: 4", f"radius: {radius}"))
        if radius < 6:
            names.append((await studio.techniques.publish("mine")).technique.revision)
    return [*names, (await studio.get_technique("mine", "draft")).technique.revision]


async def test_a_diff_shows_the_published_revision_and_the_draft_unless_it_is_told_others(
    studio: Studio, home: Path
) -> None:
    first, second, draft = await history_of(studio, home)
    revising = Revising(studio.techniques)

    found = await revising.diff("mine")
    assert (found.before, found.after) == (second, draft)
    assert found.changes == [{"field": "steps.soft.params.radius", "existing": 5, "given": 6}]
    changed = [line for line in found.text.splitlines()[2:] if line[:1] in "+-"]
    assert changed == ["-      radius: 5", "+      radius: 6"]
    assert found.text.splitlines()[:2] == [f"--- tech_mine {second}", f"+++ tech_mine {draft}"]

    for given, expected in (
        ((first,), (first, draft)),
        ((first, "published"), (first, second)),
        (("draft", first[:12]), (draft, first)),
        ((second[4:14], "draft"), (second, draft)),
    ):
        other = await revising.diff("mine", *given)
        assert (other.before, other.after) == expected
    same = await revising.diff("mine", first, first)
    assert (same.text, same.changes) == ("", [])


async def test_without_a_draft_the_published_revision_is_compared_with_the_newest_other(
    studio: Studio, home: Path
) -> None:
    _, second, draft = await history_of(studio, home)
    await studio.techniques.publish("mine")
    found = await Revising(studio.techniques).diff("mine")
    assert (found.before, found.after) == (second, draft)


@pytest.mark.parametrize(
    ("name", "given", "message"),
    [
        ("mine", ("rev_0",), "no revision 'rev_0'"),
        ("mine", ("rev_",), "no revision 'rev_'"),
        ("mine", ("zzzzzz",), "no revision 'zzzzzz'"),
        ("mine", ("published",), "no published revision"),
        ("palette-pull", (), "one revision only"),
        ("palette-pull", ("draft",), "no draft that is not published"),
        ("mime", (), "no technique 'mime'"),
    ],
)
async def test_a_revision_that_is_not_there_is_named(
    studio: Studio, home: Path, name: str, given: tuple[str, ...], message: str
) -> None:
    write(home)
    with pytest.raises(NotFound, match=message):
        await Revising(studio.techniques).diff(name, *given)
