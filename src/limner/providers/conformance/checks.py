"""The checks, each a promise of `limner.providers.contract`."""

import json
from collections.abc import Mapping
from functools import partial
from types import MappingProxyType

from limner.errors import LimnerError, NotAccepted, OutcomeUnknown, ProviderFailed
from limner.providers.conformance.bench import Bench, Check, new_key, require
from limner.providers.conformance.between import answer, closed_address, garbling, passing_on, standing_in
from limner.providers.conformance.soundness import (
    contents,
    is_offered,
    require_made,
    require_progress,
    require_sound,
)
from limner.types import Made, Ticket

LOST = {
    "the connection was closed": None,
    "it was answered 500": answer("500 Internal Server Error", b"out of order"),
    "a proxy answered 502": answer("502 Bad Gateway", b"<html>Bad gateway</html>", "content-type: text/html"),
    "the answer was a page": answer("200 OK", b"<html>Welcome</html>", "content-type: text/html"),
    "the answer was cut short": answer("200 OK", b'{"id": "job-', "content-type: application/json"),
    "the answer was null": answer("200 OK", b"null", "content-type: application/json"),
    "the answer was a list": answer("200 OK", b"[]", "content-type: application/json"),
    "the answer was empty": answer("200 OK", b"{}", "content-type: application/json"),
}
"""What becomes of the answer to a request that was accepted."""
RETRY_AFTER_SECONDS = 7
SHORT_SECONDS = 1.0


async def offers_what_is_ordered(bench: Bench) -> None:
    """Models are described completely and truthfully, and what is ordered is among what is offered."""
    async with bench.provider() as provider:
        offers = await provider.offers()
    ids = [model.model_id for model in offers.models]
    require(len(set(ids)) == len(ids), f"two models of one id: {sorted(ids)}")
    for model in offers.models:
        require_sound(model, bench.settings.name)
    require(
        is_offered(bench.order, offers, bench.settings.name),
        f"offers() does not name {bench.order.target!r}",
    )


async def makes_real_media(bench: Bench) -> None:
    """One job is billed; what it made is there, in the folder that was given, and of the kind that was ordered."""
    before = await bench.billed()
    async with bench.provider() as provider:
        folder = bench.new_folder()
        submitted = await provider.submit(bench.order, new_key(), folder)
        if isinstance(submitted, Ticket):
            folder = bench.new_folder()
            submitted = await provider.result(submitted, bench.order, folder, require_progress)
    require_made(submitted, bench.order, folder)
    billed = await bench.billed() - before
    require(billed == 1, f"one order billed {billed} jobs")


async def keeps_the_promise_of_keys(bench: Bench) -> None:
    """With `takes_keys`, one key is one job however often it is sent; two keys are two jobs always."""
    key, before = new_key(), await bench.billed()
    async with bench.provider() as provider:
        await bench.submit(provider, key)
        if provider.takes_keys:
            again = await bench.submit(provider, key)
            billed = await bench.billed() - before
            require(billed == 1, f"takes_keys, and the same key was billed {billed} times")
            await bench.collect(provider, again)
        await bench.submit(provider)
    billed = await bench.billed() - before
    require(billed == 2, f"two keys were billed {billed} times")


async def collects_in_another_process(bench: Bench) -> None:
    """A ticket is JSON, and holds everything that is needed to collect: after a crash another process has only it."""
    async with bench.provider() as provider:
        submitted = await bench.submit(provider)
    if isinstance(submitted, Made):
        return
    stored = json.loads(json.dumps({"job_id": submitted.job_id, "handle": submitted.handle}))
    require(Ticket(**stored) == submitted, "the ticket is not the same after it went through JSON")
    before = await bench.billed()
    async with bench.provider() as another:
        folder = bench.new_folder()
        made = await another.result(Ticket(**stored), bench.order, folder, require_progress)
    require_made(made, bench.order, folder)
    billed = await bench.billed() - before
    require(billed == 0, f"collecting billed {billed} jobs")


async def collects_twice(bench: Bench) -> None:
    """Collecting again gives the same, and bills nothing."""
    async with bench.provider() as provider:
        submitted = await bench.submit(provider)
        if isinstance(submitted, Made):
            return
        before = await bench.billed()
        first, second = [await bench.collect(provider, submitted) for _ in range(2)]
    require(contents(first) == contents(second), "collected twice, the results differ")
    billed = await bench.billed() - before
    require(billed == 0, f"collecting twice billed {billed} jobs")


async def says_that_nothing_was_accepted(bench: Bench) -> None:
    """Where nobody listens, and where the server says 429 or 503, an order is NotAccepted and may be sent again."""
    await _require_passing(bench, await closed_address(bench.settings.base_url), "the connection was refused")
    before = await bench.billed()
    for status in ("429 Too Many Requests", "503 Service Unavailable"):
        reply = partial(_busy, status)
        async with standing_in(bench.settings.base_url, reply) as address:
            error = await _require_passing(bench, address, f"it was answered {status}")
        require(
            error.retry_after_seconds == RETRY_AFTER_SECONDS,
            f"{status} said retry-after: {RETRY_AFTER_SECONDS}; retry_after_seconds is {error.retry_after_seconds}",
        )
    billed = await bench.billed() - before
    require(billed == 0, f"orders that nobody took on billed {billed} jobs")


