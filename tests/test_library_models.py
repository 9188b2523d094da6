"""Techniques that need a model: refused before a run exists without one, and run as soon as providers offer it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import anyio
import pytest

from limner.app.requests import RunFilter, StartRequest, TechniqueFilter
from limner.config import Settings, read_settings
from limner.errors import Unavailable
from limner.library import sample
from limner.server import open_studio
from limner.types import Availability, Status
from providers.fakes import flora_server as flora
from providers.fakes import openai_server as openai
from providers.fakes.flora_server import FloraServer
from providers.fakes.openai_server import OpenAIServer, openai_server
from providers.fakes.serving import serving

CONFIG = """
[providers.pictures]
type = "openai"
base_url = "{openai}/v1"
api_key_env = "PICTURES_KEY"
models = [{{id = "gpt-image-2", price_usd = 0.04}}, {{id = "gpt-5-mini", price_usd = 0.01}}]

[providers.films]
type = "flora"
base_url = "{flora}/api/v1"
api_key_env = "FILMS_KEY"
models = [{{id = "i2v-kling-3", price_usd = 0.5}}]
"""
PHOTO = str(sample("astronaut.png"))
CALLS: dict[str, tuple[dict[str, Any], str]] = {
    "tech_character-lock": ({"image": PHOTO}, "an image model that takes pictures"),
    "tech_cinematic-movie-generator": (
        {"scene": "A ferry leaves at dawn."},
        "an image model that takes pictures",
    ),
    "tech_creative-brief": ({"product": "A stoneware mug."}, "a language model that uses tools"),
    "tech_earth-zoom-out": (
        {"image": PHOTO},
        "a video model that takes pictures and an image model that takes pictures",
    ),
    "tech_fit-checks": ({"outfit": PHOTO, "person": PHOTO}, "an image model that takes pictures"),
    "tech_glam-shots": ({"portrait": PHOTO}, "an image model that takes pictures"),
    "tech_live-like-an-amsterdammer": ({"portrait": PHOTO}, "an image model that takes pictures"),
    "tech_location-scouter": ({"image": PHOTO}, "an image model that takes pictures"),
    "tech_memoji-me": ({"portrait": PHOTO}, "an image model that takes pictures"),
    "tech_room-render": (
        {"plan": PHOTO, "room": "kitchen"},
        "a text model that takes pictures and an image model that takes pictures",
    ),
    "tech_sketch-to-garment": ({"sketch": PHOTO}, "an image model that takes pictures"),
    "tech_ugc-creation": (
        {"product": PHOTO},
        "a video model that takes pictures and an image model that takes pictures",
    ),
}


@pytest.mark.anyio
async def test_each_is_listed_as_needing_a_provider_and_refused_before_a_run_exists(home: Path) -> None:
    settings = read_settings({"LIMNER_HOME": str(home), "LIMNER_INPUT_ROOTS": str(Path(PHOTO).parent)})
    async with open_studio(settings) as studio:
        listed = (await studio.list_techniques(TechniqueFilter(limit=100))).items
        waiting = [entry for entry in listed if entry.availability is Availability.NEEDS_PROVIDER]
        assert {entry.technique.technique_id for entry in waiting} == set(CALLS)
        assert {entry.technique.fidelity for entry in waiting} == {"model"}
        for technique_id, (inputs, needed) in CALLS.items():
            with pytest.raises(Unavailable) as refused:
                await studio.start_run("local", StartRequest(technique_id=technique_id, inputs=inputs))
            assert refused.value.code == "needs_provider"
            message = str(refused.value)
            assert technique_id in message
            assert set(needed.split(" and ")) == set(message.split("needs ")[1].split(",")[0].split(" and "))
        assert not (await studio.list_runs("local", RunFilter())).items


@pytest.fixture(scope="module")
def offered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Settings, OpenAIServer, FloraServer]]:
    """Yield settings that name a server of pictures and text, one of films, and both servers."""
    home = tmp_path_factory.mktemp("generated")
    films = FloraServer()
    with openai_server() as pictures, serving(films.app()) as films.address:
        (home / "limner.toml").write_text(CONFIG.format(openai=pictures.address, flora=films.address))
        names = {"LIMNER_HOME": str(home), "LIMNER_INPUT_ROOTS": str(Path(PHOTO).parent)}
        yield (
            read_settings({**names, "PICTURES_KEY": openai.KEY, "FILMS_KEY": flora.KEY}),
            pictures,
            films,
        )


@pytest.mark.anyio
@pytest.mark.parametrize("technique_id", CALLS)
async def test_each_runs_as_soon_as_providers_offer_what_it_needs_and_costs_what_was_said(
    technique_id: str, offered: tuple[Settings, OpenAIServer, FloraServer]
) -> None:
    settings, pictures, films = offered
    asked, billed = len(pictures.requests), len(films.ledger)
    async with open_studio(settings) as studio:
        request = StartRequest(technique_id=technique_id, inputs=CALLS[technique_id][0], allow_duplicate=True)
        price = (await studio.price("local", request))["estimated_usd"]
        started = await studio.start_run("local", request)
        with anyio.fail_after(120):
            view = await studio.wait("local", started.run.run_id, 120)
        entry = await studio.get_technique(technique_id)
        events = await studio.events("local", started.run.run_id, 0)
    assert view.run.status is Status.COMPLETED, view.run.error
    assert {each.output_id for each in view.run.outputs} >= {
        port.id for port in entry.technique.outputs if not port.optional
    }
    assert view.run.estimated_usd == pytest.approx(price)
    assert 0 < view.run.charged_usd <= price + 1e-9
    made = len(pictures.requests) - asked + len(films.ledger) - billed
    routed = [event.data for event in events if event.type == "routed"]
    assert len(routed) == made
    assert all(each["why"] and each["price_usd"] for each in routed)
    prompts = [
        str(each["body"].get("prompt") or each["body"]["messages"]) for each in pictures.requests[asked:]
    ]
    assert all("{" + "{" not in prompt and "{%" not in prompt for prompt in prompts)


@pytest.mark.anyio
async def test_the_same_technique_survives_another_model(
    offered: tuple[Settings, OpenAIServer, FloraServer],
) -> None:
    settings, _, _ = offered
    (pictures, films) = settings.providers
    newer = replace(pictures, models=({"id": "gpt-image-1-mini", "price_usd": 0.02}, *pictures.models))
    request = StartRequest(
        technique_id="tech_memoji-me",
        inputs={"portrait": PHOTO, "expressions": ["happy"]},
        allow_duplicate=True,
    )
    revisions, models = set(), []
    for providers in ((pictures, films), (newer, films)):
        async with open_studio(replace(settings, providers=providers)) as studio:
            started = await studio.start_run("local", request)
            view = await studio.wait("local", started.run.run_id, 60)
            assert view.run.status is Status.COMPLETED, view.run.error
            revisions.add(view.run.revision)
            events = await studio.events("local", view.run.run_id, 0)
            models += [event.data["model_id"] for event in events if event.type == "routed"]
    assert len(revisions) == 1
    assert models == ["pictures/gpt-image-2", "pictures/gpt-image-1-mini"]
