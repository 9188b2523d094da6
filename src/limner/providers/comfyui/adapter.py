"""Runs workflows on a ComfyUI server: sends a graph once, finds it again by its key, follows it and brings files in."""

from dataclasses import replace
from functools import partial
from pathlib import Path
from uuid import UUID

import anyio

from limner.errors import ConfigurationError, LimnerError, NotAccepted, OutcomeUnknown
from limner.providers.collecting import brought_in, lost
from limner.providers.comfyui.history import files_of, require_success, text_of, was_interrupted
from limner.providers.comfyui.progress import Watch, listen
from limner.providers.comfyui.server import Server, address_of
from limner.providers.comfyui.workflow import Workflow, workflows_of
from limner.providers.contract import OnProgress
from limner.providers.declared import not_declared
from limner.providers.patience import asked_again, pauses, within
from limner.providers.wire import MOST_WORDS, Fetch, Refusal, Wire
from limner.types import Json, Kind, Made, MadeItem, MediaFile, Offers, Order, ProviderSettings, Task, Ticket

BASE_URL = "http://127.0.0.1:8188"
LOOK_SECONDS = 5.0
"""So long a prompt is looked for that was sent, and that nobody has answered for."""
LOOKS = 5
"""So often it is looked whether a prompt has stopped: over about seven seconds."""


def connect(settings: ProviderSettings, *, fetch: Fetch) -> "ComfyProvider":
    """Return the provider of a section of type `comfyui`. Raises: ConfigurationError, naming the key."""
    if settings.options:
        raise ConfigurationError(
            f"providers.{settings.name}.{min(settings.options)} is unknown. "
            "A ComfyUI server has models and nothing else."
        )
    return ComfyProvider(replace(settings, base_url=settings.base_url or BASE_URL), fetch=fetch)


