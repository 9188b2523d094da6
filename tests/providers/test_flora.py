"""FLORA: what an account offers, runs of its techniques and models, and what comes of them."""

import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from limner.errors import ConfigurationError, NotAccepted
from limner.providers.flora import connect
from limner.types import Kind, MediaFile, Order, PortType, ProviderSettings, Task, Ticket

from .fakes.flora_media import colour_of
from .fakes.flora_server import GRID, MODELS, flora_server
from .fakes.openai_server import picture
from .flora import RUN_KEY, connected, flux, grid, made, no_fetch

pytestmark = pytest.mark.anyio


async def test_every_page_of_models_and_techniques_is_offered() -> None:
    with flora_server(page_size=1) as (address, _):
        async with connected(address) as provider:
            offers = await provider.offers()
    assert [model.model_id for model in offers.models] == [f"flora/{each['model_id']}" for each in MODELS]
    assert [each.native_id for each in offers.techniques] == ["tech_grid", "tech_clip"]


async def test_a_models_parameters_become_json_schemas_and_its_media_parameters_inputs() -> None:
    with flora_server() as (address, _):
        async with connected(address) as provider:
            image, video, text = (await provider.offers()).models
    assert image.params == {
        "aspect_ratio": {
            "type": "string",
            "description": "Aspect ratio",
            "default": "1:1",
            "enum": ["1:1", "16:9"],
        },
        "steps": {"type": "integer", "description": "Steps", "default": None, "minimum": 1, "maximum": 50},
    }
    assert [(port.kind, port.least, port.most) for port in image.inputs] == [(Kind.IMAGE, 0, 16)]
    assert image.capabilities == ("text-to-image", "image-input", "multi-image-input")
    assert [(port.kind, port.least, port.most) for port in video.inputs] == [(Kind.IMAGE, 1, 2)]
    assert video.capabilities == ("image-to-video", "multi-image-input")
    assert list(video.params) == ["image_size"]
    assert (text.type, text.inputs, image.estimated_seconds) == (Kind.TEXT, (), 12)


async def test_credits_are_no_price_and_a_declared_price_counts() -> None:
    models = ({"id": "t2i-flux-2-pro", "price_usd": 0.05}, {"id": "own", "type": "audio"}, {"id": "gone"})
    with flora_server() as (address, _):
        async with connected(address, models=models) as provider:
            offers = await provider.offers()
    prices = {model.native_id: model.price_usd for model in offers.models}
    assert prices == {"t2i-flux-2-pro": 0.05, "i2v-kling-3": None, "llm-small": None, "own": None}


async def test_techniques_whose_list_shows_no_ports_are_asked_for_one_by_one() -> None:
    with flora_server(lists_ports=False) as (address, _):
        async with connected(address) as provider:
            techniques = (await provider.offers()).techniques
    first = techniques[0]
    assert (first.price_usd, first.name) == (0.25, "Editorial Image Grid")
    assert [(port.id, port.type, port.optional, port.allow_multiple) for port in first.inputs] == [
        ("prompt", PortType.TEXT, False, False),
        ("referenceImage", PortType.IMAGE, True, False),
        ("extras", PortType.IMAGE, True, True),
    ]
    assert [port.id for port in first.outputs] == ["output_1", "_2_notes"]


async def test_a_row_that_cannot_be_read_hides_no_other(caplog: pytest.LogCaptureFixture) -> None:
    strange: list[dict[str, Any]] = [
        {**GRID, "technique_id": "tech_new", "inputs": [{"id": "x", "name": "X", "type": "modelUrl"}]},
        {**GRID, "technique_id": "tech_free", "run_cost": "free"},
        {**GRID, "technique_id": "tech_empty", "outputs": []},
        {**GRID, "technique_id": "tech_away", "availability": "needs_provider"},
        GRID,
    ]
    rows = [{"model_id": "x", "type": "smell"}, {"name": "nameless"}, MODELS[0]]
    with flora_server(techniques=strange, models=rows) as (address, _):
        async with connected(address) as provider:
            offers = await provider.offers()
    assert [each.native_id for each in offers.techniques] == ["tech_grid"]
    assert [each.native_id for each in offers.models] == ["t2i-flux-2-pro"]
    left_out = [record for record in caplog.records if record.message == "offer_left_out"]
    assert len(left_out) == 5


