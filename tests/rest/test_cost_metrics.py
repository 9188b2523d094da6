"""What providers were paid, as the operator's metrics say it."""

from pathlib import Path

import pytest

from engine.buying import ended, environment, wish
from engine.workshop import PRICE, Workshop
from limner.config import read_settings
from limner.rest.metrics import Metrics
from limner.server import open_studio
from limner.types import Backlog
from providers.fakes.serving import serving

pytestmark = pytest.mark.anyio


async def test_charges_are_counted_in_all_and_by_provider(home: Path) -> None:
    workshop, metrics = Workshop(), Metrics()
    with serving(workshop.app()) as base_url:
        settings = read_settings(environment(home, workshop.section("one", base_url)))
        async with open_studio(settings, on_end=metrics.run_ended) as studio:
            await ended(studio, wish(["a", "b"]))
    told = metrics.render(Backlog(0, 0, None, 0), 0.0).decode().splitlines()
    assert f"limner_charged_usd_total {2 * PRICE}" in told
    assert f'limner_provider_charged_usd_total{{provider="one"}} {2 * PRICE}' in told
