"""One attempt at one run, from claimed to done."""

from typing import Any

import anyio

from limner.engine.agents.agents import Agents
from limner.engine.composing import Composer, output_problem
from limner.engine.graph import Graph
from limner.engine.making import Maker
from limner.engine.performing import Performer
from limner.engine.progress import RENDERING_FROM, Voice
from limner.engine.seams import ActionOf, BrandOf, Evaluate, TechniqueOf
from limner.engine.versions import engine_versions
from limner.errors import StepFailed
from limner.evaluation.short import shortened
from limner.store.contract import Store
from limner.techniques.references import Scope
from limner.techniques.remote import own_price_of
from limner.types import (
    Fence,
    Json,
    Kind,
    NewEvent,
    Output,
    Phase,
    Port,
    PortType,
    Run,
    RunType,
    Status,
    Technique,
    Wanted,
)


class Execution:
    """Takes one claimed run to its end. Every finished step stays finished, whatever happens in between."""

    def __init__(
        self,
        *,
        run: Run,
        fence: Fence,
        store: Store,
        performer: Performer,
        maker: Maker,
        agents: Agents,
        composer: Composer,
        action_of: ActionOf,
        technique_of: TechniqueOf,
        brand_of: BrandOf,
        evaluate: Evaluate,
    ) -> None:
        self._run = run
        self._fence = fence
        self._store = store
        self._performer = performer
        self._maker = maker
        self._agents = agents
        self._composer = composer
        self._action_of = action_of
        self._technique_of = technique_of
        self._brand_of = brand_of
        self._evaluate = evaluate

    async def complete(self) -> None:
        """Compose, render, evaluate, finish.

        Raises: LimnerError (possibly in an ExceptionGroup), LostOwnership when the run was taken away.
        """
        voice = Voice(self._write_progress)
        own_price = 0.0
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(voice.pump)
            match self._run.type:
                case RunType.TECHNIQUE:
                    technique = await self._technique_of(self._run.target_id, self._run.revision or "")
                    own_price = own_price_of(technique)
                    self._maker.set_aside(own_price)
                    outputs = await self._technique(technique, voice)
                case RunType.ACTION:
                    outputs = await self._action(voice)
                case RunType.GENERATION:
                    outputs = await self._generation(voice)
            tasks.cancel_scope.cancel()
        await self._finish(outputs, own_price)

    async def stop_all(self) -> None:
        """Stop what providers are still making for it. Call it once the run has failed."""
        await self._maker.stop_all()

    async def _technique(self, technique: Technique, voice: Voice) -> tuple[Output, ...]:
        run = self._run
        inputs = await self._compose(technique)
        brand = await self._brand_of(run, technique)
        await self._enter_rendering()
        graph = Graph(
            performer=self._performer,
            maker=self._maker,
            agents=self._agents,
            action_of=self._action_of,
            technique_of=self._technique_of,
        )
        scope = Scope(inputs=inputs, brand=brand, run={"seed": run.seed})
        values = await graph.run(technique, scope, voice.report)
        return await self._checked_outputs(technique, values, voice)

    async def _compose(self, technique: Technique) -> Json:
        given: Json = self._run.request["inputs"]
        ports = {port.id: port for port in technique.inputs}
        media = {
            name: (ports[name].type.kind, value if isinstance(value, list) else [value])
            for name, value in given.items()
            if ports[name].type.kind is not Kind.TEXT
        }
        fetched = await self._composer.fetch(media)
        inputs: Json = {port.id: None for port in technique.inputs}
        for name, value in given.items():
            if name not in fetched:
                inputs[name] = value
                continue
            fitted = [
                await self._composer.fit(ports[name], each, f"inputs.{name}", lambda fraction, text: None)
                for each in fetched[name]
            ]
            inputs[name] = fitted if isinstance(value, list) else fitted[0]
        return inputs

    async def _action(self, voice: Voice) -> tuple[Output, ...]:
        run = self._run
        inputs = await self._inputs_by_kind()
        await self._enter_rendering()
        made = await self._performer.action(
            run.target_id, run.target_id, inputs, run.request["params"], voice.report
        )
        return _by_kind(made)

    async def _generation(self, voice: Voice) -> tuple[Output, ...]:
        """Return what the run's model makes, as outputs named by kind. It is the run's only step."""
        run = self._run
        inputs = await self._inputs_by_kind()
        await self._enter_rendering()
        wanted = Wanted(
            kind=Kind(run.request["generate"]),
            model_id=run.target_id,
            takes={taken: len(values) for taken, values in inputs.items()},
            params=run.request["params"],
            accepts_drafts=True,
        )
        made = await self._maker.generate(run.target_id, wanted, run.request["prompt"], inputs, voice.report)
        return _by_kind(made)

    async def _inputs_by_kind(self) -> dict[Kind, list[str]]:
        given = {Kind(kind): values for kind, values in self._run.request["inputs"].items()}
        fetched = await self._composer.fetch({kind.value: (kind, values) for kind, values in given.items()})
        return {Kind(kind): values for kind, values in fetched.items()}

    async def _checked_outputs(self, technique: Technique, values: Json, voice: Voice) -> tuple[Output, ...]:
        outputs: list[Output] = []
        for port in technique.outputs:
            value = values[port.id]
            if value is None or value == []:
                if not port.optional:
                    raise StepFailed(f"outputs.{port.id}: no step made it", code="output_missing")
                continue
            if port.type.kind is not Kind.TEXT:
                value = await self._keep_promise(port, value, voice)
            outputs.extend(_outputs(port.id, port.type, value))
        return tuple(outputs)

    async def _keep_promise(self, port: Port, value: Any, voice: Voice) -> Any:
        """Return the output's assets, fitted to the port's ratio where it says how."""
        kept: list[str] = []
        for index, asset_id in enumerate(value if isinstance(value, list) else [value]):
            path = f"outputs.{port.id}[{index}]"
            if port.fit:
                asset_id = await self._composer.fit(port, asset_id, path, voice.report)
            asset = await self._store.get_asset(None, asset_id)
            if asset.kind is not port.type.kind and port.type is not PortType.DOCUMENT:
                raise StepFailed(f"{path}: is {asset.media_type}, expected {port.type.kind.value}")
            if problem := output_problem(port, asset):
                raise problem
            kept.append(asset_id)
        return kept if isinstance(value, list) else kept[0]

    async def _enter_rendering(self) -> None:
        if self._run.phase is Phase.RENDERING:
            return  # resumed: it entered before
        event = NewEvent(
            "phase", {"phase": Phase.RENDERING, "progress": RENDERING_FROM, "message": "rendering"}
        )
        await self._store.record(
            self._fence, [event], phase=Phase.RENDERING, progress=RENDERING_FROM, message="rendering"
        )

    async def _write_progress(self, progress: float, message: str) -> None:
        event = NewEvent("progress", {"phase": Phase.RENDERING, "progress": progress, "message": message})
        await self._store.record(self._fence, [event], progress=progress, message=message)

    async def _finish(self, outputs: tuple[Output, ...], own_price_usd: float) -> None:
        """End the run well. own_price_usd: what the technique itself costs, beside what its steps were charged."""
        evaluation = await self._evaluate(self._run, outputs)
        engine = await anyio.to_thread.run_sync(engine_versions)
        ended = {"phase": Phase.DONE, "progress": 100.0, "message": "done", "engine": engine}
        events = [NewEvent("completed", ended)]
        if evaluation is not None:
            events.insert(0, NewEvent("evaluated", evaluation))
        await self._store.record(
            self._fence,
            events,
            status=Status.COMPLETED,
            phase=Phase.DONE,
            progress=100.0,
            message="done",
            outputs=outputs,
            evaluation=None if evaluation is None else shortened(evaluation),
            # With the end itself: a run that is resumed or fails has paid for steps, but not for the technique.
            charged_usd=round((await self._store.load_run(self._run.run_id)).charged_usd + own_price_usd, 6),
        )


def _by_kind(made: Json) -> tuple[Output, ...]:
    """Return outputs that are named by kind, in the order in which they were made."""
    return tuple(
        output for name, value in made.items() for output in _outputs(name, PortType.of(Kind(name)), value)
    )


def _outputs(output_id: str, port_type: PortType, value: Any) -> list[Output]:
    """Return one entry per value; a list numbers its entries."""
    if isinstance(value, list):
        present = [each for each in value if each is not None]
        return [_output(output_id, port_type, each, index) for index, each in enumerate(present)]
    return [_output(output_id, port_type, value, None)]


def _output(output_id: str, port_type: PortType, value: Any, index: int | None) -> Output:
    if port_type is PortType.TEXT:
        return Output(output_id, port_type, text=str(value), index=index)
    return Output(output_id, port_type, asset_id=str(value), index=index)
