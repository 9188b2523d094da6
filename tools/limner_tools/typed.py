"""`run_<slug>`: one typed tool per technique that the operator chose, its inputs those of the technique's ports."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import mcp_types as t

from limner.app.requests import StartRequest, TechniqueEntry
from limner.app.techniques import not_published
from limner.errors import FieldError, InvalidInput, LimnerError
from limner.money import usd
from limner.techniques.schema import input_schema, output_schema
from limner.types import Availability, Json, Technique
from limner.types.technique import technique_id_of
from limner_tools import schemas
from limner_tools.calls import AgentTool, Call, ToolAnswer
from limner_tools.run_card import shown_on_card
from limner_tools.start_run import BRAND_KIT, CONTROLS, start

PREFIX = (
    "run_"  # a slug has at most 53 characters: hosts reject names of more than 64, and the list with them
)
ALL = "all"


def typed_tools(entries: Mapping[str, TechniqueEntry], chosen: Sequence[str]) -> dict[str, AgentTool]:
    """Return the tools of the published techniques that `chosen` names, by name, in id order.

    chosen: slugs or ids, or `all`. What names no published technique gives no tool.
    """
    wanted = {technique_id_of(name) for name in chosen}
    found: dict[str, AgentTool] = {}
    for technique_id, entry in entries.items():
        if entry.is_published and (ALL in chosen or technique_id in wanted):
            name = f"{PREFIX}{entry.technique.slug.replace('-', '_')}"
            found[name] = _tool(name, entry)
    return found


def unknown_tools(entries: Mapping[str, TechniqueEntry], chosen: Sequence[str]) -> list[str]:
    """Return the names in `chosen` that no published technique has."""
    return not_published(entries, [name for name in chosen if name != ALL])


def _controls_of(technique: Technique) -> Json:
    return {"brand_kit": BRAND_KIT, **CONTROLS} if technique.reads_brand else CONTROLS


def _control_names(ports: Collection[str], known: Json) -> dict[str, str]:
    """Return each control's name in a tool: its own, or `run_…` when an input has that already."""
    names: dict[str, str] = {}
    for control in known:
        name = control
        while name in ports:
            name = f"run_{name}"
        names[control] = name
    return names


def _tool(name: str, entry: TechniqueEntry) -> AgentTool:
    technique = entry.technique
    ports = [port.id for port in technique.inputs]
    known = _controls_of(technique)
    control_names = _control_names(ports, known)

    def describe(technique_ids: Sequence[str]) -> t.Tool:
        schema = input_schema(technique)
        controls = {control_names[control]: each for control, each in known.items()}
        return t.Tool(
            name=name,
            title=technique.name,
            description=_description(entry, control_names["idempotency_key"]),
            input_schema=schemas.arguments(
                {**schema["properties"], **controls}, tuple(schema.get("required", ()))
            ),
            output_schema=_output_schema(entry),
            annotations=t.ToolAnnotations(
                read_only_hint=False, destructive_hint=False, idempotent_hint=False, open_world_hint=True
            ),
            _meta=shown_on_card(),
        )

    async def call(call: Call) -> ToolAnswer:
        given = call.arguments
        controls = {each: given[spelled] for each, spelled in control_names.items() if spelled in given}
        request = StartRequest(
            technique_id=technique.technique_id,
            inputs={port: given[port] for port in ports if port in given},
            brand_kit=controls.get("brand_kit"),
            idempotency_key=controls.get("idempotency_key"),
            max_cost_usd=controls.get("max_cost_usd"),
            seed=controls.get("seed", 0),
        )
        try:
            return await start(replace(call, arguments=controls), request)
        except InvalidInput as error:
            raise _in_words_of(control_names, error) from error

    return AgentTool(name, describe, call)


def _in_words_of(control_names: Mapping[str, str], error: InvalidInput) -> LimnerError:
    """Return an error about start_run's arguments as one about the tool's, which has the inputs at its top."""
    fields = [
        FieldError(
            control_names.get(each.field, each.field)
            if each.field in control_names
            else each.field.removeprefix("inputs."),
            each.message,
        )
        for each in error.fields
    ]
    message = error.message
    for before, after in zip(error.fields, fields, strict=True):
        message = message.replace(f"{before.field}:", f"{after.field}:")
    return type(error)(message, fields=fields, next_step=error.next_step, code=error.code)


def _description(entry: TechniqueEntry, key: str) -> str:
    says = entry.technique.description.rstrip(".")
    price = _price_of(entry)
    needs = f" It cannot be started now: it needs {', '.join(entry.needs)}." if entry.needs else ""
    return (
        f"{says}.{price} Runs the technique {entry.technique.technique_id} and returns a Run: its outputs when it is "
        f"quick, else call get_run with its run_id. Retry with the same {key}: nothing is made twice.{needs}"
    )


def _price_of(entry: TechniqueEntry) -> str:
    if entry.price_usd is None:
        return " Nobody says what it costs." if entry.availability is Availability.READY else ""
    return f" It costs {usd(entry.price_usd)}." if entry.price_usd else ""


def _output_schema(entry: TechniqueEntry) -> Json:
    """Return the schema of a Run whose outputs are named: which ids there are, and what each is."""
    ports = output_schema(entry.technique)["properties"]
    named = "; ".join(f"{port}: {each['description']}" for port, each in ports.items())
    run: Json = schemas.RUN
    outputs: Json = {
        **run["properties"]["outputs"],
        "items": {"type": "object", "properties": {"output_id": {"type": "string", "enum": list(ports)}}},
        "description": f"{run['properties']['outputs']['description']} {named}",
    }
    return {**run, "properties": {**run["properties"], "outputs": outputs}}