def _busy(status: str, head: bytes) -> bytes:
    return answer(status, b"busy", f"retry-after: {RETRY_AFTER_SECONDS}")


async def _require_passing(bench: Bench, address: str, why: str) -> NotAccepted:
    async with bench.provider(base_url=address) as provider:
        try:
            await bench.submit(provider)
        except NotAccepted as error:
            require(error.is_passing, f"{why}, and NotAccepted says that it does not pass")
            return error
        except LimnerError as error:
            require(False, f"{why}, and the order is {type(error).__name__}, not NotAccepted: {error}")
    raise AssertionError(f"{why}, and the order was taken for accepted")


async def never_resends_what_may_be_billed(bench: Bench) -> None:
    """When the answer to an accepted order is lost or cannot be read, it is OutcomeUnknown, and billed once.

    ProviderFailed will do, and so will a result: neither is sent again. With `takes_keys` the same key finds the job.
    """
    for why, instead in LOST.items():
        before, key = await bench.billed(), new_key()
        async with garbling(bench.settings.base_url, billed=bench.billed, instead=instead) as address:
            await _submit_into_the_void(bench, address, key, why)
        billed = await bench.billed() - before
        require(billed == 1, f"{why} after it was accepted, and {billed} jobs are billed")
        async with bench.provider() as provider:
            if provider.takes_keys:
                await bench.submit(provider, key)
                billed = await bench.billed() - before
                require(billed == 1, f"{why}; sent again with its key, {billed} jobs are billed")


async def _submit_into_the_void(bench: Bench, address: str, key: str, why: str) -> None:
    async with bench.provider(base_url=address) as provider:
        try:
            await bench.submit(provider, key)
        except (OutcomeUnknown, ProviderFailed):
            return
        except NotAccepted as error:
            require(False, f"{why} after it was accepted, and the order is NotAccepted: {error}")


async def waits_within_its_time(bench: Bench) -> None:
    """A result that cannot be had is asked for again until `result_seconds` are over: then it is ProviderFailed."""
    async with passing_on(bench.settings.base_url) as address, bench.provider(base_url=address) as provider:
        submitted = await bench.submit(provider)
    if isinstance(submitted, Made):
        return
    async with bench.provider(base_url=address, result_seconds=SHORT_SECONDS) as provider:
        try:
            await bench.collect(provider, submitted)
        except ProviderFailed:
            return
        except LimnerError as error:
            said = f"{type(error).__name__}: {error}"
            require(False, f"the server is away for longer than result_seconds, and the result is {said}")


async def answers_cancelling(bench: Bench) -> None:
    """`cancel` says whether the work is stopped; stopped work has no result, and other work has."""
    async with bench.provider() as provider:
        submitted = await bench.submit(provider)
        if isinstance(submitted, Made):
            return
        is_stopped = await provider.cancel(submitted)
        require(isinstance(is_stopped, bool), f"cancel returned {is_stopped!r}")
        try:
            await bench.collect(provider, submitted)
        except ProviderFailed:
            return
        except OutcomeUnknown as error:
            require(
                is_stopped, f"cancel said that the work goes on, and its result is OutcomeUnknown: {error}"
            )
            return
        require(not is_stopped, "cancel said that the work is stopped, and it had a result")


async def shows_no_secret(bench: Bench) -> None:
    """The key is in no `repr`, ticket, result or offer, nor in an error when the server's own words show it."""
    secret = bench.settings.api_key
    if secret is None:
        return
    async with bench.provider() as provider:
        submitted = await bench.submit(provider)
        made = await bench.collect(provider, submitted)
        shown = {
            "the provider's repr": repr(provider),
            "the settings' repr": repr(provider.settings),
            "what submit returned": repr(submitted),
            "the result": repr(made),
            "the offers": repr(await provider.offers()),
        }
    for status in ("401 Unauthorized", "500 Internal Server Error"):
        async with standing_in(bench.settings.base_url, partial(_echo, status, secret.encode())) as address:
            shown[f"the error after {status}"] = await _error_text(bench, address)
    for place, text in shown.items():
        require(secret not in text, f"the key shows in {place}")


def _echo(status: str, secret: bytes, head: bytes) -> bytes:
    """Answer as servers do that quote the key which they refuse."""
    return answer(status, b"You sent " + b", ".join(line for line in head.split(b"\r\n") if secret in line))


async def _error_text(bench: Bench, address: str) -> str:
    async with bench.provider(base_url=address) as provider:
        try:
            await bench.submit(provider)
        except LimnerError as error:
            return f"{error} {error.document()}"
    return ""


CHECKS: Mapping[str, Check] = MappingProxyType(
    {
        check.__name__: check
        for check in (
            offers_what_is_ordered,
            makes_real_media,
            keeps_the_promise_of_keys,
            collects_in_another_process,
            collects_twice,
            says_that_nothing_was_accepted,
            never_resends_what_may_be_billed,
            waits_within_its_time,
            answers_cancelling,
            shows_no_secret,
        )
    }
)
"""Every check by its name; the first line of its docstring says what it is about."""
