"""Every built-in adapter keeps the promises of the contract, each against a server of the wire format it speaks."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from limner.providers import comfyui, openai, queue
from limner.providers.conformance import CHECKS, Bench, run_check
from limner.types import Kind, Order, ProviderSettings, Task

from .fakes import fal, openai_server, replicate, videos
from .fakes.comfyui import ComfyServer
from .fakes.serving import serving
from .openai_orders import chat, drawing, prompt, speech

pytestmark = pytest.mark.anyio

GRAPH = {
    "3": {"class_type": "KSampler", "inputs": {"seed": "{{seed}}"}},
    "6": {"class_type": "CLIPTextEncode", "inputs": {"text": "{{prompt}}"}},
    "9": {"class_type": "SaveImage", "inputs": {"images": ["3", 0]}},
}


@dataclass(frozen=True)
class Case:
    """An adapter, a server with a ledger, and what is ordered of it."""

    connect: Any
    serve: Callable[[], Any]
    """Returns the server, or what serves it meanwhile."""
    order: Order
    key: str | None
    path: str = ""
    options: Callable[[str], dict[str, Any]] = lambda address: {}
    """By the server's address."""
    models: tuple[dict[str, Any], ...] = ()


def _of_openai(order: Order, **said: Any) -> Case:
    return Case(openai.connect, lambda: openai_server.OpenAIServer(**said), order, openai_server.KEY, "/v1")


def _of_queue(server: Any, key: str, target: str, kind: Kind, **more: Any) -> Case:
    order = Order(Task.MODEL, target, kind=kind, prompt="A linen chair")
    return Case(queue.connect, server, order, key, models=({"id": target, "type": kind.value},), **more)


def _fal_options(address: str) -> dict[str, Any]:
    return {"profile": {"extends": "fal", "upload": {"url": f"{address}/storage/upload/initiate"}}}


CASES = {
    "openai-image": _of_openai(drawing()),
    "openai-image-with-keys": _of_openai(drawing(), honours_keys=True),
    "openai-image-by-address": _of_openai(drawing(), answers_addresses=True),
    "openai-text": _of_openai(prompt()),
    "openai-speech": _of_openai(speech()),
    "openai-chat": _of_openai(chat("Say hello")),
    "replicate": _of_queue(
        replicate.ReplicateServer,
        replicate.KEY,
        "black-forest-labs/flux-schnell",
        Kind.IMAGE,
        path="/v1",
        options=lambda address: {"profile": "replicate"},
    ),
    "fal": _of_queue(fal.FalServer, fal.KEY, "fal-ai/flux/dev", Kind.IMAGE, options=_fal_options),
    "videos": _of_queue(
        videos.VideosServer,
        videos.KEY,
        "wan-2.5",
        Kind.VIDEO,
        path="/v1",
        options=lambda address: {"profile": "videos"},
    ),
    "comfyui": Case(
        comfyui.connect,
        ComfyServer,
        Order(Task.MODEL, "flux", kind=Kind.IMAGE, prompt="A linen chair"),
        None,
        models=({"id": "flux", "type": "image", "workflow": "flux.json"},),
    ),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("check", CHECKS)
async def test_it_keeps_the_promises_of_the_contract(check: str, case: str, tmp_path: Path) -> None:
    one = CASES[case]
    server = one.serve()
    (tmp_path / "flux.json").write_text(json.dumps(GRAPH))
    with serving(server.app()) as address:
        if hasattr(server, "address"):
            server.address = address

        async def billed() -> int:
            return len(server.ledger)

        settings = ProviderSettings(
            "tested",
            case.partition("-")[0],
            f"{address}{one.path}",
            api_key=one.key,
            options=one.options(address),
            models=one.models,
            folder=tmp_path,
        )
        bench = Bench(
            connect=one.connect,
            settings=settings,
            order=one.order,
            billed=billed,
            folder=tmp_path / "made",
            check_seconds=30,
        )
        await run_check(CHECKS[check], bench)
