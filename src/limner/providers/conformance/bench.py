"""What the checks are given: an adapter, a server that it speaks to, things to order, and the server's own ledger."""

import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias

import anyio

from limner.errors import InvalidInput
from limner.providers.contract import Provider
from limner.providers.registry import Connect
from limner.providers.wire import Fetch
from limner.types import Made, Order, ProviderSettings, Ticket


class NotConforming(AssertionError):
    """An adapter does not keep a promise of `limner.providers.contract`; the message says which, and what it did."""


async def _no_fetch(address: str, field: str, target: Path) -> None:
    raise InvalidInput.of(
        field, f"the bench has no file from elsewhere, and {address!r} is not the server's own"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """One adapter with a server to work against. A job costs nothing there: the ledger only counts."""

    connect: Connect
    settings: ProviderSettings
    """Of the running server, by http:// on loopback; with a key, if the server wants one."""
    order: Order
    """Something that the server makes within seconds, among the models or techniques that it offers."""
    billed: Callable[[], Awaitable[int]]
    """How many jobs the server has taken on so far. It counts one before it answers."""
    folder: Path
    """An empty folder for what is made."""
    fetch: Fetch = _no_fetch
    check_seconds: float = 60.0
    """Until one check must be over."""

    @asynccontextmanager
    async def provider(self, **changes: Any) -> AsyncIterator[Provider]:
        """Connect anew, as another process would. changes: to the settings."""
        provider = self.connect(replace(self.settings, **changes), fetch=self.fetch)
        try:
            yield provider
        finally:
            with anyio.CancelScope(shield=True):
                await provider.aclose()

    def new_folder(self) -> Path:
        """Return a folder of its own for one result."""
        folder = self.folder / secrets.token_hex(6)
        folder.mkdir(parents=True)
        return folder

    async def submit(self, provider: Provider, key: str | None = None) -> Ticket | Made:
        """Submit the order, by default under a new key."""
        return await provider.submit(self.order, key or new_key(), self.new_folder())

    async def collect(self, provider: Provider, submitted: Ticket | Made) -> Made:
        """Return what was made, at once or in the end."""
        if isinstance(submitted, Made):
            return submitted
        return await provider.result(submitted, self.order, self.new_folder(), lambda fraction, message: None)


Check: TypeAlias = Callable[[Bench], Awaitable[None]]
"""Raises NotConforming; any other error is the adapter's, and a failure too."""


def new_key() -> str:
    """Return a key such as the engine's: 64 hexadecimal digits."""
    return secrets.token_hex(32)


def require(is_so: bool, otherwise: str) -> None:
    """Raise NotConforming unless something is so."""
    if not is_so:
        raise NotConforming(otherwise)


async def run_check(check: Check, bench: Bench) -> None:
    """Run one check within its time. Raises: NotConforming, whatever went wrong."""
    try:
        with anyio.fail_after(bench.check_seconds):
            await check(bench)
    except Exception as raised:  # noqa: BLE001  # whatever an adapter raises is what the check found
        error = _cause(raised)
        match error:
            case NotConforming():
                raise error from None
            case TimeoutError():
                raise NotConforming(f"it was not over after {bench.check_seconds:g} s") from error
            case _:
                raise NotConforming(f"it raised {type(error).__name__}: {error}") from error


def _cause(raised: Exception) -> Exception:
    """Return what went wrong first, out of the groups that servers on the way wrap it in."""
    while isinstance(raised, ExceptionGroup):
        raised = raised.exceptions[0]
    return raised


async def run_checks(bench: Bench, checks: Mapping[str, Check] | None = None) -> None:
    """Run all checks. Raises: NotConforming, which names each that failed and why."""
    from limner.providers.conformance.checks import CHECKS

    found = []
    for name, check in (checks or CHECKS).items():
        try:
            await run_check(check, bench)
        except NotConforming as error:
            found.append(f"{name}: {error}")
    require(not found, "\n".join(found))
