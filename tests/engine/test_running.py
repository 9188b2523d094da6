"""How runs go through the engine: order, guards, mapping, nesting, cache, promises of ports."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from limner.app.requests import RunFilter, StartRequest
from limner.app.studio import RunView, Studio
from limner.config import read_settings
from limner.errors import InvalidInput, Unavailable
from limner.library import sample
from limner.server import open_studio
from limner.types import Event, Status

pytestmark = pytest.mark.anyio
COFFEE = str(sample("coffee.png"))
HEAD = "name: Test\ndescription: For a test.\n"


@asynccontextmanager
async def studio_with(home: Path, *techniques: str) -> AsyncIterator[Studio]:
    """Yield a Studio whose drafts are these technique files."""
    folder = home / "techniques"
    folder.mkdir(parents=True, exist_ok=True)
    for number, text in enumerate(techniques):
        (folder / f"{number}.yaml").write_text(text, encoding="utf-8")
    settings = read_settings(
        {"LIMNER_HOME": str(home), "LIMNER_INPUT_ROOTS": str(sample("coffee.png").parent)}
    )
    async with open_studio(settings) as studio:
        assert studio.techniques.problems() == []
        yield studio


async def finish(studio: Studio, name: str, inputs: dict[str, Any], **more: Any) -> RunView:
    """Start a draft and return the run when it has ended."""
    request = StartRequest(technique_id=name, revision="draft", inputs=inputs, **more)
    started = await studio.start_run("local", request)
    return await studio.wait("local", started.run.run_id, 60)


async def log(studio: Studio, view: RunView) -> list[Event]:
    """Return a run's events."""
    return await studio.events("local", view.run.run_id, 0)


def texts(view: RunView, output_id: str) -> list[str | None]:
    """Return the texts of one output."""
    return [output.text for output in view.run.outputs if output.output_id == output_id]


async def test_independent_steps_run_at_once_and_dependent_ones_in_order(home: Path) -> None:
    text = f"""
technique_id: tech_order
{HEAD}
inputs: [{{id: image, name: Image, type: imageUrl, description: A picture.}}]
steps:
  last: {{action: side-by-side-composite, inputs: {{image: [$steps.one.image, $steps.two.image]}}}}
  one: {{action: blur-image, inputs: {{image: $inputs.image}}, params: {{radius: 3}}}}
  two: {{action: blur-image, inputs: {{image: $inputs.image}}, params: {{radius: 5}}}}
outputs: [{{id: image, name: Image, type: imageUrl, from: $steps.last.image}}]
"""
    async with studio_with(home, text) as studio:
        view = await finish(studio, "tech_order", {"image": COFFEE})
        events = [(event.type, event.data.get("step")) for event in await log(studio, view)]
    assert view.run.status is Status.COMPLETED, view.run.error
    begun = [step for kind, step in events if kind == "step_started"]
    assert set(begun[:2]) == {"one", "two"}
    assert begun[2] == "last"
    started_both = max(events.index(("step_started", step)) for step in ("one", "two"))
    ended_one = min(events.index(("step_completed", step)) for step in ("one", "two"))
    assert started_both < ended_one
    assert events.index(("step_started", "last")) > events.index(("step_completed", "two"))


async def test_guards_mapping_first_and_templates_give_what_the_file_says(home: Path) -> None:
    text = f"""
technique_id: tech_flow
{HEAD}
inputs:
  - id: words
    name: Words
    type: text
    allow_multiple: true
    description: Words.
    schema: {{minItems: 1, maxItems: 5}}
  - {{id: title, name: Title, type: text, optional: true, description: A title.}}
steps:
  mark:
    action: qr-code-generator
    for_each: $inputs.words
    inputs: {{text: "{{{{ index + 1 }}}}. {{{{ item }}}}"}}
  cover: {{action: qr-code-generator, when: $inputs.title, inputs: {{text: $inputs.title}}}}
outputs:
  - {{id: marks, name: Marks, type: imageUrl, allow_multiple: true, from: $steps.mark.image}}
  - {{id: cover, name: Cover, type: imageUrl, from: {{first: [$steps.cover.image, "$steps.mark.image[0]"]}}}}
"""
    async with studio_with(home, text) as studio:
        plain = await finish(studio, "tech_flow", {"words": ["a", "b", "c"]})
        titled = await finish(studio, "tech_flow", {"words": ["a"], "title": "{{ words }}"})
        skipped = [event.data["step"] for event in await log(studio, plain) if event.type == "step_skipped"]
    assert plain.run.status is Status.COMPLETED, plain.run.error
    marks = [output for output in plain.run.outputs if output.output_id == "marks"]
    assert [output.index for output in marks] == [0, 1, 2]
    assert len({output.asset_id for output in marks}) == 3
    assert skipped == ["cover"]
    assert plain.run.outputs[-1].asset_id == marks[0].asset_id
    assert titled.run.outputs[-1].asset_id not in {output.asset_id for output in marks}