class ComfyProvider:
    """One ComfyUI server, and the operator's workflows on it."""

    def __init__(self, settings: ProviderSettings, *, fetch: Fetch) -> None:
        self.settings = settings
        self._workflows = workflows_of(settings)
        headers = {"Authorization": f"Bearer {settings.api_key}"} if settings.api_key else {}
        self._wire = Wire(settings, fetch=fetch, headers=headers)
        self._server = Server(self._wire)
        # A server that was started anew has forgotten its prompts, and makes one again: work that is paid for
        # is not risked on that.
        self.takes_keys = not any(each.model.price_usd for each in self._workflows.values())

    async def offers(self) -> Offers:
        """Return the declared workflows, when the server answers. Raises: NotAccepted."""
        await self._server.is_there()
        return Offers(models=tuple(workflow.model for workflow in self._workflows.values()))

    async def submit(self, order: Order, key: str, folder: Path) -> Ticket:
        """Send a graph, once: what is there under this key already is not sent again. Raises: as the contract."""
        workflow = self._workflow(order)
        name = str(UUID(hex=key[:32], version=4))  # the one form of id that it takes
        if found := await self._server.known_as(name):
            return Ticket(found, {"client_id": name})
        graph = workflow.graph_for(order, await self._uploaded(order))
        try:
            answer = await self._wire.send_json(
                "POST", "prompt", json={"prompt": graph, "prompt_id": name, "client_id": name}
            )
        except Refusal as refusal:
            raise _explained(self.settings.name, refusal, workflow) from refusal
        except OutcomeUnknown:
            if found := await self._found(name):
                return Ticket(found, {"client_id": name})
            raise
        prompt_id = answer.get("prompt_id") if isinstance(answer, dict) else None
        if not isinstance(prompt_id, str):
            raise OutcomeUnknown(f"{self.settings.name} accepted, and named no prompt_id.")
        self._server.note(name, prompt_id)
        return Ticket(prompt_id, {"client_id": name})

    async def result(self, ticket: Ticket, order: Order, folder: Path, on_progress: OnProgress) -> Made:
        """Wait for a prompt, and bring in what it made. Raises: as the contract."""
        return await within(self.settings, partial(self._collected, ticket, order, folder, on_progress))

    async def cancel(self, ticket: Ticket) -> bool:
        """Take a prompt out of the queue, or interrupt it if it is the one that runs; whether it has stopped."""
        try:
            if await self._server.is_running(ticket.job_id):
                await self._server.interrupt(ticket.job_id)
            else:
                await self._server.take_out(ticket.job_id)
            return await self._has_stopped(ticket.job_id)
        except NotAccepted:
            return False

    async def aclose(self) -> None:
        """Close the connections."""
        await self._wire.aclose()

    def _workflow(self, order: Order) -> Workflow:
        workflow = self._workflows.get(order.target)
        if workflow is None or order.task is not Task.MODEL:
            raise not_declared(self.settings, order.target)
        return workflow

    async def _uploaded(self, order: Order) -> dict[str, list[str]]:
        """Return what the inputs are called at the server, by kind."""
        return {
            kind: [await self._server.uploaded(file) for file in files if isinstance(file, MediaFile)]
            for kind, files in order.inputs.items()
        }

    async def _found(self, name: str) -> str | None:
        """Return the id of what may have been accepted; it may be a while until it is in the queue."""
        with anyio.move_on_after(min(LOOK_SECONDS, self.settings.submit_seconds)):
            for pause in pauses():
                await anyio.sleep(pause / 2)
                try:
                    if found := await self._server.known_as(name):
                        return found
                except NotAccepted:
                    continue  # it has just failed to answer, and may be back soon
        return None

    async def _has_stopped(self, prompt_id: str) -> bool:
        for _, pause in zip(range(LOOKS), pauses(), strict=False):
            if await self._server.place(prompt_id) is None:
                ended = await self._server.ended(prompt_id)
                return ended is None or was_interrupted(ended)
            await anyio.sleep(pause)
        return False

    async def _collected(self, ticket: Ticket, order: Order, folder: Path, on_progress: OnProgress) -> Made:
        workflow = self._workflows.get(order.target)
        entry = await self._followed(ticket, workflow, on_progress)
        require_success(self.settings.name, entry)
        nodes = workflow.output_nodes if workflow else ()
        details = {"prompt_id": ticket.job_id}
        if order.kind is Kind.TEXT:
            return Made(
                (MadeItem(Kind.TEXT.value, text_of(self.settings.name, entry, nodes)),), details=details
            )
        files = files_of(self.settings.name, entry, nodes, order.kind)
        try:
            made = [
                await brought_in(self._wire, address_of(file), folder / f"result-{number}", order.kind)
                for number, file in enumerate(files, 1)
            ]
        except NotAccepted as error:
            raise lost(self.settings.name, error) from error
        return Made(tuple(MadeItem(order.kind.value, file) for file in made), details=details)

    async def _followed(self, ticket: Ticket, workflow: Workflow | None, on_progress: OnProgress) -> Json:
        """Return what the history has of a prompt when it has ended, following it over the socket until then."""
        watch = Watch(ticket.job_id, workflow, on_progress)
        client_id = str(ticket.handle.get("client_id", ""))
        outcome: Json | LimnerError
        async with anyio.create_task_group() as group:
            group.start_soon(listen, self.settings, client_id, watch.read)
            try:
                outcome = await self._ended(ticket, watch, on_progress)
            except LimnerError as error:
                outcome = error  # raised outside: a task group would wrap it
            group.cancel_scope.cancel()
        if isinstance(outcome, LimnerError):
            raise outcome
        return outcome

    async def _ended(self, ticket: Ticket, watch: Watch, on_progress: OnProgress) -> Json:
        prompt_id = ticket.job_id
        for pause in pauses():
            try:
                if entry := await asked_again(partial(self._server.ended, prompt_id)):
                    return entry
                place = await asked_again(partial(self._server.place, prompt_id))
                if place is None:  # it may have ended between the two questions
                    if entry := await asked_again(partial(self._server.ended, prompt_id)):
                        return entry
                    raise OutcomeUnknown(
                        f"{self.settings.name} does not know prompt {prompt_id} any more: it was started anew, "
                        "or its history was cleared. What it made may be in its output folder."
                    )
            except NotAccepted as error:
                raise OutcomeUnknown(
                    f"{self.settings.name} took prompt {prompt_id} on, and says nothing of it now: {error.message}"
                ) from error
            if place:
                on_progress(0.0, f"Waiting at {self.settings.name}, {place} before it.")
            await watch.news(pause)
        raise AssertionError("pauses never end")


def _explained(name: str, refusal: Refusal, workflow: Workflow) -> NotAccepted:
    """Return a refusal with what each node says: the answer's first words are the same for all of them."""
    try:
        nodes = refusal.answer.json()["node_errors"].items()
        said = [
            f"{workflow.title(node)}: {error.get('details') or error['message']}"
            for node, told in nodes
            for error in told["errors"]
        ]
    except (ValueError, KeyError, TypeError, AttributeError):
        return refusal
    if not said:
        return refusal
    return NotAccepted(
        f"{name} refuses the workflow: {'; '.join(said)[:MOST_WORDS]}.",
        is_passing=refusal.is_passing,
        code=refusal.code,
        next_step="Have the operator open the workflow in ComfyUI: a model or a node that it names is missing there.",
    )
