"""What runs are charged: the price of the technique, once, and only for a result."""

from pathlib import Path
from typing import Any

import pytest

from limner.app.requests import RunFilter, StartRequest
from limner.app.studio import Studio
from limner.config import read_settings
from limner.errors import BudgetExceeded, ConsentNeeded
from limner.server import open_studio
from limner.store import SqliteStore
from limner.types import Disposition, Status

from .test_running import COFFEE, HEAD, finish, studio_with

pytestmark = pytest.mark.anyio
PRICED = f"""
technique_id: tech_priced
price_usd: 2.50
{HEAD}
inputs: [{{id: words, name: Words, type: text, description: Words.}}]
steps: {{code: {{action: qr-code-generator, inputs: {{text: $inputs.words}}}}}}
outputs: [{{id: image, name: Image, type: imageUrl, from: $steps.code.image}}]
"""
FAILING = f"""
technique_id: tech_failing
price_usd: 1.00
{HEAD}
inputs: [{{id: image, name: Image, type: imageUrl, description: A picture.}}]
steps: {{film: {{action: ken-burns-video, inputs: {{image: $inputs.image}}, params: {{duration: 20}}}}}}
outputs: [{{id: film, name: Film, type: videoUrl, from: $steps.film.video}}]
"""
NESTING = f"""
technique_id: tech_nesting
price_usd: 0.75
{HEAD}
inputs: [{{id: words, name: Words, type: text, description: Words.}}]
steps: {{inner: {{technique: tech_priced, inputs: {{words: $inputs.words}}}}}}
outputs: [{{id: image, name: Image, type: imageUrl, from: $steps.inner.image}}]
"""


def wish(words: str, **more: Any) -> StartRequest:
    return StartRequest(technique_id="priced", revision="draft", inputs={"words": words}, **more)


async def spent_and_reserved(studio: Studio) -> tuple[float, float]:
    today = await studio.spending("local")
    return today["spent_usd"], today["reserved_usd"]


async def test_a_completed_run_is_charged_its_price_once_however_often_it_is_asked_for(home: Path) -> None:
    async with studio_with(home, PRICED) as studio:
        done = await finish(studio, "priced", {"words": "a"}, idempotency_key="k")
        again = await studio.start_run("local", wish("a", idempotency_key="k"), may_spend_usd=0)
        today = await studio.spending("local")
    assert (done.run.status, done.run.estimated_usd, done.run.charged_usd) == (Status.COMPLETED, 2.5, 2.5)
    assert (again.run, again.disposition) == (done.run, Disposition.REPLAYED)
    assert (today["spent_usd"], today["reserved_usd"], today["budget_usd"]) == (2.5, 0, None)


async def test_a_run_that_a_dead_process_left_is_charged_once(home: Path) -> None:
    async with studio_with(home, PRICED):
        pass  # the file is made, and nothing is under way
    settings = read_settings({"LIMNER_HOME": str(home)})
    async with open_studio(settings, works=False) as studio:
        started = await studio.start_run("local", wish("a"))
        assert await spent_and_reserved(studio) == (0, 2.5)
    store = SqliteStore(settings.database)
    await store.open()
    await store.claim("a-process-that-died", 1)
    await store.release("a-process-that-died", died=True)
    await store.close()
    async with open_studio(settings) as studio:
        done = await studio.wait("local", started.run.run_id, 60)
        assert await spent_and_reserved(studio) == (2.5, 0)
    assert (done.run.status, done.run.attempt, done.run.charged_usd) == (Status.COMPLETED, 2, 2.5)


async def test_a_run_that_fails_is_charged_nothing(home: Path) -> None:
    async with studio_with(home, FAILING):
        pass
    settings = read_settings(
        {
            "LIMNER_HOME": str(home),
            "LIMNER_INPUT_ROOTS": str(Path(COFFEE).parent),
            "LIMNER_MAX_FRAMES": "100",
        }
    )
    async with open_studio(settings) as studio:
        failed = await finish(studio, "failing", {"image": COFFEE})
        assert await spent_and_reserved(studio) == (0, 0)
    assert (failed.run.status, failed.run.estimated_usd, failed.run.charged_usd) == (Status.FAILED, 1, 0)


async def test_a_run_that_is_cancelled_is_charged_nothing(home: Path) -> None:
    async with studio_with(home, PRICED):
        pass
    async with open_studio(read_settings({"LIMNER_HOME": str(home)}), works=False) as studio:
        started = await studio.start_run("local", wish("a"))
        cancelled = await studio.cancel_run("local", started.run.run_id)
        assert await spent_and_reserved(studio) == (0, 0)
    assert (cancelled.run.status, cancelled.run.charged_usd) == (Status.CANCELLED, 0)


async def test_a_nested_technique_adds_nothing_to_the_price(home: Path) -> None:
    async with studio_with(home, PRICED, NESTING) as studio:
        request = StartRequest(technique_id="nesting", revision="draft", inputs={"words": "a"})
        priced = await studio.price("local", request)
        done = await finish(studio, "nesting", {"words": "a"})
    rows = [
        {"step": "tech_nesting", "estimated_usd": 0.75, "count": 1},
        {"step": "inner/code", "estimated_usd": 0, "count": 1},
    ]
    assert priced == {"estimated_usd": 0.75, "by_step": rows}
    assert (done.run.status, done.run.charged_usd) == (Status.COMPLETED, 0.75)


async def test_nothing_is_started_until_someone_agrees_and_then_it_need_not_be_prepared_again(
    home: Path,
) -> None:
    async with studio_with(home, PRICED) as studio:
        prepared = await studio.prepare("local", wish("a", idempotency_key="k"))
        with pytest.raises(ConsentNeeded) as asked:
            await studio.start(prepared, may_spend_usd=1)
        assert (await studio.list_runs("local", RunFilter())).items == ()
        with pytest.raises(BudgetExceeded):
            await studio.start_run("local", wish("a", max_cost_usd=1), may_spend_usd=5)
        started = await studio.start(prepared, may_spend_usd=asked.value.estimated_usd)
        by_cap = await studio.start_run("local", wish("b", max_cost_usd=2.5), may_spend_usd=1)
    assert started.disposition is by_cap.disposition is Disposition.CREATED
