"""Limner's own REST face as the FLORA server: `limner serve` as a process, asked by the adapter."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from limner.errors import NotAccepted, OutcomeUnknown
from limner.library import sample
from limner.providers.flora import FloraProvider
from limner.types import Kind, MediaFile, Order, Task, Ticket
from serving.sites import serving

from .flora import connected, made

pytestmark = pytest.mark.anyio

API_KEY = "remote-key-0123456789abc"
POSTER = "A poster for a spring sale, everything half price"


@pytest.fixture(scope="module")
def remote(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Yield the address of a Limner server that asks for a key."""
    home = tmp_path_factory.mktemp("remote") / "home"
    with serving(home, LIMNER_API_KEYS=f"ann:{API_KEY}") as served:
        yield f"{served.url}/api/v1"


def palette_of(picture: MediaFile, colors: str) -> Order:
    inputs = {"image": [picture], "colors": [colors]}
    return Order(Task.TECHNIQUE, "tech_palette-pull", inputs=inputs, seed=7)


def chelsea() -> MediaFile:
    return MediaFile(sample("chelsea.png"), "image/png")


async def test_its_techniques_and_models_are_offered_with_their_ports_and_parameters(remote: str) -> None:
    async with connected(remote, api_key=API_KEY) as provider:
        offers = await provider.offers()
    palette = next(each for each in offers.techniques if each.native_id == "tech_palette-pull")
    assert [(port.id, port.optional) for port in palette.inputs] == [("image", False), ("colors", True)]
    assert palette.price_usd == 0
    assert "tech_room-render" not in {each.native_id for each in offers.techniques}
    draft = next(model for model in offers.models if model.native_id == "limner/draft-1")
    assert (draft.model_id, draft.is_draft, draft.price_usd) == ("flora/limner/draft-1", True, 0)
    assert draft.params["aspect_ratio"]["type"] == "string"
    assert [port.kind for port in draft.inputs] == [Kind.IMAGE]


async def test_an_embedded_technique_runs_through_it(remote: str, tmp_path: Path) -> None:
    async with connected(remote, api_key=API_KEY) as provider:
        result = await made(provider, palette_of(chelsea(), "5"), tmp_path)
    by_id = {each.output_id: each.value for each in result.items}
    assert set(by_id) == {"swatches", "colors"}
    swatches = by_id["swatches"]
    assert isinstance(swatches, MediaFile)
    with Image.open(swatches.path) as picture:
        assert picture.width / picture.height == pytest.approx(16 / 9, rel=0.01)
    assert len(json.loads(str(by_id["colors"]))) == 5
    assert result.cost_usd == 0


async def test_a_generation_runs_through_it_and_its_seed_counts(remote: str, tmp_path: Path) -> None:
    def poster(seed: int) -> Order:
        params = {"layout": "poster", "size": 512}
        picture = {"image": [chelsea()]}
        return Order(
            Task.MODEL, "limner/draft-1", Kind.IMAGE, POSTER, params=params, inputs=picture, seed=seed
        )

    contents = []
    async with connected(remote, api_key=API_KEY) as provider:
        for number, seed in enumerate((7, 7, 8)):
            folder = tmp_path / str(number)
            folder.mkdir()
            (item,) = (await made(provider, poster(seed), folder, key=f"{number}" * 64)).items
            assert isinstance(item.value, MediaFile)
            contents.append(item.value.path.read_bytes())
    assert contents[0] == contents[1] != contents[2]


async def test_the_same_key_with_its_file_sent_again_is_the_same_run(remote: str, tmp_path: Path) -> None:
    tickets: list[Ticket] = []
    for _ in range(2):
        async with connected(remote, api_key=API_KEY) as provider:
            submitted = await provider.submit(palette_of(chelsea(), "6"), "c" * 64, tmp_path)
            tickets.append(submitted)
    assert tickets[0] == tickets[1]


async def test_the_same_key_for_another_request_names_the_run_that_has_it(
    remote: str, tmp_path: Path
) -> None:
    async with connected(remote, api_key=API_KEY) as provider:
        first = await provider.submit(palette_of(chelsea(), "4"), "d" * 64, tmp_path)
        second = await provider.submit(palette_of(chelsea(), "9"), "d" * 64, tmp_path)
    assert second.job_id == first.job_id


async def test_a_run_of_it_can_be_cancelled_unbilled(remote: str, tmp_path: Path) -> None:
    async with connected(remote, api_key=API_KEY) as provider:
        ticket = await provider.submit(slow_film(), "e" * 64, tmp_path)
        assert await provider.cancel(ticket) is True


def slow_film() -> Order:
    return Order(Task.TECHNIQUE, "tech_product-animator", inputs={"product": [chelsea()]})


async def test_its_refusals_are_told_apart(remote: str, tmp_path: Path) -> None:
    async with connected(remote, api_key="another-key-0123456789") as stranger:
        with pytest.raises(NotAccepted) as caught:
            await stranger.offers()
    assert caught.value.code == "provider_unauthorized"
    async with connected(remote, api_key=API_KEY) as provider:
        with pytest.raises(NotAccepted, match="from 3 to 12") as caught:
            await provider.submit(palette_of(chelsea(), "99"), "f" * 64, tmp_path)
        assert (caught.value.is_passing, caught.value.code) == (False, "provider_refused")
        await _refused_for_want_of_a_provider(provider, tmp_path)
        with pytest.raises(OutcomeUnknown, match="run_gone"):
            lost = Ticket("run_gone", {"path": "/runs/run_gone"})
            await provider.result(lost, slow_film(), tmp_path, lambda share, message: None)


async def _refused_for_want_of_a_provider(provider: FloraProvider, folder: Path) -> None:
    order = Order(Task.TECHNIQUE, "tech_room-render", inputs={"plan": [chelsea()]})
    with pytest.raises(NotAccepted) as caught:
        await provider.submit(order, "1" * 64, folder)
    assert caught.value.is_passing is False
