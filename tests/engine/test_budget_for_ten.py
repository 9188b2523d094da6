"""A hundred paid runs at once against a budget for ten, from two processes that are killed: ten are made, once each."""

import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import pytest
from anyio.streams.text import TextReceiveStream

from limner.errors import BudgetExceeded
from limner.types import Status
from providers.fakes.serving import serving

from .buying import day_sum, environment, ledger, shop, until, wish
from .workshop import PRICE, Workshop

pytestmark = pytest.mark.anyio
BUDGET = 10 * PRICE
ALL_LINES = 52
"""`ready`, one for each of fifty calls, `all`."""


@asynccontextmanager
async def crowd(home: Path, section: str, name: str) -> AsyncIterator[tuple[Any, list[str]]]:
    """Yield a process that is ready to start fifty runs, and the lines that it prints; it is killed at the end."""
    script = str(Path(__file__).with_name("crowd.py"))
    inherited = {"PATH": "/usr/bin:/bin", "HOME": str(home)}
    own = environment(home, section, LIMNER_DAILY_BUDGET_USD=str(BUDGET))
    lines: list[str] = []
    async with await anyio.open_process(
        [sys.executable, "-I", script, name], env={**inherited, **own}, stderr=None
    ) as process:
        assert process.stdout is not None
        text = TextReceiveStream(process.stdout)

        async def read() -> None:
            rest = ""
            async for part in text:
                *whole, rest = (rest + part).split("\n")
                lines.extend(whole)

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(read)
            await until(lambda: lines)
            try:
                yield process, lines
            finally:
                process.kill()


async def test_ten_of_a_hundred_run_ninety_are_told_what_is_left_and_the_ledger_balances_after_a_crash(
    home: Path, unmeasured: None
) -> None:
    workshop = Workshop(takes_keys=True)
    workshop.is_done.clear()
    with serving(workshop.app()) as base_url:
        section = workshop.section("one", base_url)
        async with (
            crowd(home, section, "left") as (left, some),
            crowd(home, section, "right") as (right, others),
        ):
            for process in (left, right):
                await process.stdin.aclose()
            await until(lambda: len(some) + len(others) == 2 * ALL_LINES and len(workshop.jobs) >= 4)
        killed_with = [state for _, state, _ in ledger(home)]
        answers = [json.loads(line) for line in (*some, *others) if line.startswith("{")]
        started = [answer["started"] for answer in answers if "started" in answer]
        refused = [answer["refused"] for answer in answers if "refused" in answer]
        assert (len(started), len(refused)) == (10, 90)
        for each in refused:
            assert each["code"] == "budget_exceeded"
            assert each["budget_usd"] == pytest.approx(BUDGET)
            assert each["spent_usd"] + each["reserved_usd"] == pytest.approx(BUDGET)
            assert each["left_usd"] == 0
            assert "$0.20 is reserved for runs under way: $0.00 is left" in each["message"]
        assert killed_with
        assert "settled" not in killed_with

        workshop.is_done.set()
        async with shop(home, section, LIMNER_DAILY_BUDGET_USD=str(BUDGET)) as studio:
            views = [await studio.wait("local", run_id, 60) for run_id in started]
            with pytest.raises(BudgetExceeded, match=r"\$0.20 is spent and \$0.00 is reserved"):
                await studio.start_run("local", wish("One more"))
            statement = await studio.costs()
    assert [(view.run.status, view.run.charged_usd) for view in views] == [(Status.COMPLETED, PRICE)] * 10
    assert workshop.states == ["READY"] * 10
    assert ledger(home) == [("one", "settled", PRICE)] * 10
    assert day_sum(home) == statement["charged_usd"] == workshop.billed_usd == pytest.approx(BUDGET)
    assert (statement["requests"], statement["unknown"], statement["under_way"]["lines"]) == (10, 0, [])
