"""One agent step: asks its model, does what it calls for, asks again, until there is a result or a limit is reached.

Every turn is a paid step `STEP/turn[n]`, every call a step `STEP/call[n]`, each with a checkpoint. After a crash the
conversation is built again from them: no turn is paid for twice, and no call that has ended is made twice.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256

import anyio

from limner.engine.accounts import Accounts
from limner.engine.agents.conversation import Conversation
from limner.engine.agents.handles import Handles
from limner.engine.agents.opening import opening
from limner.engine.agents.results import form_of, read_result
from limner.engine.agents.told import called, calls_in, shortened, thought
from limner.engine.agents.tools import Outcome, Place, Tool, outcome_of, refusal
from limner.engine.making import Kept, Maker
from limner.engine.performing import KindInputs, Performer
from limner.engine.progress import Report
from limner.engine.seams import MediaShelf, Routes
from limner.errors import BudgetExceeded, FieldError, LimnerError, LostOwnership, NotAccepted, StepFailed
from limner.money import usd
from limner.store.contract import Store
from limner.techniques.agent_results import SOURCES, read_properties
from limner.types import (
    AgentTerms,
    Candidate,
    Fence,
    Json,
    Kind,
    Made,
    NewEvent,
    Order,
    StepState,
    Task,
    Wanted,
)
from limner.types.model import EMBEDDED

VISION = "vision"
MOST_CALLS_AT_ONCE = 32
LAST_TURN = "This is your last turn, and tools cannot be called any more: answer with the result now."


@dataclass(frozen=True, slots=True)
class Assignment:
    """What an agent is to do, its references resolved."""

    path: str
    name: str
    prompt: str
    inputs: KindInputs
    wanted: Wanted
    terms: AgentTerms
    tools: Sequence[Tool]


@dataclass(frozen=True, slots=True)
class Desk:
    """What an agent works with, for one attempt at a run."""

    fence: Fence
    seed: int
    store: Store
    media: MediaShelf
    performer: Performer
    maker: Maker
    accounts: Accounts
    routes: Routes


class Agent:
    """Works on one assignment."""

    def __init__(self, assignment: Assignment, desk: Desk, report: Report) -> None:
        self._at = assignment
        self._desk = desk
        self._report = report
        self._tools = {tool.name: tool for tool in assignment.tools}
        self._secret = sha256(f"{desk.fence.run_id}:{assignment.path}".encode()).hexdigest()[:12]
        self._handles = Handles()
        self._sources: dict[str, Json] = {}
        self._turns = 0
        self._calls = 0
        self._answered = 0
        self._served_by: tuple[str, str] | None = None
        self._to_mend = ""
        self._deadline = anyio.current_time() + assignment.terms.limits.seconds

    async def finish(self) -> Json:
        """Return the step's result: `text`, `sources` (JSON as text), and properties of its object by name.

        Raises: StepFailed with code `agent_limit` or `result_invalid`; NotAccepted; LostOwnership.
        """
        at, desk = self._at, self._desk
        begun = {"step": at.path, "agent": at.name, "tools": list(self._tools)}
        await desk.store.begin_step(desk.fence, at.path, [NewEvent("step_started", begun)])
        try:
            result = await self._work()
        except LostOwnership:
            raise
        except LimnerError as error:
            failed = NewEvent("step_failed", {"step": at.path, "error": error.document()})
            await desk.store.finish_step(desk.fence, at.path, state=StepState.FAILED, events=[failed])
            raise
        ended = {
            "step": at.path,
            "cached": False,
            "turns": self._turns,
            "calls": self._calls,
            SOURCES: list(self._sources.values()),
        }
        await desk.store.finish_step(
            desk.fence,
            at.path,
            state=StepState.DONE,
            result=result,
            events=[NewEvent("step_completed", ended)],
        )
        self._report(1.0, at.path)
        return result

    async def _work(self) -> Json:
        at, desk = self._at, self._desk
        desk.accounts.cap(f"{at.path}/", at.terms.limits.cost_usd)
        opened = await opening(
            agent=at.name,
            prompt=at.prompt,
            inputs=at.inputs,
            terms=at.terms,
            secret=self._secret,
            handles=self._handles,
            store=desk.store,
            media=desk.media,
        )
        talk = Conversation(opened, self._secret)
        while True:
            message = await self._turn(talk)
            calls = calls_in(message)
            if len(calls) > MOST_CALLS_AT_ONCE:
                raise self._over(f"it asked for {len(calls)} calls at once")
            for call in calls:
                await self._call(call, talk)
            if not calls and (result := await self._result(str(message.get("content") or ""), talk)):
                return result

    # Turns

    async def _turn(self, talk: Conversation) -> Json:
        """Return what the model says next, as it was kept or by asking it."""
        limits = self._at.terms.limits
        is_last = self._turns + 1 >= limits.turns or self._calls >= limits.calls
        has_tools = bool(self._tools) and not is_last and not self._to_mend
        if self._turns >= limits.turns + bool(self._to_mend):
            raise self._over(f"it may make no more than {limits.turns} turns")
        if self._tools and is_last and not self._to_mend:
            talk.add_note(LAST_TURN)
        turn = self._turns + 1
        path = f"{self._at.path}/turn[{turn}]"
        kept = self._desk.performer.checkpoint(path)
        if kept is None:
            self._require_time()
            kept = await self._ask(path, turn, talk, has_tools=has_tools)
        self._turns = turn
        self._served_by = (kept["provider"], kept["target"])
        message: Json = kept["message"]
        talk.add_turn(message)
        done = self._turns / (limits.turns + 1)
        self._report(min(0.95, done), f"{self._at.path}: turn {self._turns}")
        return message

    async def _ask(self, path: str, turn: int, talk: Conversation, *, has_tools: bool) -> Json:
        asked: list[Candidate] = []
        result = self._at.terms.result
        # Not beside tools: some servers hold the calls to the schema, too, and some refuse both together.
        schema = None if has_tools or result is None else form_of(result)

        def order_of(candidate: Candidate) -> Order:
            asked.append(candidate)
            return Order(
                task=Task.CHAT,
                target=candidate.target,
                params=candidate.params,
                seed=self._desk.seed,
                messages=talk.messages(sees=_sees(candidate)),
                tools=tuple(tool.definition() for tool in self._tools.values()) if has_tools else (),
                result_schema=schema,
            )

        def shape(kept: Kept, made: Made) -> Json:
            by = asked[-1]
            return {"message": _message(kept, made), "provider": by.provider, "target": by.target}

        to_mend = self._to_mend

        def events_of(result: Json) -> list[NewEvent]:
            by = f"{result['provider']}/{result['target']}"
            told = {"step": self._at.path, "message": f"The model was asked to mend its result: {to_mend}."}
            mended = [NewEvent("warning", told)] if to_mend else []
            return [*mended, *thought(self._at.path, turn, result["message"], by)]

        try:
            candidates = await self._candidates()
            return await self._desk.maker.buy(
                path, candidates, order_of, shape, _quiet(self._report), events_of
            )
        except NotAccepted as error:
            if error.code != BudgetExceeded.code:
                raise
            raise self._over(error.message.removesuffix(".")) from error

    async def _candidates(self) -> list[Candidate]:
        """Return who can be asked: after the first turn only whoever answered it."""
        found = [
            each
            for each in await self._desk.routes.candidates(self._at.wanted)
            if each.provider != EMBEDDED
            and (self._served_by is None or (each.provider, each.target) == self._served_by)
        ]
        spent = self._desk.accounts.counted(f"{self._at.path}/")
        if spent >= self._at.terms.limits.cost_usd:
            raise self._over(f"it has cost {usd(spent)}")
        return found

    # Calls

    async def _call(self, call: Json, talk: Conversation) -> None:
        """Make a call, or use what it came to, and tell the model."""
        self._answered += 1
        path = f"{self._at.path}/call[{self._answered}]"
        name = str(call["function"]["name"])
        kept = self._desk.performer.checkpoint(path)
        outcome = Outcome(**kept) if kept is not None else await self._made(path, name, call)
        self._calls += name in self._tools and self._calls < self._at.terms.limits.calls
        self._handles.restore(outcome.handles)
        self._sources |= {each["url"]: each for each in outcome.sources}
        talk.add_answer(str(call["id"]), name, outcome.content)

    async def _made(self, path: str, name: str, call: Json) -> Outcome:
        self._require_time()
        store, fence = self._desk.store, self._desk.fence
        await store.begin_step(
            fence, path, [NewEvent("step_started", {"step": path, "tool": shortened(name)})]
        )
        self._report(0.0, f"{self._at.path}: {name[:80]}")
        place = Place(path, self._handles, _quiet(self._report), self._deadline)
        if self._calls >= self._at.terms.limits.calls:
            outcome = refusal(
                f"All {self._at.terms.limits.calls} calls are used up. Answer with what you have."
            )
        else:
            try:
                arguments = str(call["function"]["arguments"])
                outcome = await outcome_of(self._tools.get(name), name, arguments, place, tuple(self._tools))
            except TimeoutError:
                raise self._out_of_time() from None
        event = called(path, self._at.path, call, outcome)
        done = NewEvent("step_completed", {"step": path, "cached": False})
        await store.finish_step(
            fence, path, state=StepState.DONE, result=outcome.document(), events=[event, done]
        )
        return outcome

    # Ends

    async def _result(self, text: str, talk: Conversation) -> Json | None:
        """Return the step's result; None, when the model is to mend it. Raises: StepFailed, `result_invalid`."""
        schema = self._at.terms.result
        sources = list(self._sources.values())
        if schema is None:
            return _document(text, sources)
        value, problems = await read_result(text, schema)
        if not problems:
            return {**read_properties(value, schema), **_document(value, sources)}
        if self._to_mend:
            raise StepFailed(
                f"The agent {self._at.name!r} returned an object that does not satisfy its schema, and mended it "
                f"no better: {_said(problems)}.",
                fields=problems,
                code="result_invalid",
                next_step="Name a stronger model, or ask for a simpler result.",
            )
        self._to_mend = _said(problems)
        talk.add_note(
            f"This result does not satisfy its schema: {_said(problems)}. Answer with the whole object, mended, and "
            "nothing else."
        )
        return None

    def _require_time(self) -> None:
        if anyio.current_time() >= self._deadline:
            raise self._out_of_time()

    def _out_of_time(self) -> StepFailed:
        return self._over(f"it has worked for {self._at.terms.limits.seconds:g} s")

    def _over(self, what: str) -> StepFailed:
        """Return the error of an agent that reaches a limit, with what was done until then."""
        spent = self._desk.accounts.counted(f"{self._at.path}/")
        return StepFailed(
            f"The agent {self._at.name!r} stopped without a result: {what}. It made {self._turns} turns and "
            f"{self._calls} calls, for {usd(spent)}.",
            code="agent_limit",
            next_step="Read its events; ask for less, or raise `limits` of the step in the technique file.",
        )


def _document(value: str | Json, sources: Sequence[Json]) -> Json:
    text = value if isinstance(value, str) else _as_json(value)
    return {Kind.TEXT.value: text, SOURCES: _as_json(sources)}


def _as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _message(kept: Kept, made: Made) -> Json:
    """Return what the model said; of an adapter that gives only text, that."""
    if made.message is not None:
        return made.message
    return {"role": "assistant", "content": "\n".join(map(str, kept.get(Kind.TEXT.value, ())))}


def _sees(candidate: Candidate) -> bool:
    return candidate.model is not None and VISION in candidate.model.capabilities


def _said(problems: Sequence[FieldError]) -> str:
    return "; ".join(f"{each.field} {each.message.removesuffix('.')}" for each in problems)


def _quiet(report: Report) -> Callable[[float, str], None]:
    """Return a report that passes on words only: what part of the work a call is, nobody knows."""
    return lambda fraction, message: report(0.0, message)
