"""Techniques that need a model say so before a run exists, and name what would make them available."""

from pathlib import Path
from typing import Any

import pytest

from limner.app.requests import RunFilter, StartRequest, TechniqueFilter
from limner.config import read_settings
from limner.errors import Unavailable
from limner.library import sample
from limner.server import open_studio
from limner.types import Availability

PHOTO = str(sample("astronaut.png"))
CALLS: dict[str, tuple[dict[str, Any], str]] = {
    "tech_character-lock": ({"image": PHOTO}, "an image model"),
    "tech_cinematic-movie-generator": ({"scene": "A ferry leaves at dawn."}, "an image model"),
    "tech_earth-zoom-out": ({"image": PHOTO}, "a video model and an image model"),
    "tech_fit-checks": ({"outfit": PHOTO, "person": PHOTO}, "an image model"),
    "tech_glam-shots": ({"portrait": PHOTO}, "an image model"),
    "tech_live-like-an-amsterdammer": ({"portrait": PHOTO}, "an image model"),
    "tech_location-scouter": ({"image": PHOTO}, "an image model"),
    "tech_memoji-me": ({"portrait": PHOTO}, "an image model"),
    "tech_room-render": ({"plan": PHOTO, "room": "kitchen"}, "a text model and an image model"),
    "tech_sketch-to-garment": ({"sketch": PHOTO}, "an image model"),
    "tech_ugc-creation": ({"product": PHOTO}, "a video model and an image model"),
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