async def test_a_nested_technique_runs_its_pinned_revision_and_its_steps_are_named_below_it(
    home: Path,
) -> None:
    inner = f"""
technique_id: tech_inner
{HEAD}
inputs: [{{id: image, name: Image, type: imageUrl, description: A picture.}}]
steps: {{soft: {{action: blur-image, inputs: {{image: $inputs.image}}, params: {{radius: 4}}}}}}
outputs: [{{id: image, name: Image, type: imageUrl, from: $steps.soft.image}}]
"""
    outer = f"""
technique_id: tech_outer
{HEAD}
inputs: [{{id: image, name: Image, type: imageUrl, description: A picture.}}]
steps:
  first: {{technique: tech_inner, inputs: {{image: $inputs.image}}}}
  then: {{action: color-grade-image, inputs: {{image: $steps.first.image}}, params: {{contrast: 10}}}}
outputs: [{{id: image, name: Image, type: imageUrl, from: $steps.then.image}}]
"""
    async with studio_with(home, inner, outer) as studio:
        view = await finish(studio, "tech_outer", {"image": COFFEE})
        steps = [event.data["step"] for event in await log(studio, view) if event.type == "step_completed"]
        revision = view.run.revision
    assert view.run.status is Status.COMPLETED, view.run.error
    assert steps == ["first/soft", "then"]
    # The inner file changes; the run's revision, and the inner one that it pins, can still be run.
    (home / "techniques" / "0.yaml").write_text(inner.replace("radius: 4", "radius: 40"), encoding="utf-8")
    settings = read_settings(
        {"LIMNER_HOME": str(home), "LIMNER_INPUT_ROOTS": str(sample("coffee.png").parent)}
    )
    async with open_studio(settings) as studio:
        request = StartRequest(
            technique_id="tech_outer", revision=revision, inputs={"image": COFFEE}, allow_duplicate=True
        )
        again = await studio.start_run("local", request)
        old = await studio.wait("local", again.run.run_id, 60)
        new = await finish(studio, "tech_outer", {"image": COFFEE})
    assert old.run.outputs[0].asset_id == view.run.outputs[0].asset_id
    assert new.run.revision != revision
    assert new.run.outputs[0].asset_id != view.run.outputs[0].asset_id


async def test_equal_work_of_another_run_is_taken_from_the_cache_and_said_so(home: Path) -> None:
    async with studio_with(home) as studio:
        request = StartRequest(action_id="qr-code-generator", inputs={"text": "same"}, allow_duplicate=True)
        first = await studio.start_run("local", request)
        first = await studio.wait("local", first.run.run_id, 60)
        second = await studio.start_run("local", request)
        second = await studio.wait("local", second.run.run_id, 60)
        cached = [
            event.data["cached"] for event in await log(studio, second) if event.type == "step_completed"
        ]
        file = studio.path(second.assets[second.run.outputs[0].asset_id or ""])
        file.unlink()
        third = await studio.start_run("local", request)
        third = await studio.wait("local", third.run.run_id, 60)
    assert second.run.run_id != first.run.run_id
    assert second.run.outputs == first.run.outputs
    assert cached == [True]
    assert third.run.status is Status.COMPLETED, "a cached result whose file is gone is made again"
    assert file.is_file()


async def test_a_port_fits_a_picture_as_it_says_or_refuses_it_before_a_run_exists(home: Path) -> None:
    def technique(name: str, fit: str) -> str:
        return f"""
technique_id: tech_{name}
{HEAD}
inputs: [{{id: image, name: Image, type: imageUrl, description: A picture., specified_aspect_ratio: "1:1"{fit}}}]
steps: {{soft: {{action: blur-image, inputs: {{image: $inputs.image}}, params: {{radius: 2}}}}}}
outputs: [{{id: image, name: Image, type: imageUrl, specified_aspect_ratio: "1:1", from: $steps.soft.image}}]
"""

    async with studio_with(home, technique("fits", ", fit: crop"), technique("refuses", "")) as studio:
        fitted = await finish(studio, "tech_fits", {"image": COFFEE})
        with pytest.raises(InvalidInput) as caught:
            await finish(studio, "tech_refuses", {"image": COFFEE}, idempotency_key="free")
        runs = await studio.list_runs("local", RunFilter())
        asset = next(iter(fitted.assets.values()))
    assert fitted.run.status is Status.COMPLETED, fitted.run.error
    assert asset.width == asset.height == 400
    assert caught.value.fields[0].field == "inputs.image"
    assert "600 × 400" in caught.value.message
    assert len(runs.items) == 1


