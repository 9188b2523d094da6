"""ComfyUI: a workflow of one's own as a model, sent once, followed live, found again after a crash, cancelled."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest

from limner.errors import NotAccepted, OutcomeUnknown, ProviderFailed
from limner.providers.comfyui import connect
from limner.types import Kind, MediaFile, ProviderSettings, Ticket

from .fakes import media
from .fakes.comfyui import ComfyServer
from .fakes.faults import Faulty
from .fakes.serving import serving
from .queues import KEY, Told, content, made, no_fetch, order, until

pytestmark = pytest.mark.anyio

NAME = "abababab-abab-4bab-abab-abababababab"
"""The key as a prompt id: a UUID of version 4, as ComfyUI wants it."""
GRAPH: dict[str, Any] = {
    "3": {
        "class_type": "KSampler",
        "inputs": {"seed": "{{seed}}", "steps": "{{steps}}", "model": ["4", 0]},
        "_meta": {"title": "Draw"},
    },
    "5": {"class_type": "EmptyLatentImage", "inputs": {"width": "{{width}}", "height": "{{height}}"}},
    "6": {"class_type": "CLIPTextEncode", "inputs": {"text": "{{prompt}}, studio light", "clip": ["4", 1]}},
    "9": {"class_type": "SaveImage", "inputs": {"images": ["8", 0], "filename_prefix": "limner"}},
}
STEPS = {"steps": {"type": "integer", "default": 20, "minimum": 1, "maximum": 50}}
MODEL = {"id": "flux", "type": "image", "workflow": "flux.json", "params": STEPS}


class Stage:
    """A server with faults planned, and a provider that speaks to it."""

    def __init__(self, folder: Path) -> None:
        self.server = ComfyServer()
        self.faulty = Faulty(self.server.app())
        self.folder = folder
        self.base_url = ""
        self.submit_seconds = 20.0

    def provider(self, model: dict[str, Any] = MODEL, graph: dict[str, Any] = GRAPH, **more: Any) -> Any:
        (self.folder / "flux.json").write_text(json.dumps(graph))
        given = {"folder": self.folder, "submit_seconds": self.submit_seconds, "models": (model,), **more}
        settings = ProviderSettings("comfy", "comfyui", self.base_url, **given)
        return connect(settings, fetch=no_fetch)

    async def submit(self, **more: Any) -> Ticket:
        return await self.provider().submit(order("flux", **more), KEY, self.folder)

    async def result(self, ticket: Ticket) -> bytes:
        return content(await self.provider().result(ticket, order("flux"), self.folder, Told()))


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    stage = Stage(tmp_path)
    with serving(stage.faulty) as stage.base_url:
        yield stage


async def test_a_workflow_makes_a_picture_of_the_order(stage: Stage) -> None:
    ordered = order("flux", seed=2**53 - 1, params={"steps": 8, "aspect_ratio": "16:9"})
    result = await made(stage.provider(), ordered, stage.folder)
    sent = stage.server.ledger[0]["prompt"]
    assert sent["3"]["inputs"] == {"seed": 2**53 - 1, "steps": 8, "model": ["4", 0]}
    assert sent["5"]["inputs"] == {"width": 1344, "height": 768}
    assert sent["6"]["inputs"]["text"] == "A linen chair, studio light"
    assert content(result) == media.png(0)
    assert result.cost_usd is None
    assert result.details == {"prompt_id": NAME}


async def test_it_is_followed_live_over_the_websocket(stage: Stage) -> None:
    stage.server.waits_for_socket = True
    told = Told()
    await made(stage.provider(api_key="proxy-key"), order("flux"), stage.folder, told=told)
    assert told.messages == [
        "Draw",
        "Draw, 1 of 4",
        "Draw, 2 of 4",
        "Draw, 3 of 4",
        "Draw, 4 of 4",
        "EmptyLatentImage",
        "CLIPTextEncode",
        "SaveImage",
    ]
    assert told.fractions == [0.0, 0.0625, 0.125, 0.1875, 0.25, 0.25, 0.5, 0.75]
    assert stage.server.headers[0]["authorization"] == "Bearer proxy-key"


async def test_without_a_websocket_the_history_is_asked(stage: Stage) -> None:
    stage.server.has_socket = False
    told = Told()
    result = await made(stage.provider(), order("flux"), stage.folder, told=told)
    assert content(result) == media.png(0)
    assert len(stage.server.headers) == 1
    assert told.messages == []


async def test_another_process_collects_by_the_ticket(stage: Stage) -> None:
    stage.server.is_held = True
    first = stage.provider()
    ticket = await first.submit(order("flux"), KEY, stage.folder)
    await first.aclose()
    stage.server.is_held = False
    stored = Ticket(ticket.job_id, json.loads(json.dumps(ticket.handle)))
    assert await stage.result(stored) == media.png(0)
    assert len(stage.server.ledger) == 1


@pytest.mark.parametrize("ignores_ids", [False, True])
@pytest.mark.parametrize("state", ["running", "ended"])
async def test_the_same_key_is_the_same_prompt_in_a_new_process(
    stage: Stage, state: str, ignores_ids: bool
) -> None:
    stage.server.ignores_ids = ignores_ids
    stage.server.is_held = state == "running"
    ticket = await stage.submit()
    if state == "ended":
        await stage.result(ticket)
    again = await stage.submit()
    assert again == ticket
    assert len(stage.server.ledger) == 1
    stage.server.is_held = False
    assert await stage.result(again) == media.png(0)


@pytest.mark.parametrize("fault", ["500-after", "drop-after", "slow-after", "truncated"])
@pytest.mark.parametrize("ignores_ids", [False, True])
async def test_what_was_accepted_without_a_word_is_found(stage: Stage, fault: str, ignores_ids: bool) -> None:
    stage.server.ignores_ids = ignores_ids
    if fault == "slow-after":
        stage.submit_seconds = 2.0
    stage.faulty.plan("POST /prompt", fault)
    ticket = await stage.submit()
    assert ticket.job_id == ("own-0" if ignores_ids else NAME)
    assert await stage.result(ticket) == media.png(0)
    assert len(stage.server.ledger) == 1


async def test_what_is_nowhere_to_be_found_is_unknown(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("limner.providers.comfyui.adapter.LOOKS", 2)
    stage.faulty.plan("POST /prompt", "drop")
    with pytest.raises(OutcomeUnknown):
        await stage.submit()
    assert stage.faulty.asked.count("POST /prompt") == 1
    assert stage.server.ledger == []


@pytest.mark.parametrize("fault", ["429", "503"])
async def test_asked_to_come_again_nothing_was_accepted(stage: Stage, fault: str) -> None:
    stage.faulty.plan("POST /prompt", fault)
    with pytest.raises(NotAccepted) as caught:
        await stage.submit()
    assert caught.value.is_passing
    assert stage.server.ledger == []


async def test_nothing_is_sent_while_the_queue_cannot_be_read(stage: Stage) -> None:
    stage.faulty.plan("GET /queue", "500")
    with pytest.raises(NotAccepted):
        await stage.submit()
    assert "POST /prompt" not in stage.faulty.asked


async def test_a_refused_workflow_names_the_nodes(stage: Stage) -> None:
    graph = {**GRAPH, "4": {"class_type": "NunchakuLoader", "inputs": {}, "_meta": {"title": "Load"}}}
    with pytest.raises(NotAccepted, match="Load: no node NunchakuLoader") as caught:
        await stage.provider(graph=graph).submit(order("flux"), KEY, stage.folder)
    assert not caught.value.is_passing


@pytest.mark.parametrize("where", ["GET /history/", "GET /queue", "GET /view"])
@pytest.mark.parametrize("fault", ["503", "500", "drop", "truncated", "429"])
async def test_accepted_work_is_asked_after_until_somebody_answers(
    stage: Stage, where: str, fault: str
) -> None:
    stage.server.is_held = True
    ticket = await stage.submit()
    stage.faulty.plan(where, fault)
    with anyio.fail_after(20):
        async with anyio.create_task_group() as group:
            if where != "GET /view":
                group.start_soon(stage.result, ticket)
                await until(lambda: not stage.faulty.planned)
            stage.server.is_held = False
    assert await stage.result(ticket) == media.png(0)
    assert stage.faulty.planned == []
    assert len(stage.server.ledger) == 1


async def test_a_server_that_was_started_anew_has_forgotten(stage: Stage) -> None:
    stage.server.is_held = True
    ticket = await stage.submit()
    stage.server.restart()
    with pytest.raises(OutcomeUnknown, match="does not know prompt"):
        await stage.result(ticket)
    stage.server.is_held = False


@pytest.mark.parametrize(
    ("fault", "words"),
    [("html", "is no media"), ("huge", "more than 1 MB"), ("malformed", "where image was asked for")],
)
async def test_a_file_that_is_not_what_was_asked_for_ends_the_work(
    stage: Stage, fault: str, words: str
) -> None:
    stage.faulty.plan("GET /view", fault)
    with pytest.raises(ProviderFailed, match=words):
        await made(stage.provider(max_download_bytes=1_000_000), order("flux"), stage.folder)


async def test_a_file_that_is_gone_is_lost(stage: Stage) -> None:
    stage.faulty.plan("GET /view", "404")
    with pytest.raises(ProviderFailed) as caught:
        await made(stage.provider(), order("flux"), stage.folder)
    assert caught.value.code == "result_lost"


async def test_a_node_that_fails_is_named_with_its_words(stage: Stage) -> None:
    stage.server.fails_at = "KSampler"
    with pytest.raises(ProviderFailed, match="KSampler: CUDA out of memory"):
        await made(stage.provider(), order("flux"), stage.folder)


async def test_a_waiting_prompt_is_taken_out_and_the_running_one_left(stage: Stage) -> None:
    stage.server.is_held = True
    provider = stage.provider()
    running = await provider.submit(order("flux"), "aa" * 32, stage.folder)
    waiting = await provider.submit(order("flux"), "bb" * 32, stage.folder)
    assert await provider.cancel(waiting) is True
    assert [item[1] for item in stage.server.pending] == []
    assert "POST /interrupt" not in stage.faulty.asked
    stage.server.is_held = False
    assert await stage.result(running) == media.png(0)


async def test_the_prompt_that_runs_is_interrupted_and_the_next_goes_on(stage: Stage) -> None:
    stage.server.is_held = True
    provider = stage.provider()
    running = await provider.submit(order("flux"), "aa" * 32, stage.folder)
    waiting = await provider.submit(order("flux"), "bb" * 32, stage.folder)
    assert await provider.cancel(running) is True
    stage.server.is_held = False
    with pytest.raises(ProviderFailed, match="was interrupted"):
        await stage.result(running)
    assert await stage.result(waiting) == media.png(1)


async def test_what_has_ended_is_not_cancelled(stage: Stage) -> None:
    ticket = await stage.submit()
    await stage.result(ticket)
    assert await stage.provider().cancel(ticket) is False


async def test_who_waits_is_told_how_many_are_before_it(stage: Stage) -> None:
    stage.server.is_held = True
    provider, told = stage.provider(), Told()
    await provider.submit(order("flux"), "aa" * 32, stage.folder)
    second = await provider.submit(order("flux"), "bb" * 32, stage.folder)
    with anyio.fail_after(20):
        async with anyio.create_task_group() as group:
            group.start_soon(provider.result, second, order("flux"), stage.folder, told)
            await until(lambda: bool(told.messages))
            stage.server.is_held = False
    assert told.messages[0] == "Waiting at comfy, 1 before it."


async def test_inputs_are_uploaded_once_and_named_in_the_workflow(stage: Stage) -> None:
    graph = {**GRAPH, "10": {"class_type": "LoadImage", "inputs": {"image": "example.png"}}}
    model = {**MODEL, "slots": {"image": "10.inputs.image"}}
    path = stage.folder / "chair.png"
    path.write_bytes(media.png(5))
    ordered = order("flux", inputs={Kind.IMAGE: (MediaFile(path, "image/png"),)})
    provider = stage.provider(model, graph)
    assert [(port.kind, port.least, port.most) for port in (await provider.offers()).models[0].inputs] == [
        (Kind.IMAGE, 1, 1)
    ]
    await provider.submit(ordered, KEY, stage.folder)
    ((name, uploaded),) = stage.server.uploads.items()
    assert uploaded == media.png(5)
    assert stage.server.ledger[0]["prompt"]["10"]["inputs"]["image"] == name


@pytest.mark.parametrize(
    ("kind", "node", "expected"),
    [("video", "SaveVideo", media.mp4(0)), ("audio", "SaveAudio", media.wav(0))],
)
async def test_films_and_sound_are_told_from_previews(
    stage: Stage, kind: str, node: str, expected: bytes
) -> None:
    graph = {
        "7": {"class_type": "PreviewImage", "inputs": {}},
        "8": {"class_type": "SaveImage", "inputs": {}},
        "9": {"class_type": node, "inputs": {"text": "{{prompt}}"}},
    }
    provider = stage.provider({"id": "flux", "type": kind, "workflow": "flux.json"}, graph)
    assert content(await made(provider, order("flux", Kind(kind)), stage.folder)) == expected


async def test_a_preview_is_the_result_where_nothing_is_saved(stage: Stage) -> None:
    graph = {"7": {"class_type": "PreviewImage", "inputs": {"text": "{{prompt}}"}}}
    provider = stage.provider({"id": "flux", "type": "image", "workflow": "flux.json"}, graph)
    assert content(await made(provider, order("flux"), stage.folder)) == media.png(0)


async def test_text_is_what_the_nodes_show(stage: Stage) -> None:
    graph = {"7": {"class_type": "PreviewAny", "inputs": {"source": "{{prompt}}!"}}}
    provider = stage.provider({"id": "flux", "type": "text", "workflow": "flux.json"}, graph)
    result = await made(provider, order("flux", Kind.TEXT), stage.folder)
    assert [item.value for item in result.items] == ["A linen chair!"]


async def test_named_output_nodes_are_the_only_ones(stage: Stage) -> None:
    graph = {**GRAPH, "12": {"class_type": "SaveImage", "inputs": {}}}
    everything = await made(stage.provider(graph=graph), order("flux"), stage.folder)
    assert len(everything.items) == 2
    one = stage.provider({**MODEL, "output_nodes": ["12"]}, graph)
    assert len((await made(one, order("flux"), stage.folder)).items) == 1
    none = stage.provider({**MODEL, "output_nodes": ["5"]}, graph)
    with pytest.raises(ProviderFailed, match="made no image; its nodes saved: nothing"):
        await made(none, order("flux"), stage.folder)


async def test_it_offers_free_models_and_promises_one_prompt_for_one_key(stage: Stage) -> None:
    provider = stage.provider()
    (model,) = (await provider.offers()).models
    assert (model.model_id, model.price_usd, provider.takes_keys) == ("comfy/flux", 0.0, True)
    assert set(model.params) == {"steps", "aspect_ratio"}
    assert stage.provider({**MODEL, "price_usd": 0.02}).takes_keys is False


async def test_a_model_is_another_version_when_its_workflow_changes(stage: Stage) -> None:
    changed = json.loads(json.dumps(GRAPH).replace("studio light", "north light"))
    versions = [
        (await stage.provider(graph=graph).offers()).models[0].version for graph in (GRAPH, changed, GRAPH)
    ]
    assert versions[0] == versions[2] != versions[1]


async def test_a_server_that_is_not_there_offers_nothing(stage: Stage) -> None:
    stage.faulty.plan("GET /system_stats", "drop")
    with pytest.raises(NotAccepted):
        await stage.provider().offers()