async def test_a_technique_run_sends_its_files_first_and_brings_in_every_output(tmp_path: Path) -> None:
    photo = MediaFile(tmp_path / "a.png", "image/png")
    photo.path.write_bytes(picture("photo", 20, 10, "png"))
    order = grid(referenceImage=[photo], extras=[photo])
    seen: list[tuple[float, str]] = []
    with flora_server(looks_until_done=2) as (address, server):
        async with connected(address) as provider:
            ticket = await provider.submit(order, RUN_KEY, tmp_path)
            result = await provider.result(ticket, order, tmp_path, lambda *each: seen.append(each))
    started = server.requests[-4]
    assert started["path"] == "/api/v1/runs/technique"
    assert started["headers"]["idempotency-key"] == RUN_KEY
    sent = next(iter(server.assets.values()))["url"]
    assert started["body"] == {
        "technique_id": "tech_grid",
        "workspace_id": "ws_one",
        "inputs": {"prompt": "a mug", "referenceImage": sent, "extras": [server.assets["asset_2"]["url"]]},
    }
    assert server.files["asset_1"] == photo.path.read_bytes()
    assert seen == [(0.4, "running"), (0.8, "running")]
    assert result.cost_usd == 0.25
    assert server.ledger == [{"run_id": ticket.job_id, "key": RUN_KEY, "path": started["path"], "cost": 0.25}]
    image, notes = result.items
    assert (image.output_id, notes.output_id) == ("output_1", "_2_notes")
    assert isinstance(image.value, MediaFile)
    assert image.value.media_type == "image/png"
    wanted = colour_of(json.dumps(started["body"], sort_keys=True))
    assert Image.open(image.value.path).getpixel((5, 5)) == wanted
    assert notes.value == f"Made of {json.dumps(started['body']['inputs'])}"


async def test_films_sounds_and_documents_come_in_as_what_they_are(tmp_path: Path) -> None:
    order = Order(Task.TECHNIQUE, "tech_clip", inputs={"prompt": ["a mug"]})
    with flora_server() as (address, _):
        async with connected(address) as provider:
            result = await made(provider, order, tmp_path)
    kinds = {
        each.output_id: each.value.media_type for each in result.items if isinstance(each.value, MediaFile)
    }
    assert kinds == {"film": "video/mp4", "sound": "audio/wav", "sheet": "image/svg+xml"}


async def test_a_generation_carries_parameters_seed_project_and_files(tmp_path: Path) -> None:
    photo = MediaFile(tmp_path / "a.png", "image/png")
    photo.path.write_bytes(picture("photo", 20, 10, "png"))
    order = flux(params={"aspect_ratio": "16:9", "steps": None}, inputs={"image": [photo, photo]})
    with flora_server() as (address, server):
        async with connected(address, options={"project_id": "prj_mine"}) as provider:
            result = await made(provider, order, tmp_path)
    body = next(each["body"] for each in server.requests if each["path"].endswith("/generation"))
    assert body == {
        "workspace_id": "ws_one",
        "project_id": "prj_mine",
        "model": "t2i-flux-2-pro",
        "type": "image",
        "prompt": "a mug",
        "params": {
            "aspect_ratio": "16:9",
            "seed": 7,
            "image_urls": [server.assets["asset_1"]["url"], server.assets["asset_2"]["url"]],
        },
    }
    assert (result.items[0].output_id, result.cost_usd) == ("image", 0.04)


async def test_pictures_go_to_the_media_parameters_of_a_model_in_their_order(tmp_path: Path) -> None:
    first, last = (MediaFile(tmp_path / name, "image/png") for name in ("a.png", "b.png"))
    for each in (first, last):
        each.path.write_bytes(picture(each.path.name, 20, 10, "png"))
    order = Order(Task.MODEL, "i2v-kling-3", Kind.VIDEO, "pan", inputs={"image": [first, last]})
    with flora_server() as (address, server):
        async with connected(address) as provider:
            result = await made(provider, order, tmp_path)
        body = server.runs["run_1"]["body"]
        by_content = {server.files[asset]: row["url"] for asset, row in server.assets.items()}
    assert body["params"] == {
        "start_image_url": by_content[first.path.read_bytes()],
        "end_image_url": by_content[last.path.read_bytes()],
    }
    assert body["project_id"] == "prj_one"
    assert isinstance(result.items[0].value, MediaFile)
    assert result.items[0].value.media_type == "video/mp4"


async def test_a_text_model_answers_with_its_text(tmp_path: Path) -> None:
    order = Order(Task.MODEL, "llm-small", Kind.TEXT, "hello")
    with flora_server() as (address, _):
        async with connected(address) as provider:
            result = await made(provider, order, tmp_path)
    assert [(each.output_id, each.value) for each in result.items] == [("text", 'Made of "hello"')]


