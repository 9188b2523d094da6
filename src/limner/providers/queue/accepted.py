"""Work that a queue has accepted: how it stands, how it ended, and what it made."""

from functools import partial
from pathlib import Path
from typing import Any

import anyio

from limner.errors import NotAccepted, OutcomeUnknown, ProviderFailed
from limner.providers.collecting import MOST_FILES, brought_in, lost
from limner.providers.contract import OnProgress
from limner.providers.patience import asked_again, pauses
from limner.providers.queue.profile import Profile
from limner.providers.slots import address, first, found
from limner.providers.wire import MOST_WORDS, Refusal, Wire
from limner.types import Kind, Made, MadeItem, Order, Ticket

GONE = (404, 410)
NOT_OURS = (401, 403)
_EVIDENCE_BYTES = 4000


def place_of(ticket: Ticket, name: str, template: str | None) -> str:
    """Return an address of accepted work: as the acceptance named it, or as the profile writes it.

    Raises: OutcomeUnknown, when neither says it.
    """
    if isinstance(named := ticket.handle.get(name), str):
        return named
    if template is None:
        raise OutcomeUnknown(
            f"Job {ticket.job_id} came without its {name}, and the profile has no address for it."
        )
    return address(template, {"model": str(ticket.handle.get("model", "")), "id": ticket.job_id})


class Accepted:
    """One piece of accepted work."""

    def __init__(
        self, profile: Profile, wire: Wire, ticket: Ticket, order: Order, *, outputs: tuple[str, ...]
    ) -> None:
        """outputs: where its results stand; empty: where the profile says."""
        self._profile = profile
        self._wire = wire
        self._name = wire.settings.name
        self._ticket = ticket
        self._kind = order.kind
        self._outputs = outputs or tuple(profile.result.places(order.kind))

    async def collected(self, folder: Path, on_progress: OnProgress) -> Made:
        """Wait for the end, and bring in what was made. Raises: ProviderFailed, OutcomeUnknown."""
        try:
            return await self._made(await self._ended(on_progress), folder)
        except NotAccepted:
            status = await self._ended(on_progress)  # addresses expire: it may name fresh ones, once
        try:
            return await self._made(status, folder)
        except NotAccepted as error:
            raise lost(self._name, error) from error

    async def _ended(self, on_progress: OnProgress) -> Any:
        """Return the answer on the status that says `done`. Raises: ProviderFailed, OutcomeUnknown."""
        profile = self._profile.status
        where = place_of(self._ticket, "status_url", profile.url)
        for pause in pauses():
            try:
                answer = await asked_again(partial(self._ask, profile.method, where))
            except NotAccepted as error:
                raise OutcomeUnknown(
                    f"{self._name} took job {self._ticket.job_id} on, and says nothing of it now: {error.message}"
                ) from error
            state = profile.states.get(str(first(profile.state, answer)))
            message = first(self._profile.failure.message, answer)
            if state in ("failed", "cancelled") or (state == "done" and message):
                raise self._failed(answer, message or f"The work was {state}.", str(message))
            if state == "done":
                return answer
            on_progress(*self._progress(answer, state))
            await anyio.sleep(pause)
        raise AssertionError("pauses never end")

    async def _made(self, status: Any, folder: Path) -> Made:
        """Return what was made. Raises: NotAccepted, when it is gone; ProviderFailed."""
        body, result = status, self._profile.result
        if result.url or "result_url" in self._ticket.handle:
            where = place_of(self._ticket, "result_url", result.url)
            body = await asked_again(partial(self._result, where))
        values = self._values(body)
        if self._kind is Kind.TEXT:
            items = [MadeItem(Kind.TEXT.value, "".join(values))]
        else:
            files = [
                await brought_in(self._wire, value, folder / f"result-{number}", self._kind)
                for number, value in enumerate(values, 1)
            ]
            items = [MadeItem(self._kind.value, file) for file in files]
        details = {"job_id": self._ticket.job_id, "model": self._ticket.handle.get("model", "")}
        return Made(tuple(items), cost_usd=self._cost(body, status), details=details)

    def _values(self, body: Any) -> list[str]:
        """Return the addresses of what was made, or its text; at the first place where there is any."""
        content = self._profile.result.content_url
        if content and self._kind is not Kind.TEXT:
            return [place_of(self._ticket, "content_url", content)]
        for place in self._outputs:
            if values := [value for value in found(place, body) if isinstance(value, str)]:
                return values if self._kind is Kind.TEXT else values[:MOST_FILES]
        where = ", ".join(self._outputs) or f"any place that its profile names for {self._kind}"
        raise ProviderFailed(
            f"{self._name} has done the work, and nothing stands at {where} of its answer.",
            billed_usd=None,
            next_step="Have the operator correct `output` of the model, or `result` of the profile.",
        )

    async def _ask(self, method: str, where: str) -> Any:
        """Return an answer. Raises: ProviderFailed, where it tells of the work's failure."""
        try:
            return await self._wire.ask_json(method, where)
        except Refusal as refusal:
            header = self._profile.failure.header
            if header and header.lower() in refusal.answer.headers:
                raise self._refused(refusal) from refusal
            raise

    async def _result(self, where: str) -> Any:
        """Return the result of work that is done. Raises: NotAccepted; ProviderFailed, when it is refused."""
        try:
            return await self._ask("GET", where)
        except Refusal as refusal:
            if refusal.is_passing or refusal.answer.status in (*GONE, *NOT_OURS):
                raise
            raise self._refused(refusal) from refusal

    def _refused(self, refusal: Refusal) -> ProviderFailed:
        answer = refusal.answer
        try:
            body = answer.json()
        except ValueError:
            body = None
        return self._failed(body, answer.words(), answer.content[:_EVIDENCE_BYTES].decode("utf-8", "replace"))

    def _failed(self, body: Any, message: Any, evidence: str) -> ProviderFailed:
        """Return the error for work that ended without a result. evidence: where words of safety are looked for."""
        failure = self._profile.failure
        said = " ".join(str(message).split())[:MOST_WORDS]
        told = f"{evidence} {first(failure.code, body) or ''}".lower()
        is_unsafe = any(word.lower() in told for word in failure.safety)
        billed = self._cost(body) if body is not None else None
        if billed is None and not failure.is_billed:
            billed = 0.0
        code = "safety_blocked" if is_unsafe else None
        return ProviderFailed(f"{self._name}: {said}", billed_usd=billed, code=code)

    def _cost(self, *bodies: Any) -> float | None:
        """Return what it says that it charges, in US dollars; None where it says nothing."""
        for body in bodies:
            value = first(self._profile.result.cost, body)
            if isinstance(value, int | float) and not isinstance(value, bool) and value >= 0:
                return float(value)
        return None

    def _progress(self, answer: Any, state: str | None) -> tuple[float, str]:
        status = self._profile.status
        value = first(status.progress, answer)
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        fraction = min(1.0, max(0.0, value / status.progress_end)) if is_number else 0.0
        if state == "working":
            return fraction, f"{self._name} is at work."
        before = first(status.position, answer)
        queued = f", {before} before it" if isinstance(before, int) and before > 0 else ""
        return fraction, f"Waiting at {self._name}{queued}."
