"""Techniques of providers: their ids and ports here, their definitions, and what authors may not write."""

from dataclasses import replace

import pytest

from limner.errors import InvalidTechnique
from limner.techniques.load import from_definition
from limner.techniques.remote import remote_techniques
from limner.techniques.schema import input_schema, signature
from limner.types import Port, PortType, RemoteTechnique, Step, StepKind

from .loading import problems_of

IMAGE, TEXT, VIDEO = PortType.IMAGE, PortType.TEXT, PortType.VIDEO
GRID = RemoteTechnique(
    native_id="tech_Grid Maker",
    name="Grid",
    description="Makes\na grid.",
    inputs=(
        Port("imageUrl", "Image", IMAGE, specified_aspect_ratio="1:1", specified_duration=3.0),
        Port("image_url", "Other", TEXT, optional=True),
        Port("1st frames", "Frames", IMAGE, allow_multiple=True),
    ),
    outputs=(
        Port("imageUrl", "Grid", IMAGE, "The grid.", specified_aspect_ratio="16:9"),
        Port("out-1", "Film", VIDEO, specified_duration=5.0),
        Port("_2_notes", "Notes", TEXT, optional=True, allow_multiple=True),
    ),
    price_usd=0.25,
    estimated_seconds=12,
)


def test_a_provider_s_technique_is_one_remote_step_between_ports_with_ids_of_ours() -> None:
    ((technique_id, technique),) = remote_techniques("Flora_2", [GRID]).items()
    assert technique_id == technique.technique_id == "tech_flora-2-grid-maker"
    given = {"imageUrl": "image_url", "image_url": "image_url_2", "1st frames": "p_1st_frames"}
    assert technique.steps == (
        Step(
            id="run",
            kind=StepKind.REMOTE,
            target="Flora_2/tech_Grid Maker",
            inputs={native: f"$inputs.{local}" for native, local in given.items()},
        ),
    )
    assert [(port.id, port.source) for port in technique.outputs] == [
        ("image_url", "$steps.run.imageUrl"),
        ("out_1", "$steps.run.out-1"),
        ("p_2_notes", "$steps.run._2_notes"),
    ]
    assert (technique.price_usd, technique.fidelity, technique.estimated_seconds) == (0.25, "model", 12)
    assert technique.description == "Makes a grid."
    assert input_schema(technique)["required"] == ["image_url", "p_1st_frames"]
    assert signature(technique).startswith(
        "image_url: imageUrl, image_url_2?: text, p_1st_frames: imageUrl[] →"
    )


def test_what_is_asked_of_inputs_holds_and_what_outputs_promise_is_only_told() -> None:
    (technique,) = remote_techniques("flora", [GRID]).values()
    assert technique.inputs[0].specified_aspect_ratio == "1:1"
    assert technique.inputs[0].specified_duration is None  # a picture has none
    grid, film, _ = technique.outputs
    assert (grid.specified_aspect_ratio, film.specified_duration) == (None, None)
    assert grid.description == "The grid. Aspect ratio 16:9."
    assert film.description == "Duration 5 s."


def test_the_stored_definition_gives_the_same_technique_and_every_difference_another_revision() -> None:
    (technique,) = remote_techniques("flora", [GRID]).values()
    again = from_definition(technique.definition, actions={}, technique_of=lambda _id, _revision: None)
    assert again == technique
    others = [
        replace(GRID, price_usd=0.3),
        replace(GRID, description="Makes a better grid."),
        replace(GRID, inputs=GRID.inputs[:2]),
    ]
    found = [next(iter(remote_techniques("flora", [each]).values())) for each in others]
    assert len({technique.revision, *(each.revision for each in found)}) == 4


def test_ids_that_are_taken_or_too_long_end_in_a_hash_and_stay_the_same() -> None:
    long = replace(GRID, native_id="tech_" + "very-long-name-" * 8)
    twin = replace(GRID, native_id="tech_grid-maker")
    found = remote_techniques("flora", [long, twin, GRID], taken=["tech_flora-grid-maker"])
    assert list(found) == list(
        remote_techniques("flora", [GRID, long, twin], taken=["tech_flora-grid-maker"])
    )
    assert len(found) == 3
    assert all(len(technique_id) <= 58 for technique_id in found)
    assert all(technique_id.rpartition("-")[2].isalnum() for technique_id in found)
    assert remote_techniques("flora", [twin]).keys() == {"tech_flora-grid-maker"}


def test_one_that_cannot_be_described_hides_no_other(caplog: pytest.LogCaptureFixture) -> None:
    dear = replace(GRID, native_id="tech_dear", price_usd=20_000)
    assert list(remote_techniques("flora", [dear, GRID])) == ["tech_flora-grid-maker"]
    (record,) = caplog.records
    assert (record.message, record.__dict__["technique"]) == ("technique_left_out", "tech_dear")


def test_authors_may_not_write_remote_steps() -> None:
    text = (
        "technique_id: tech_x\nname: X\ndescription: x\nsteps:\n"
        "  run: {remote: flora/tech_grid}\noutputs: [{id: a, type: imageUrl, from: $steps.run.a}]\n"
    )
    (problem,) = problems_of(text)
    assert (problem.line, problem.message) == (5, "A technique of a provider cannot be a step of a file.")
    assert "limner techniques list" in problem.remedy


def test_a_stored_definition_with_unknown_references_is_refused() -> None:
    (technique,) = remote_techniques("flora", [GRID]).values()
    steps = {"run": {"remote": "flora/x", "inputs": {"a": "$inputs.nothing"}}}
    with pytest.raises(InvalidTechnique, match="nothing"):
        from_definition(
            {**technique.definition, "steps": steps}, actions={}, technique_of=lambda _id, _revision: None
        )
