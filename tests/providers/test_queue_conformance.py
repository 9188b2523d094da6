"""The checks that ship for adapters, on every profile that ships, on a profile of one's own, and on ComfyUI."""

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from limner.providers import comfyui, queue
from limner.providers.conformance import CHECKS, Bench, run_check
from limner.types import Kind, ProviderSettings

from .fakes import fal, replicate, videos
from .fakes.comfyui import ComfyServer
from .fakes.serving import serving
from .queues import order
from .test_comfyui import GRAPH, MODEL

pytestmark = pytest.mark.anyio


def counted(server: Any) -> Callable[[], Awaitable[int]]:
    async def billed() -> int:
        return len(server.ledger)

    return billed


def queue_bench(
    profile: str, server: Any, key: str, target: str, kind: Kind, address: str, folder: Path
) -> Bench:
    models = ({"id": target, "type": kind.value},)
    settings = ProviderSettings(
        "q", "queue", address, api_key=key, models=models, options={"profile": profile}
    )
    return Bench(
        connect=queue.connect,
        settings=settings,
        order=order(target, kind),
        billed=counted(server),
        folder=folder,
        check_seconds=30,
    )


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("profile", ["replicate", "fal", "videos"])
async def test_a_profile_keeps_every_promise(profile: str, check: str, tmp_path: Path) -> None:
    server, key, target, kind, below = {
        "replicate": (replicate.ReplicateServer(), replicate.KEY, "owner/flux", Kind.IMAGE, "/v1"),
        "fal": (fal.FalServer(), fal.KEY, "fal-ai/flux/dev", Kind.IMAGE, ""),
        "videos": (videos.VideosServer(), videos.KEY, "wan-2.2", Kind.VIDEO, "/v1"),
    }[profile]
    with serving(server.app()) as base_url:
        await run_check(
            CHECKS[check], queue_bench(profile, server, key, target, kind, base_url + below, tmp_path)
        )


@pytest.mark.parametrize("check", CHECKS)
async def test_comfyui_keeps_every_promise(check: str, tmp_path: Path) -> None:
    server = ComfyServer()
    (tmp_path / "flux.json").write_text(json.dumps(GRAPH))
    with serving(server.app()) as base_url:
        settings = ProviderSettings(
            "comfy", "comfyui", base_url, models=(MODEL,), folder=tmp_path, submit_seconds=3.0
        )
        bench = Bench(
            connect=comfyui.connect,
            settings=settings,
            order=order("flux"),
            billed=counted(server),
            folder=tmp_path,
            check_seconds=120,
        )
        await run_check(CHECKS[check], bench)
