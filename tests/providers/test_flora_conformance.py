"""The FLORA adapter keeps every promise of the contract, for techniques and models, however the account repeats."""

from pathlib import Path

import pytest

from limner.providers.conformance import CHECKS, Bench, run_check
from limner.providers.flora import connect
from limner.types import Order, ProviderSettings

from .fakes.flora_server import KEY, flora_server
from .flora import flux, grid

pytestmark = pytest.mark.anyio

CASES: dict[str, tuple[Order, str]] = {
    "a technique, 409": (grid(), "named"),
    "a technique, replayed": (grid(), "replay"),
    "a model, 409 with the run": (flux(), "named"),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("check", CHECKS)
async def test_it_keeps_the_contract(check: str, case: str, tmp_path: Path) -> None:
    order, repeats = CASES[case]
    with flora_server(repeats=repeats) as (address, server):

        async def billed() -> int:
            return len(server.ledger)

        bench = Bench(
            connect=connect,
            settings=ProviderSettings("flora", "flora", address, api_key=KEY),
            order=order,
            billed=billed,
            folder=tmp_path,
            check_seconds=30,
        )
        await run_check(CHECKS[check], bench)
