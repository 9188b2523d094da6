"""Replicate, fal and `/v1/videos` through their profiles: what is sent, what comes back, and what is billed."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from limner.errors import ProviderFailed
from limner.types import Kind, MediaFile, Ticket

from .fakes import fal, media, replicate, videos
from .fakes.serving import serving
from .queues import KEY, Told, content, fetched, made, order, queue

pytestmark = pytest.mark.anyio

PROMPT_ONLY = {"id": "black-forest-labs/flux-schnell", "type": "image"}
FLUX = {
    **PROMPT_ONLY,
    "params": {
        "aspect_ratio": {"type": "string", "default": "1:1"},
        "steps": {"type": "integer", "default": 4},
        "style": {"type": "string", "default": "auto"},
    },
    "takes": {"image": 2},
    "params_map": {"steps": "num_inference_steps"},
    "values_map": {"aspect_ratio": {"16:9": "landscape_16_9"}},
    "body": {"prompt": "{{prompt}}, on linen", "seed": "{{seed}}", "images": "{{images}}", "go_fast": True},
}


@pytest.fixture
def predictions() -> Iterator[tuple[replicate.ReplicateServer, str]]:
    server = replicate.ReplicateServer()
    with serving(server.app()) as base_url:
        yield server, f"{base_url}/v1"


@pytest.fixture
def requests() -> Iterator[tuple[fal.FalServer, str]]:
    server = fal.FalServer()
    with serving(server.app()) as base_url:
        yield server, base_url


@pytest.fixture
def jobs() -> Iterator[tuple[videos.VideosServer, str]]:
    server = videos.VideosServer()
    with serving(server.app()) as base_url:
        yield server, f"{base_url}/v1"


def replicate_of(base_url: str, *models: dict[str, Any], **more: Any) -> Any:
    return queue(
        base_url, replicate.KEY, *(models or (PROMPT_ONLY,)), options={"profile": "replicate"}, **more
    )


def fal_of(base_url: str, *models: dict[str, Any], **more: Any) -> Any:
    own = {"extends": "fal", "upload": {"url": f"{base_url}/storage/upload/initiate"}}
    return queue(base_url, fal.KEY, *models, options={"profile": own}, **more)


def picture(folder: Path, seed: int, size: tuple[int, int] = (32, 32)) -> MediaFile:
    path = folder / f"given-{seed}.png"
    path.write_bytes(media.png(seed, size))
    return MediaFile(path, "image/png")


async def test_a_replicate_model_makes_a_picture(predictions: Any, tmp_path: Path) -> None:
    server, base_url = predictions
    server.looks_until_done = 3
    provider, told = replicate_of(base_url), Told()
    result = await made(provider, order(PROMPT_ONLY["id"]), tmp_path, told=told)
    assert server.ledger == [
        {"id": "pred0001", "version": PROMPT_ONLY["id"], "input": {"prompt": "A linen chair"}}
    ]
    assert content(result) == media.png(1)
    assert result.items[0].output_id == "image"
    assert result.cost_usd is None  # it does not say
    assert result.details == {"job_id": "pred0001", "model": PROMPT_ONLY["id"]}
    assert told.messages[-1] == "q is at work."


async def test_a_ticket_holds_no_secret_and_no_address_but_those_needed(
    predictions: Any, tmp_path: Path
) -> None:
    _, base_url = predictions
    ticket = await replicate_of(base_url).submit(order(PROMPT_ONLY["id"]), KEY, tmp_path)
    # Below the base address, so that a ticket outlives the move of a gateway.
    assert ticket == Ticket(
        "pred0001",
        {
            "model": PROMPT_ONLY["id"],
            "status_url": "predictions/pred0001",
            "cancel_url": "predictions/pred0001/cancel",
        },
    )
    assert replicate.KEY not in json.dumps(ticket.handle)


async def test_another_process_collects_by_the_ticket(predictions: Any, tmp_path: Path) -> None:
    server, base_url = predictions
    first = replicate_of(base_url)
    stored = json.loads(json.dumps((await first.submit(order(PROMPT_ONLY["id"]), KEY, tmp_path)).handle))
    await first.aclose()
    (tmp_path / "result-1").write_bytes(b"half of what the first had brought in")
    second = replicate_of(base_url)
    result = await second.result(Ticket("pred0001", stored), order(PROMPT_ONLY["id"]), tmp_path, Told())
    assert content(result) == media.png(1)
    assert len(server.ledger) == 1


async def test_the_body_of_a_model_is_filled_with_mapped_parameters_seed_and_inputs(
    predictions: Any, tmp_path: Path
) -> None:
    server, base_url = predictions
    given = (picture(tmp_path, 1), picture(tmp_path, 2))
    ordered = order(FLUX["id"], params={"aspect_ratio": "16:9"}, inputs={Kind.IMAGE: given}, seed=2**31 + 5)
    await replicate_of(base_url, FLUX).submit(ordered, KEY, tmp_path)
    sent = server.ledger[0]["input"]
    inline = [f"data:image/png;base64,{base64.b64encode(each.path.read_bytes()).decode()}" for each in given]
    assert sent == {
        "aspect_ratio": "landscape_16_9",
        "num_inference_steps": 4,
        "prompt": "A linen chair, on linen",
        "seed": 5,
        "images": inline,
        "go_fast": True,
    }


async def test_slots_without_a_value_are_left_out(predictions: Any, tmp_path: Path) -> None:
    server, base_url = predictions
    await replicate_of(base_url, FLUX).submit(order(FLUX["id"]), KEY, tmp_path)
    assert "images" not in server.ledger[0]["input"]
    assert "style" not in server.ledger[0]["input"]  # `auto`


async def test_a_large_file_is_uploaded_before_it_is_named(predictions: Any, tmp_path: Path) -> None:
    server, base_url = predictions
    own = {"extends": "replicate", "inputs": {"inline_bytes": 100}}
    provider = queue(base_url, replicate.KEY, FLUX, options={"profile": own})
    given = picture(tmp_path, 3)
    await provider.submit(order(FLUX["id"], inputs={Kind.IMAGE: (given,)}), KEY, tmp_path)
    assert server.files == {"file1": given.path.read_bytes()}
    assert server.ledger[0]["input"]["images"] == [f"{base_url}/files/file1"]


async def test_several_results_and_results_inline_are_brought_in(predictions: Any, tmp_path: Path) -> None:
    _, base_url = predictions
    many = {**PROMPT_ONLY, "params": {"num_outputs": {"type": "integer", "default": 3}}}
    result = await made(replicate_of(base_url, many), order(many["id"]), tmp_path)
    assert len(result.items) == 3
    inline = {**PROMPT_ONLY, "params": {"inline": {"type": "boolean", "default": True}}}
    result = await made(replicate_of(base_url, inline), order(many["id"]), tmp_path)
    assert content(result) == media.png(7)


async def test_text_comes_back_joined(predictions: Any, tmp_path: Path) -> None:
    _, base_url = predictions
    provider = replicate_of(base_url, {"id": "meta/writer", "type": "text"})
    result = await made(provider, order("meta/writer", Kind.TEXT), tmp_path)
    assert [item.value for item in result.items] == ["Linen and light."]


@pytest.mark.parametrize(
    ("error", "code"), [("CUDA out of memory", "provider_error"), ("NSFW content detected", "safety_blocked")]
)
async def test_work_that_failed_says_why_and_counts_as_the_profile_says(
    predictions: Any, tmp_path: Path, error: str, code: str
) -> None:
    server, base_url = predictions
    server.ends_as, server.error = "failed", error
    with pytest.raises(ProviderFailed, match=error) as caught:
        await made(replicate_of(base_url), order(PROMPT_ONLY["id"]), tmp_path)
    assert caught.value.code == code
    assert caught.value.billed_usd is None  # Replicate bills the seconds that it ran


async def test_cancelled_work_ends_and_is_not_said_to_be_free(predictions: Any, tmp_path: Path) -> None:
    server, base_url = predictions
    provider = replicate_of(base_url)
    ticket = await provider.submit(order(PROMPT_ONLY["id"]), KEY, tmp_path)
    assert await provider.cancel(ticket) is False
    assert server.predictions["pred0001"]["status"] == "canceled"
    with pytest.raises(ProviderFailed, match="cancelled"):
        await provider.result(ticket, order(PROMPT_ONLY["id"]), tmp_path, Told())


async def test_an_expired_address_is_asked_for_anew_once(predictions: Any, tmp_path: Path) -> None:
    server, base_url = predictions
    server.expires_first = True
    result = await made(replicate_of(base_url), order(PROMPT_ONLY["id"]), tmp_path)
    assert content(result) == media.png(1)
    assert len(server.ledger) == 1


async def test_a_result_elsewhere_is_fetched_as_a_stranger_would(tmp_path: Path) -> None:
    elsewhere, server = fal.FalServer(), replicate.ReplicateServer()
    elsewhere.stored["a.png"] = media.png(9)
    with serving(elsewhere.app()) as other, serving(server.app()) as base_url:
        server.delivers_at = f"{other}/storage/files/a.png"
        theirs = replicate_of(f"{base_url}/v1", fetch=fetched)
        assert content(await made(theirs, order(PROMPT_ONLY["id"]), tmp_path)) == media.png(9)
        ours = replicate_of(f"{base_url}/v1")
        with pytest.raises(AssertionError, match="is not the provider's own"):
            await made(ours, order(PROMPT_ONLY["id"]), tmp_path)


async def test_what_fal_accepts_is_asked_after_at_the_addresses_that_it_names(
    requests: Any, tmp_path: Path
) -> None:
    server, base_url = requests
    server.looks_until_done = 3
    model = {"id": "fal-ai/flux/dev", "type": "image"}
    told = Told()
    result = await made(fal_of(base_url, model), order("fal-ai/flux/dev", seed=11), tmp_path, told=told)
    assert server.ledger == [
        {"id": "764cabcf-0000", "model": "fal-ai/flux/dev", "prompt": "A linen chair", "seed": 11}
    ]
    assert content(result) == media.png(0)
    assert told.messages == ["Waiting at q, 2 before it.", "q is at work."]


@pytest.mark.parametrize(
    ("target", "kind", "expected"),
    [("fal-ai/video", Kind.VIDEO, media.mp4(0)), ("fal-ai/speech", Kind.AUDIO, media.wav(0))],
)
async def test_fal_makes_films_and_sound(
    requests: Any, tmp_path: Path, target: str, kind: Kind, expected: bytes
) -> None:
    _, base_url = requests
    provider = fal_of(base_url, {"id": target, "type": kind.value})
    result = await made(provider, order(target, kind), tmp_path)
    assert content(result) == expected
    value = result.items[0].value
    assert isinstance(value, MediaFile)
    assert value.kind is kind


async def test_fal_is_given_a_large_file_in_two_steps(requests: Any, tmp_path: Path) -> None:
    server, base_url = requests
    own = {
        "extends": "fal",
        "inputs": {"inline_bytes": 0},
        "upload": {"url": f"{base_url}/storage/upload/initiate"},
    }
    model = {"id": "fal-ai/flux-kontext", "type": "image", "takes": ["image"]}
    provider = queue(base_url, fal.KEY, model, options={"profile": own})
    given = picture(tmp_path, 4)
    await provider.submit(order(model["id"], inputs={Kind.IMAGE: (given,)}), KEY, tmp_path)
    assert server.stored == {"image-1.png": given.path.read_bytes()}
    assert server.ledger[0]["image_url"] == f"{base_url}/storage/files/image-1.png"
    assert server.asked_with == [f"Key {fal.KEY}"]


async def test_fal_says_of_cancelled_work_whether_it_had_begun(requests: Any, tmp_path: Path) -> None:
    server, base_url = requests
    provider = fal_of(base_url, {"id": "fal-ai/flux", "type": "image"})
    waiting = await provider.submit(order("fal-ai/flux"), KEY, tmp_path)
    running = await provider.submit(order("fal-ai/flux"), KEY, tmp_path)
    server.requests[running.job_id]["looks"] = 1
    assert await provider.cancel(waiting) is True
    assert await provider.cancel(running) is False


@pytest.mark.parametrize(
    ("answer", "code", "words"),
    [
        (
            (422, {"detail": [{"msg": "The content was flagged.", "type": "content_policy_violation"}]}, {}),
            "safety_blocked",
            "The content was flagged.",
        ),
        (
            (
                504,
                {"detail": "Request timed out", "error_type": "request_timeout"},
                {"X-Fal-Error-Type": "request_timeout"},
            ),
            "provider_error",
            "Request timed out",
        ),
    ],
)
async def test_a_result_that_is_an_error_is_the_works_failure(
    requests: Any, tmp_path: Path, answer: Any, code: str, words: str
) -> None:
    server, base_url = requests
    server.result_error = answer
    with pytest.raises(ProviderFailed, match=words) as caught:
        await made(fal_of(base_url, {"id": "fal-ai/flux", "type": "image"}), order("fal-ai/flux"), tmp_path)
    assert (caught.value.code, caught.value.billed_usd) == (code, 0.0)


async def test_completed_with_an_error_is_a_failure(requests: Any, tmp_path: Path) -> None:
    server, base_url = requests
    server.status_error = "Runner crashed"
    with pytest.raises(ProviderFailed, match="Runner crashed"):
        await made(fal_of(base_url, {"id": "fal-ai/flux", "type": "image"}), order("fal-ai/flux"), tmp_path)


WAN = {
    "id": "wan-2.2",
    "type": "video",
    "takes": ["image"],
    "price_usd": 0.05,
    "price_param": "duration",
    "params": {
        "duration": {"type": "number", "default": 4},
        "aspect_ratio": {"type": "string", "default": "16:9"},
    },
    "params_map": {"aspect_ratio": "size"},
    "values_map": {"aspect_ratio": {"16:9": "1280x720", "9:16": "720x1280"}},
}


async def test_a_video_job_is_a_form_and_its_content_the_result(jobs: Any, tmp_path: Path) -> None:
    server, base_url = jobs
    server.cost, server.looks_until_done = 0.4, 3
    provider = queue(base_url, videos.KEY, WAN, options={"profile": "videos"})
    given, told = picture(tmp_path, 5), Told()
    ordered = order("wan-2.2", Kind.VIDEO, params={"duration": 8}, inputs={Kind.IMAGE: (given,)})
    result = await made(provider, ordered, tmp_path, told=told)
    assert server.ledger == [
        {
            "id": "video_1",
            "model": "wan-2.2",
            "prompt": "A linen chair",
            "seconds": "8",
            "size": "1280x720",
            "input_reference": {"bytes": given.path.stat().st_size, "type": "image/png"},
        }
    ]
    assert content(result) == media.mp4(1)
    assert result.cost_usd == 0.4
    assert told.fractions == [0.33, 0.66]


async def test_a_video_job_fails_with_its_code(jobs: Any, tmp_path: Path) -> None:
    server, base_url = jobs
    server.error = {"code": "moderation_blocked", "message": "Your request was blocked."}
    provider = queue(base_url, videos.KEY, WAN, options={"profile": "videos"})
    with pytest.raises(ProviderFailed, match="Your request was blocked") as caught:
        await made(provider, order("wan-2.2", Kind.VIDEO), tmp_path)
    assert caught.value.code == "safety_blocked"


async def test_offers_are_what_is_declared_and_its_key_is_tried(predictions: Any) -> None:
    _, base_url = predictions
    offered = (await replicate_of(base_url, FLUX).offers()).models
    assert [model.model_id for model in offered] == ["q/black-forest-labs/flux-schnell"]
    assert offered[0].price_usd is None
    assert offered[0].inputs[0].most == 2


async def test_a_model_may_say_where_its_results_stand(requests: Any, tmp_path: Path) -> None:
    _, base_url = requests
    model = {"id": "fal-ai/flux", "type": "image", "output": ["pictures.0", "images.0.url"]}
    assert content(await made(fal_of(base_url, model), order("fal-ai/flux"), tmp_path)) == media.png(0)
    elsewhere = {**model, "output": ["pictures.0"]}
    with pytest.raises(ProviderFailed, match=r"nothing stands at pictures\.0") as caught:
        await made(fal_of(base_url, elsewhere), order("fal-ai/flux"), tmp_path)
    assert caught.value.billed_usd is None


async def test_a_result_of_another_kind_is_refused(predictions: Any, tmp_path: Path) -> None:
    _, base_url = predictions
    provider = replicate_of(base_url, {"id": "someone/film", "type": "image"})
    with pytest.raises(ProviderFailed, match="sent video/mp4 where image was asked for"):
        await made(provider, order("someone/film"), tmp_path)


async def test_the_ledger_is_served_to_other_processes(predictions: Any, tmp_path: Path) -> None:
    server, base_url = predictions
    await replicate_of(base_url).submit(order(PROMPT_ONLY["id"]), KEY, tmp_path)
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.get(f"{base_url.removesuffix('/v1')}/_ledger")
    assert answer.json() == server.ledger


async def test_work_that_never_ends_is_given_up_and_counts_as_billed(requests: Any, tmp_path: Path) -> None:
    server, base_url = requests
    server.looks_until_done = 1000
    provider = fal_of(base_url, {"id": "fal-ai/flux", "type": "image"}, result_seconds=0.7)
    with pytest.raises(ProviderFailed) as caught:
        await made(provider, order("fal-ai/flux"), tmp_path)
    assert (caught.value.code, caught.value.billed_usd) == ("model_timeout", None)


def test_a_section_without_an_address_goes_where_its_profile_says() -> None:
    provider = queue("", replicate.KEY, PROMPT_ONLY, options={"profile": "replicate"})
    assert provider.settings.base_url == "https://api.replicate.com/v1"