async def test_a_technique_that_needs_a_model_is_listed_honestly_and_refused_before_a_run_exists(
    home: Path,
) -> None:
    text = f"""
technique_id: tech_dream
{HEAD}
inputs: [{{id: wish, name: Wish, type: text, description: What to draw.}}]
steps: {{draw: {{generate: image, prompt: "A picture of {{{{ inputs.wish }}}}"}}}}
outputs: [{{id: image, name: Image, type: imageUrl, from: $steps.draw.image}}]
"""
    async with studio_with(home, text) as studio:
        entry = await studio.get_technique("dream", "draft")
        with pytest.raises(Unavailable) as caught:
            await finish(studio, "dream", {"wish": "a boat"})
        runs = await studio.list_runs("local", RunFilter())
    assert entry.availability.value == "needs_provider"
    assert caught.value.code == "needs_provider"
    assert "an image model" in caught.value.message
    assert runs.items == ()


async def test_a_draft_is_refused_until_it_is_published_and_then_runs_by_its_slug(home: Path) -> None:
    text = f"""
technique_id: tech_mine
{HEAD}
inputs: [{{id: words, name: Words, type: text, description: Words.}}]
steps: {{code: {{action: qr-code-generator, inputs: {{text: $inputs.words}}}}}}
outputs: [{{id: image, name: Image, type: imageUrl, from: $steps.code.image}}]
"""
    async with studio_with(home, text) as studio:
        with pytest.raises(Unavailable, match="no published revision") as caught:
            await studio.start_run("local", StartRequest(technique_id="mine", inputs={"words": "x"}))
        assert caught.value.code == "not_published"
        entry = await studio.techniques.publish("mine")
        started = await studio.start_run("local", StartRequest(technique_id="mine", inputs={"words": "x"}))
        done = await studio.wait("local", started.run.run_id, 60)
    assert done.run.status is Status.COMPLETED
    assert done.run.revision == entry.technique.revision


async def test_a_step_that_fails_names_itself_and_keeps_what_was_finished(home: Path) -> None:
    text = f"""
technique_id: tech_half
{HEAD}
inputs: [{{id: image, name: Image, type: imageUrl, description: A picture.}}]
steps:
  good: {{action: blur-image, inputs: {{image: $inputs.image}}, params: {{radius: 2}}}}
  bad: {{action: ken-burns-video, inputs: {{image: $steps.good.image}}, params: {{duration: 20}}}}
outputs: [{{id: film, name: Film, type: videoUrl, from: $steps.bad.video}}]
"""
    folder = home / "techniques"
    folder.mkdir(parents=True)
    (folder / "half.yaml").write_text(text, encoding="utf-8")
    environment = {"LIMNER_HOME": str(home), "LIMNER_INPUT_ROOTS": str(sample("coffee.png").parent)}
    request = StartRequest(
        technique_id="half", revision="draft", inputs={"image": COFFEE}, idempotency_key="k"
    )
    async with open_studio(read_settings({**environment, "LIMNER_MAX_FRAMES": "100"})) as studio:
        started = await studio.start_run("local", request)
        failed = await studio.wait("local", started.run.run_id, 60)
    assert failed.run.status is Status.FAILED
    assert failed.run.error is not None
    assert "LIMNER_MAX_FRAMES" in failed.run.error["next_step"]
    async with open_studio(read_settings(environment)) as studio:
        again = await studio.start_run("local", request)
        done = await studio.wait("local", again.run.run_id, 90)
        finished = [event.data["step"] for event in await log(studio, done) if event.type == "step_completed"]
    assert done.run.run_id == failed.run.run_id
    assert done.run.status is Status.COMPLETED, done.run.error
    assert finished == ["good", "bad"], "the retry repeats only what had failed"


async def test_a_full_process_works_off_its_queue_and_never_takes_more_than_it_may(home: Path) -> None:
    settings = read_settings({"LIMNER_HOME": str(home), "LIMNER_MAX_RUNS": "2"})
    async with open_studio(settings) as studio:
        requests = [StartRequest(action_id="qr-code-generator", inputs={"text": f"{n}"}) for n in range(9)]
        started = [await studio.start_run("local", request) for request in requests]
        runs = [(await studio.wait("local", view.run.run_id, 60)).run for view in started]
    assert {run.status for run in runs} == {Status.COMPLETED}
    marks = sorted([(run.started_at or 0, 1) for run in runs] + [(run.completed_at or 0, -1) for run in runs])
    working = most = 0
    for _, change in marks:
        working += change
        most = max(most, working)
    assert most == 2
