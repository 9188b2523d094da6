"""Asks an account what it offers, and keeps what must be known of it to ask for work."""

import logging
from typing import Any
from urllib.parse import quote

import anyio

from limner.errors import NotAccepted
from limner.providers.declared import declared
from limner.providers.flora.account import Account
from limner.providers.flora.catalogue import Facts, UnreadableRowError, is_ready, model_of, technique_of
from limner.providers.flora.reading import text_in
from limner.providers.wire import Wire
from limner.types import Json, Model, Order, RemoteTechnique, Task

QUESTIONS_AT_ONCE = 4
DETAILS_LAST_SECONDS = 3600.0
"""So long the ports of a technique are not asked for again: a list of many would be as many questions each time."""
log = logging.getLogger(__name__)


class Listing:
    """What one account offers. A row that cannot be read hides no other: it is left out, and logged."""

    def __init__(self, wire: Wire, account: Account) -> None:
        self._wire = wire
        self._settings = wire.settings
        self._account = account
        self._facts: dict[tuple[Task, str], Facts] = {}
        self._details: dict[str, tuple[float, Json]] = {}

    async def models(self) -> tuple[Model, ...]:
        """Return the models that can be used, the section's declarations laid over them. Raises: NotAccepted."""
        found: dict[str, Model] = {}
        for row in await self._account.rows("/models", "models"):
            try:
                model, facts = model_of(row, self._settings.name)
            except UnreadableRowError as problem:
                self._left_out("model", row.get("model_id"), str(problem))
                continue
            if is_ready(row):
                found[model.native_id] = model
                self._facts[Task.MODEL, model.native_id] = facts
        for entry in self._settings.models:
            known = found.get(entry["id"])
            if known is None and "type" not in entry:
                self._left_out("model", entry["id"], "is declared without a type, and is not on the list")
                continue
            found[entry["id"]] = declared(self._settings, entry, known)
        return tuple(found.values())

    async def techniques(self) -> tuple[RemoteTechnique, ...]:
        """Return the techniques that can be run. Raises: NotAccepted."""
        workspace = self._account.given_workspace
        params = {"workspace_id": workspace} if workspace else None
        rows = await self._account.rows("/techniques", "techniques", params)
        found: dict[int, RemoteTechnique] = {}
        silent: list[NotAccepted] = []
        limiter = anyio.CapacityLimiter(QUESTIONS_AT_ONCE)

        async def read(number: int, row: Json) -> None:
            async with limiter:
                try:
                    found[number] = await self._technique(row)
                except UnreadableRowError as problem:
                    self._left_out("technique", row.get("technique_id"), str(problem))
                except NotAccepted as error:
                    silent.append(error)
                    tasks.cancel_scope.cancel()

        async with anyio.create_task_group() as tasks:
            for number, row in enumerate(rows):
                if is_ready(row):
                    tasks.start_soon(read, number, row)
        if silent:
            raise silent[0]
        return tuple(found[number] for number in sorted(found))

    async def facts(self, order: Order) -> Facts:
        """Return what must be known of an order's target, asked for where nobody has yet. Raises: NotAccepted."""
        place = (order.task, order.target)
        if place in self._facts:
            return self._facts[place]
        match order.task:
            case Task.TECHNIQUE:
                try:
                    await self._technique({"technique_id": order.target})
                except UnreadableRowError as problem:
                    raise self._refused(f"its technique {order.target} {problem}") from problem
            case Task.MODEL:
                await self.models()
            case Task.CHAT:
                raise self._refused("it has no conversations")
        return self._facts.setdefault(place, Facts())

    async def _technique(self, row: Json) -> RemoteTechnique:
        """Return the technique of a row of the list, which may leave out its ports.

        Raises: UnreadableRowError; NotAccepted, passing.
        """
        technique, facts = technique_of(row if row.get("outputs") else {**row, **await self._ports(row)})
        self._facts[Task.TECHNIQUE, technique.native_id] = facts
        return technique

    async def _ports(self, row: Json) -> Json:
        """Return what the list leaves out of a technique, asked for once an hour: all else is as the list says."""
        native_id = text_in(row, "technique_id")
        asked_at, kept = self._details.get(native_id, (-DETAILS_LAST_SECONDS, {}))
        if anyio.current_time() - asked_at >= DETAILS_LAST_SECONDS:
            try:
                found = await self._wire.ask_json("GET", f"/techniques/{quote(native_id, safe='')}")
            except NotAccepted as error:
                if error.is_passing:
                    raise
                raise UnreadableRowError(f"cannot be read: {error.message}") from error
            kept = found if isinstance(found, dict) else {}
            self._details[native_id] = (anyio.current_time(), kept)
        return {name: value for name, value in kept.items() if not row.get(name)}

    def _refused(self, why: str) -> NotAccepted:
        return NotAccepted(
            f"{self._settings.name} cannot be asked for this: {why}.",
            is_passing=False,
            code="provider_refused",
        )

    def _left_out(self, what: str, native_id: Any, reason: str) -> None:
        extra = {"provider": self._settings.name, "what": what, "id": str(native_id)[:200], "reason": reason}
        log.warning("offer_left_out", extra=extra)
