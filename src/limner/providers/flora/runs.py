"""Reads runs: whether one has ended, what it made, what it cost, and why it failed."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from limner.errors import NotAccepted, OutcomeUnknown, ProviderFailed
from limner.providers.collecting import brought_in, lost
from limner.providers.flora.catalogue import output_name
from limner.providers.flora.reading import amount_in, mappings_in, text_in
from limner.providers.wire import Wire
from limner.types import Json, Kind, Made, MadeItem, Order, PortType, ProviderSettings, Task, Ticket
from limner.types.json import present

STATES = ("pending", "running", "completed", "failed")
ERROR_CODES = ("provider_error", "model_timeout", "safety_blocked", "input_unreachable", "internal_error")
_PORT_TYPES = {each.value: each for each in PortType}


def ticket_of(order: Order, started: Any, settings: ProviderSettings) -> Ticket:
    """Return the ticket of a run that was just started. Raises: OutcomeUnknown, when the answer names none."""
    run_id = started.get("run_id") if isinstance(started, Mapping) else None
    if not isinstance(run_id, str) or not run_id:
        raise OutcomeUnknown(f"{settings.name} accepted, and its answer names no run.")
    path = f"/runs/{quote(run_id, safe='')}"
    if order.task is Task.TECHNIQUE:
        path = f"/techniques/{quote(order.target, safe='')}{path}"
    poll_url = started.get("poll_url")
    if isinstance(poll_url, str) and poll_url.startswith(f"{settings.base_url}/"):
        path = poll_url.removeprefix(settings.base_url)  # one that leads elsewhere is not followed
    return Ticket(run_id, present(path=path, charged_usd=charged(started)))


def is_over(run: Any, provider: str) -> bool:
    """Whether a run has ended. Raises: NotAccepted, passing, when this is no run."""
    if not isinstance(run, Mapping) or run.get("status") not in STATES:
        raise NotAccepted(f"{provider} answers with something that is no run.")
    return run["status"] in ("completed", "failed")


def progress_of(run: Mapping[str, Any]) -> tuple[float, str]:
    """Return how far a run is, from 0 to 1, and what it says."""
    return min(1.0, (amount_in(run, "progress") or 0.0) / 100), text_in(run, "message") or str(run["status"])


def charged(run: Mapping[str, Any]) -> float | None:
    """Return what a run says that it costs, in US dollars; None where it does not say."""
    return amount_in(run, "charged_cost")


def failure_of(run: Mapping[str, Any], provider: str) -> ProviderFailed:
    """Return why a run failed, in the platform's codes. What it does not say it charges counts with its price."""
    code = run.get("error_code")
    words = " ".join(str(run.get("error_message") or code or "no reason given").split())[:300]
    if code not in ERROR_CODES and code:
        words = f"{words} ({code})"
    return ProviderFailed(
        f"{provider} began and failed: {words}",
        code=str(code) if code in ERROR_CODES else None,
        billed_usd=charged(run),
    )


async def made_of(run: Mapping[str, Any], order: Order, ticket: Ticket, wire: Wire, folder: Path) -> Made:
    """Return what a completed run made, its files downloaded.

    Raises: NotAccepted, not passing, when a file is gone, as when its link has expired; ProviderFailed.
    """
    cost = charged(run) if charged(run) is not None else ticket.handle.get("charged_usd")
    try:
        items = tuple(
            [
                await _item(each, number, order, wire, folder)
                for number, each in enumerate(_outputs(run, order))
            ]
        )
    except ProviderFailed as error:
        error.billed_usd = cost
        raise
    if not items:
        raise ProviderFailed(f"{wire.settings.name} completed the run and made nothing.", billed_usd=cost)
    return Made(items, cost_usd=cost, details={"run_id": ticket.job_id})


def gone(name: str, error: NotAccepted, run: Mapping[str, Any], ticket: Ticket) -> ProviderFailed:
    """Return the error of a run that completed, and whose files cannot be had."""
    failure = lost(name, error)
    failure.billed_usd = charged(run) if charged(run) is not None else ticket.handle.get("charged_usd")
    return failure


def _outputs(run: Mapping[str, Any], order: Order) -> list[Json]:
    """Return the outputs that are wanted: all of a technique, those of the kind of a model."""
    outputs = mappings_in(run, "outputs")
    known = [
        each for each in outputs if text_in(each, "type") in _PORT_TYPES and isinstance(each.get("url"), str)
    ]
    if order.task is Task.TECHNIQUE:
        return known
    return [each for each in known if _PORT_TYPES[each["type"]].kind is order.kind]


async def _item(output: Json, number: int, order: Order, wire: Wire, folder: Path) -> MadeItem:
    kind = _PORT_TYPES[output["type"]].kind
    name = output_name(str(output.get("output_id"))) if order.task is Task.TECHNIQUE else kind.value
    if kind is Kind.TEXT:
        return MadeItem(name, output["url"])
    expected = None if kind is Kind.DOCUMENT else kind  # an SVG or a text is a document too
    return MadeItem(name, await brought_in(wire, output["url"], folder / f"flora-{number:02d}", expected))
