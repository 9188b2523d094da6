"""Providers that answer with the result itself: kept or counted whatever stops the work, and no second one is asked."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from limner.types import Status
from providers.fakes.openai_server import KEY, OpenAIServer
from providers.fakes.serving import serving

from .buying import day_sum, ended, ledger, shop, until, wish
from .workshop import opened

pytestmark = pytest.mark.anyio
PRICE = 0.02


class Gated:
    """Lets what makes something through when its gate is open."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self.gate = threading.Event()
        self.waiting = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["method"] == "POST":
            self.waiting += 1
            await opened(self.gate)
        await self._app(scope, receive, send)


@contextmanager
def painter() -> Iterator[tuple[OpenAIServer, Gated, str]]:
    """Serve one; yield it, its gate (closed), and its address."""
    server = OpenAIServer(listing=[{"id": "gpt-image-2"}])
    gated = Gated(server.app())
    with serving(gated) as base_url:
        yield server, gated, base_url


def section(name: str, base_url: str) -> str:
    return (
        f'{name} = {{type = "openai", base_url = "{base_url}/v1", api_key_env = "PAINT_KEY", '
        f'models = [{{id = "gpt-image-2", type = "image", price_usd = {PRICE}}}]}}\n'
    )


async def test_a_result_that_comes_while_the_process_ends_is_kept_and_charged_once(home: Path) -> None:
    with painter() as (server, gated, base_url):
        settings = section("paint", base_url)
        async with shop(home, settings, PAINT_KEY=KEY) as studio:
            started = await studio.start_run("local", wish())
            await until(lambda: gated.waiting)
            threading.Timer(0.5, gated.gate.set).start()
        async with shop(home, settings, PAINT_KEY=KEY) as studio:
            view = await studio.wait("local", started.run.run_id, 60)
    assert (view.run.status, view.run.charged_usd) == (Status.COMPLETED, PRICE)
    assert (len(server.ledger), ledger(home)) == (1, [("paint", "settled", PRICE)])


@pytest.mark.parametrize("answers", [True, False])
async def test_a_call_under_way_when_its_run_is_cancelled_counts(home: Path, answers: bool) -> None:
    with painter() as (server, gated, base_url):
        settings = section("paint", base_url)
        async with shop(home, settings, PAINT_KEY=KEY) as studio:
            started = await studio.start_run("local", wish())
            await until(lambda: gated.waiting)
            cancelled = await studio.cancel_run("local", started.run.run_id)
            assert (cancelled.run.charged_usd, ledger(home)) == (PRICE, [("paint", "unknown", PRICE)])
            if answers:
                gated.gate.set()
                await until(lambda: ledger(home) == [("paint", "settled", PRICE)])
        view = await _read(home, started.run.run_id)
        gated.gate.set()
        await until(lambda: server.ledger or not answers)
    assert (view.run.status, view.run.charged_usd, day_sum(home)) == (Status.CANCELLED, PRICE, PRICE)
    assert ledger(home) == [("paint", "settled" if answers else "unknown", PRICE)]


async def test_what_one_provider_will_not_show_no_other_is_asked_for(home: Path) -> None:
    with painter() as (first, one, asked), painter() as (second, two, spare):
        one.gate.set()
        two.gate.set()
        first.faults = ["safety"]
        both = section("paint", asked) + section("spare", spare)
        async with shop(home, both, PAINT_KEY=KEY) as studio:
            view = await ended(studio, wish())
    assert (view.run.status, (view.run.error or {})["code"]) == (Status.FAILED, "safety_blocked")
    assert (view.run.charged_usd, first.ledger, second.ledger, two.waiting) == (0, [], [], 0)
    assert ledger(home) == [("paint", "released", 0)]


async def _read(home: Path, run_id: str) -> Any:
    async with shop(home, works=False) as studio:
        return await studio.get_run("local", run_id)
