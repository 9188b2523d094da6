"""Runs a technique's graph: every step as soon as the steps it reads from are done."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import anyio

from limner.engine.agents.agents import Agents
from limner.engine.making import Maker
from limner.engine.performing import KindInputs, Performer
from limner.engine.progress import Report, Shares
from limner.engine.seams import ActionOf, TechniqueOf
from limner.techniques.agent_results import agent_flows
from limner.techniques.conditions import is_met
from limner.techniques.expand import collect, expand
from limner.techniques.filling import fill_inputs, fill_params, fill_prompt
from limner.techniques.narrowing import is_required
from limner.techniques.references import Scope, parse_reference, resolve
from limner.techniques.values import validate_params
from limner.types import Action, Given, Json, Kind, Step, StepKind, Technique, Wanted


class Graph:
    """Executes techniques, nested ones too, for one attempt at a run."""

    def __init__(
        self,
        *,
        performer: Performer,
        maker: Maker,
        agents: Agents,
        action_of: ActionOf,
        technique_of: TechniqueOf,
    ) -> None:
        self._performer = performer
        self._agents = agents
        self._maker = maker
        self._action_of = action_of
        self._technique_of = technique_of

    async def run(self, technique: Technique, given: Scope, report: Report, prefix: str = "") -> Json:
        """Return the technique's output values by output id; None for an optional one that stayed empty.

        given: what its references see at the start: inputs, brand kit, run.
        Raises: what a step raises, the first one when several fail (in an ExceptionGroup).
        """
        results: dict[str, Json | None] = {}
        scope = replace(given, steps=results)
        shares = Shares([self._weight(step) for step in technique.steps], report)
        done = {step.id: anyio.Event() for step in technique.steps}

        async def one(step: Step, share: Report) -> None:
            for earlier in step.after:
                await done[earlier].wait()
            results[step.id] = await self._step(step, technique, scope, share, prefix + step.id)
            done[step.id].set()

        async with anyio.create_task_group() as tasks:
            for index, step in enumerate(technique.steps):
                tasks.start_soon(one, step, shares.part(index))
        return {port.id: resolve(port.source, scope) for port in technique.outputs}

    def _weight(self, step: Step) -> float:
        return self._action_of(step.target).estimated_seconds if step.kind is StepKind.ACTION else 5.0

    async def _step(
        self, step: Step, technique: Technique, scope: Scope, report: Report, path: str
    ) -> Json | None:
        if not is_met(step.when, scope):
            report(1.0, "")
            return await self._performer.skip(path)
        if step.for_each is None:
            return await self._once(step, technique, scope, report, path)
        scopes = expand(step.for_each, scope)
        if scopes is None:
            report(1.0, "")
            return await self._performer.skip(path)
        return await self._each(step, technique, scopes, report, path)

    async def _each(
        self, step: Step, technique: Technique, scopes: Sequence[Scope], report: Report, path: str
    ) -> Json:
        shares = Shares([1.0] * len(scopes), report)
        results: list[Json | None] = [None] * len(scopes)

        async def one(index: int) -> None:
            share, element = shares.part(index), f"{path}[{index}]"
            results[index] = await self._once(step, technique, scopes[index], share, element)

        async with anyio.create_task_group() as tasks:
            for index in range(len(scopes)):
                tasks.start_soon(one, index)
        return collect(results, await self._result_names(step))

    async def _once(
        self, step: Step, technique: Technique, scope: Scope, report: Report, path: str
    ) -> Json | None:
        inputs = fill_inputs(step.inputs, scope)
        match step.kind:
            case StepKind.ACTION:
                action = self._action_of(step.target)
                params = validate_params(action.params, fill_params(step.params, scope))
                given = _by_kind(inputs)
                if _lacks_input(action, given):
                    return await self._performer.skip(path)
                return await self._performer.action(path, action.action_id, given, params, report)
            case StepKind.TECHNIQUE:
                return await self._nested(step, scope, inputs, report, path)
            case StepKind.GENERATE:
                return await self._generated(step, scope, inputs, report, path)
            case StepKind.REMOTE:
                return await self._maker.remote(
                    path, step.target, await self._given(step, technique, inputs), report
                )
            case StepKind.AGENT:
                prompt = None if step.prompt is None else fill_prompt(step.prompt, scope)
                if not prompt:
                    return await self._performer.skip(path)
                return await self._agents.run(step, prompt, _by_kind(inputs), scope, report, path, self.run)

    async def _generated(
        self, step: Step, scope: Scope, inputs: Json, report: Report, path: str
    ) -> Json | None:
        given = _by_kind(inputs)
        prompt = None if step.prompt is None else fill_prompt(step.prompt, scope)
        texts = [text for text in (prompt, *given.get(Kind.TEXT, ())) if text]
        if not texts:
            return await self._performer.skip(path)
        media: dict[Kind, Sequence[str]] = {}
        media |= {each: values for each, values in given.items() if each is not Kind.TEXT}
        kind = Kind(step.target)
        wanted = Wanted(
            kind=kind,
            model_id=step.model,
            takes={each: len(values) for each, values in media.items()},
            needs=step.needs,
            prefer=step.prefer,
            params=fill_params(step.params, scope),
        )
        made = await self._maker.generate(path, wanted, "\n\n".join(texts), media, report)
        return {name: value[0] if isinstance(value, list) else value for name, value in made.items()}

    async def _given(self, step: Step, technique: Technique, inputs: Json) -> dict[str, list[Given]]:
        """Return what a provider's technique is given: each of its inputs is filled by one of `technique`'s own."""
        kinds = {port.id: port.type.kind for port in technique.inputs}
        given: dict[str, list[Given]] = {}
        for name, value in inputs.items():
            reference = parse_reference(step.inputs[name])
            values = [
                str(each) for each in (value if isinstance(value, list) else [value]) if each is not None
            ]
            if values and reference is not None and kinds[str(reference.path[0])] is not Kind.TEXT:
                given[name] = [await self._maker.file(each) for each in values]
            elif values:
                given[name] = [*values]
        return given

    async def _result_names(self, step: Step) -> list[str]:
        if step.kind is StepKind.ACTION:
            return [port.kind.value for port in self._action_of(step.target).outputs]
        if step.kind is StepKind.TECHNIQUE:
            technique = await self._technique_of(step.target, step.revision or "")
            return [port.id for port in technique.outputs]
        if step.kind is StepKind.GENERATE:
            return [step.target]
        return list(agent_flows(step)) if step.kind is StepKind.AGENT else []

    async def _nested(self, step: Step, scope: Scope, inputs: Json, report: Report, path: str) -> Json | None:
        technique = await self._technique_of(step.target, step.revision or "")
        given: Json = {}
        for port in technique.inputs:
            value = inputs.get(port.id)
            given[port.id] = port.schema.get("default") if value is None else value
            if given[port.id] is None and is_required(port):
                return await self._performer.skip(path)
        own = Scope(inputs=given, brand=scope.brand, run=scope.run)
        return await self.run(technique, own, report, prefix=f"{path}/")


def _by_kind(inputs: Mapping[str, Any]) -> KindInputs:
    """Return inputs as lists by kind, what is absent left out."""
    given: dict[Kind, Sequence[str]] = {}
    for kind, value in inputs.items():
        values = value if isinstance(value, list) else [value]
        if present := [str(each) for each in values if each is not None]:
            given[Kind(kind)] = present
    return given


def _lacks_input(action: Action, given: KindInputs) -> bool:
    return any(len(given.get(port.kind, ())) < port.least for port in action.inputs)