async def test_another_process_collects_with_the_ticket_alone(tmp_path: Path) -> None:
    with flora_server() as (address, server):
        async with connected(address) as provider:
            ticket = await provider.submit(grid(), RUN_KEY, tmp_path)
        stored = Ticket(ticket.job_id, json.loads(json.dumps(ticket.handle)))
        async with connected(address) as other:
            result = await other.result(stored, grid(), tmp_path, lambda share, message: None)
    assert len(result.items) == 2
    assert len(server.ledger) == 1
    assert "sk_live" not in json.dumps(ticket.handle)


async def test_a_poll_address_elsewhere_is_not_followed(tmp_path: Path) -> None:
    with flora_server() as (address, server):
        server.address = "http://169.254.169.254"
        async with connected(address) as provider:
            ticket = await provider.submit(grid(), RUN_KEY, tmp_path)
    assert ticket.handle["path"] == "/techniques/tech_grid/runs/run_1"


@pytest.mark.parametrize("workspaces", [(), ("ws_a", "ws_b")])
async def test_a_workspace_that_is_not_plain_is_asked_of_the_operator(
    workspaces: tuple[str, ...], tmp_path: Path
) -> None:
    with flora_server(workspaces=workspaces) as (address, server):
        async with connected(address) as provider:
            with pytest.raises(NotAccepted, match=r"workspace.*not said") as caught:
                await provider.submit(grid(), RUN_KEY, tmp_path)
    assert caught.value.is_passing is False
    assert "providers.flora.workspace_id" in caught.value.next_step
    assert all(name in caught.value.message for name in workspaces)
    assert server.ledger == []


async def test_a_named_workspace_pays(tmp_path: Path) -> None:
    with flora_server(workspaces=("ws_a", "ws_b")) as (address, server):
        async with connected(address, options={"workspace_id": "ws_b"}) as provider:
            await provider.submit(grid(), RUN_KEY, tmp_path)
    assert server.runs["run_1"]["body"]["workspace_id"] == "ws_b"


async def test_flora_cannot_cancel_and_says_so(tmp_path: Path) -> None:
    with flora_server() as (address, _):
        async with connected(address) as provider:
            ticket = await provider.submit(grid(), RUN_KEY, tmp_path)
            assert await provider.cancel(ticket) is False


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"options": {"workspce_id": "ws_a"}}, r"providers\.flora\.workspce_id .*workspace_id, project_id"),
        (
            {"options": {"project_id": "ws_a"}},
            r"providers\.flora\.project_id is 'ws_a', must start with prj_",
        ),
        ({"models": ({"id": "x", "cost": 1},)}, r"providers\.flora\.models: unknown key 'cost'"),
    ],
)
def test_a_section_with_a_mistake_is_refused_by_name(said: dict[str, Any], message: str) -> None:
    settings = ProviderSettings("flora", "flora", "https://app.flora.ai/api/v1")
    with pytest.raises(ConfigurationError, match=message):
        connect(replace(settings, **said), fetch=no_fetch)


async def test_files_of_several_sizes_arrive_whole(tmp_path: Path) -> None:
    noise = Image.effect_noise((2200, 2200), 90)
    content = io.BytesIO()
    noise.save(content, "png")
    long = MediaFile(tmp_path / "long.png", "image/png")
    long.path.write_bytes(content.getvalue())
    assert long.path.stat().st_size > 4_000_000
    short = MediaFile(tmp_path / "short.png", "image/png")
    short.path.write_bytes(picture("short", 20, 10, "png"))
    for takes_forms in (True, False):
        with flora_server(takes_forms=takes_forms) as (address, server):
            async with connected(address) as provider:
                await provider.submit(grid(referenceImage=[long], extras=[short]), RUN_KEY, tmp_path)
        assert set(server.files.values()) == {long.path.read_bytes(), short.path.read_bytes()}
        announced = [each for each in server.requests if each["path"].endswith("/complete")]
        assert len(announced) == (1 if takes_forms else 2)


async def test_a_file_that_the_account_cannot_use_starts_nothing(tmp_path: Path) -> None:
    broken = MediaFile(tmp_path / "a.png", "image/png")
    broken.path.write_bytes(b"\x89PNG\r\n\x1a\nbroken")
    with flora_server() as (address, server):
        async with connected(address) as provider:
            with pytest.raises(NotAccepted, match="cannot use a file") as caught:
                await provider.submit(grid(referenceImage=[broken]), RUN_KEY, tmp_path)
    assert caught.value.is_passing is False
    assert server.ledger == []
