"""What providers offer, as it is known here: asked in the background, remembered, not ready when they are silent."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
import pytest

from limner.errors import NotAccepted
from limner.providers.desk import ProviderDesk
from limner.providers.openai import connect
from limner.types import Availability, ProviderProblem, ProviderSettings

from .fakes.openai_server import KEY, openai_server
from .fakes.serving import start
from .openai_orders import no_fetch

pytestmark = pytest.mark.anyio

PATIENCE = 20


@asynccontextmanager
async def served(desk: ProviderDesk) -> AsyncIterator[None]:
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(desk.serve)
        yield
        tasks.cancel_scope.cancel()
    await desk.aclose()


def desk_of(address: str, **problems: ProviderProblem) -> ProviderDesk:
    settings = ProviderSettings("acme", "openai", address, api_key=KEY, max_jobs=3)
    provider = connect(settings, fetch=no_fetch)
    return ProviderDesk({"acme": provider}, problems, refresh_seconds=0.1, retry_seconds=0.1)


async def until_changed(desk: ProviderDesk, version: int) -> None:
    with anyio.fail_after(PATIENCE):
        while desk.version == version:  # noqa: ASYNC110  # what is waited for happens at a server in a thread
            await anyio.sleep(0.02)


async def test_the_first_question_waits_for_the_first_answers_and_changes_are_noticed() -> None:
    with openai_server(listing=[{"id": "gpt-image-2"}]) as server:
        desk = desk_of(server.v1)
        async with served(desk):
            assert [model.model_id for model in await desk.models()] == ["acme/gpt-image-2"]
            version = desk.version
            server.listing.append({"id": "tts-1"})
            await until_changed(desk, version)
            assert [model.model_id for model in await desk.models()] == ["acme/gpt-image-2", "acme/tts-1"]
            assert desk.problems() == {}
            assert (desk.get("acme").settings.name, desk.places("acme").total_tokens) == ("acme", 3)


async def test_what_a_silent_provider_offered_last_stays_known_and_is_not_ready() -> None:
    with openai_server(listing=[{"id": "gpt-image-2"}]) as server:
        desk = desk_of(server.v1)
        async with served(desk):
            assert [model.availability for model in await desk.models()] == [Availability.READY]
            version, server.key = desk.version, "another key"
            await until_changed(desk, version)
            assert [model.availability for model in await desk.models()] == [Availability.NEEDS_PROVIDER]
            assert "401" in desk.problems()["acme"]
            version, server.key = desk.version, KEY
            await until_changed(desk, version)
            assert [model.availability for model in await desk.models()] == [Availability.READY]
            assert desk.problems() == {}


async def test_a_provider_that_cannot_be_asked_says_why_and_keeps_nobody_waiting() -> None:
    problem = ProviderProblem("OTHER_KEY is not set.", "Set it.")
    with openai_server(listing=[{"id": "tts-1"}]) as server:
        desk = desk_of(server.v1, other=problem)
        async with served(desk):
            assert len(await desk.models()) == 1
            assert desk.problems() == {"other": "OTHER_KEY is not set. Set it."}
            for name, said in (("other", "OTHER_KEY is not set"), ("nobody", "no provider nobody")):
                with pytest.raises(NotAccepted, match=said) as refused:
                    desk.get(name)
                assert (refused.value.code, refused.value.is_passing) == ("needs_provider", False)


async def test_without_providers_nothing_is_waited_for() -> None:
    desk = ProviderDesk({}, {})
    with anyio.fail_after(1):
        assert await desk.models() == []


async def test_a_provider_that_is_down_offers_nothing_and_says_so() -> None:
    with openai_server(listing=[{"id": "tts-1"}]) as server:
        app = server.app()
        late = start(app)
        late.stop()
        desk = desk_of(f"{late.base_url}/v1")
        async with served(desk):
            assert await desk.models() == []
            assert "cannot" in desk.problems()["acme"] or "not answer" in desk.problems()["acme"]
