"""The checks that ship for adapters: a sound one passes all; each broken promise is caught by its check."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from limner.errors import NotAccepted, OutcomeUnknown, ProviderFailed
from limner.providers.conformance import CHECKS, Bench, NotConforming, run_check, run_checks
from limner.types import Kind, Made, MediaFile, Offers, Order, ProviderSettings, Task, Ticket

from .fakes.serving import serving
from .fakes.stamp import KEY, StampServer
from .third_party.limner_stamp import StampProvider

pytestmark = pytest.mark.anyio


class Stamps:
    """The stamp server as it runs, and a bench of any adapter before it."""

    def __init__(self, server: StampServer, base_url: str, folder: Path) -> None:
        self.server = server
        self.base_url = base_url
        self.folder = folder

    async def billed(self) -> int:
        return len(self.server.by_key)

    def bench(self, adapter: type = StampProvider) -> Bench:
        return Bench(
            connect=lambda settings, *, fetch: adapter(settings, fetch),
            settings=ProviderSettings("stamps", "stamp", self.base_url, api_key=KEY),
            order=Order(Task.MODEL, "stamp-1", kind=Kind.IMAGE, prompt="PAID"),
            billed=self.billed,
            folder=self.folder,
            check_seconds=20,
        )


@pytest.fixture
def stamps(tmp_path: Path) -> Iterator[Stamps]:
    server = StampServer()
    with serving(server.app()) as base_url:
        yield Stamps(server, base_url, tmp_path)


async def test_a_sound_adapter_passes_every_check(stamps: Stamps) -> None:
    await run_checks(stamps.bench())
    assert len(stamps.server.by_key) > len(CHECKS)


class NamesNoProvider(StampProvider):
    async def offers(self) -> Offers:
        found = await super().offers()
        return Offers(tuple(replace(each, model_id=each.native_id) for each in found.models))


class OffersNothing(StampProvider):
    async def offers(self) -> Offers:
        return Offers()


class MakesPages(StampProvider):
    async def result(self, ticket: Ticket, order: Order, folder: Path, on_progress: Any) -> Made:
        made = await super().result(ticket, order, folder, on_progress)
        (item,) = made.items
        assert isinstance(item.value, MediaFile)
        item.value.path.write_text("<html>expired</html>")
        return made


class MakesElsewhere(StampProvider):
    async def result(self, ticket: Ticket, order: Order, folder: Path, on_progress: Any) -> Made:
        return await super().result(ticket, order, folder.parent, on_progress)


class SendsTwice(StampProvider):
    async def submit(self, order: Order, key: str, folder: Path) -> Ticket:
        try:
            return await super().submit(order, key, folder)
        except OutcomeUnknown:
            return await super().submit(order, key[::-1], folder)


class ForgetsTheKey(StampProvider):
    async def submit(self, order: Order, key: str, folder: Path) -> Ticket:
        return await super().submit(order, folder.name * 6, folder)


class SharesAKey(StampProvider):
    async def submit(self, order: Order, key: str, folder: Path) -> Ticket:
        return await super().submit(order, "the-key", folder)


class KeepsTicketsInMemory(StampProvider):
    def __init__(self, settings: ProviderSettings, fetch: Any) -> None:
        super().__init__(settings, fetch)
        self._ids: list[str] = []

    async def submit(self, order: Order, key: str, folder: Path) -> Ticket:
        self._ids.append((await super().submit(order, key, folder)).job_id)
        return Ticket(str(len(self._ids) - 1))

    async def result(self, ticket: Ticket, order: Order, folder: Path, on_progress: Any) -> Made:
        return await super().result(Ticket(self._ids[int(ticket.job_id)]), order, folder, on_progress)


class CollectsBySendingAgain(StampProvider):
    async def result(self, ticket: Ticket, order: Order, folder: Path, on_progress: Any) -> Made:
        again = await super().submit(order, folder.name * 6, folder)
        return await super().result(again, order, folder, on_progress)


class FearsTheWorst(StampProvider):
    async def submit(self, order: Order, key: str, folder: Path) -> Ticket:
        try:
            return await super().submit(order, key, folder)
        except NotAccepted as error:
            raise OutcomeUnknown(str(error)) from error


class HopesForTheBest(StampProvider):
    async def submit(self, order: Order, key: str, folder: Path) -> Ticket:
        try:
            return await super().submit(order, key, folder)
        except OutcomeUnknown as error:
            raise NotAccepted(str(error)) from error


class IgnoresRetryAfter(StampProvider):
    async def submit(self, order: Order, key: str, folder: Path) -> Ticket:
        try:
            return await super().submit(order, key, folder)
        except NotAccepted as error:
            raise NotAccepted(str(error), is_passing=error.is_passing) from error


class TrustsAnyAnswer(StampProvider):
    async def submit(self, order: Order, key: str, folder: Path) -> Ticket:
        return Ticket(
            (await self._wire.send_json("POST", "jobs", json=_wanted(order), headers=_key(key)))["id"]
        )


class GivesUp(StampProvider):
    async def result(self, ticket: Ticket, order: Order, folder: Path, on_progress: Any) -> Made:
        await self._wire.ask("GET", f"jobs/{ticket.job_id}")
        return await super().result(ticket, order, folder, on_progress)


class WaitsForEver(StampProvider):
    async def result(self, ticket: Ticket, order: Order, folder: Path, on_progress: Any) -> Made:
        return await self._collected(ticket, folder, on_progress)


class SaysItIsStopped(StampProvider):
    async def cancel(self, ticket: Ticket) -> bool:
        return True


class PutsTheKeyIntoTickets(StampProvider):
    async def submit(self, order: Order, key: str, folder: Path) -> Ticket:
        ticket = await super().submit(order, key, folder)
        return Ticket(ticket.job_id, {"headers": {"authorization": f"Bearer {self.settings.api_key}"}})


class QuotesTheServer(StampProvider):
    async def submit(self, order: Order, key: str, folder: Path) -> Ticket:
        try:
            return await super().submit(order, key, folder)
        except NotAccepted as error:
            said = f"{error} The key was {self.settings.api_key}."
            raise NotAccepted(
                said, is_passing=error.is_passing, retry_after_seconds=error.retry_after_seconds
            ) from error


def _wanted(order: Order) -> dict[str, str]:
    return {"model": order.target, "text": order.prompt, "ink": "red"}


def _key(key: str) -> dict[str, str]:
    return {"idempotency-key": key}


@pytest.mark.parametrize(
    ("adapter", "check", "words"),
    [
        (NamesNoProvider, "offers_what_is_ordered", "does not begin with 'stamps/'"),
        (OffersNothing, "offers_what_is_ordered", "does not name 'stamp-1'"),
        (MakesPages, "makes_real_media", "is called image/png, and is text/html"),
        (MakesElsewhere, "makes_real_media", "is not in the folder given"),
        (ForgetsTheKey, "keeps_the_promise_of_keys", "the same key was billed 2 times"),
        (SharesAKey, "keeps_the_promise_of_keys", "two keys were billed 1 times"),
        (KeepsTicketsInMemory, "collects_in_another_process", "IndexError"),
        (CollectsBySendingAgain, "collects_in_another_process", "collecting billed 1 jobs"),
        (CollectsBySendingAgain, "collects_twice", "collecting twice billed 2 jobs"),
        (FearsTheWorst, "says_that_nothing_was_accepted", "is OutcomeUnknown, not NotAccepted"),
        (IgnoresRetryAfter, "says_that_nothing_was_accepted", "retry_after_seconds is None"),
        (HopesForTheBest, "never_resends_what_may_be_billed", "the order is NotAccepted"),
        (SendsTwice, "never_resends_what_may_be_billed", "2 jobs are billed"),
        (TrustsAnyAnswer, "never_resends_what_may_be_billed", "TypeError"),
        (GivesUp, "waits_within_its_time", "the result is NotAccepted"),
        (WaitsForEver, "waits_within_its_time", "was not over after"),
        (SaysItIsStopped, "answers_cancelling", "it had a result"),
        (PutsTheKeyIntoTickets, "shows_no_secret", "the key shows in what submit returned"),
        (QuotesTheServer, "shows_no_secret", "the key shows in the error after 401"),
    ],
)
async def test_an_adapter_that_breaks_a_promise_is_told_which(
    stamps: Stamps, adapter: type, check: str, words: str
) -> None:
    bench = stamps.bench(adapter)
    if adapter is WaitsForEver:
        bench = replace(bench, check_seconds=4)
    with pytest.raises(NotConforming) as caught:
        await run_check(CHECKS[check], bench)
    assert words in str(caught.value)


async def test_all_that_is_wrong_is_said_at_once(stamps: Stamps) -> None:
    with pytest.raises(NotConforming) as caught:
        await run_checks(
            stamps.bench(SaysItIsStopped), {name: CHECKS[name] for name in ("answers_cancelling",)}
        )
    assert str(caught.value).startswith("answers_cancelling: ")


async def test_a_job_that_is_stopped_ends_without_a_result(stamps: Stamps) -> None:
    bench = stamps.bench()
    async with bench.provider() as provider:
        ticket = await bench.submit(provider)
        assert await provider.cancel(ticket) is True
        with pytest.raises(ProviderFailed, match="stopped"):
            await bench.collect(provider, ticket)
