"""`run_<slug>`: one typed tool per technique that the operator chose, its inputs those of the technique's ports."""

from collections.abc import Mapping, Sequence

import mcp_types as t

from limner.app.requests import StartRequest, TechniqueEntry
from limner.techniques.schema import input_schema, output_schema
from limner.types import Json
from limner_tools import schemas
from limner_tools.calls import AgentTool, Call, ToolAnswer
from limner_tools.start_run import CONTROLS, start

MAX_NAME_CHARS = 64  # hosts reject longer names, and with one of them the whole list
PREFIX = "run_"


def typed_tools(entries: Mapping[str, TechniqueEntry], chosen: Sequence[str]) -> dict[str, AgentTool]:
    """Return the tools of the published techniques that `chosen` names, by name, in id order.

    chosen: slugs or ids, or `all`. What names no published technique gives no tool.
    """
    wanted = {name if name.startswith("tech_") else f"tech_{name}" for name in chosen}
    found: dict[str, AgentTool] = {}
    for technique_id, entry in entries.items():
        if entry.is_published and ("all" in chosen or technique_id in wanted):
            name = _name(entry.technique.slug)
            found.setdefault(name, _tool(name, entry))
    return found


def _name(slug: str) -> str:
    return f"{PREFIX}{slug.replace('-', '_')}"[:MAX_NAME_CHARS].rstrip("_")


def _tool(name: str, entry: TechniqueEntry) -> AgentTool:
    technique = entry.technique
    ports = [port.id for port in technique.inputs]

    def describe(technique_ids: Sequence[str]) -> t.Tool:
        schema = input_schema(technique)
        controls = {control: each for control, each in CONTROLS.items() if control not in ports}
        return t.Tool(
            name=name,
            title=technique.name,
            description=_description(entry),
            input_schema=schemas.arguments(
                {**schema["properties"], **controls}, tuple(schema.get("required", ()))
            ),
            output_schema=_output_schema(entry),
            annotations=t.ToolAnnotations(
                read_only_hint=False, destructive_hint=False, idempotent_hint=False, open_world_hint=True
            ),
        )

    async def call(call: Call) -> ToolAnswer:
        given = call.arguments
        request = StartRequest(
            technique_id=technique.technique_id,
            inputs={port: given[port] for port in ports if port in given},
            idempotency_key=given.get("idempotency_key") if "idempotency_key" not in ports else None,
            max_cost_usd=given.get("max_cost_usd") if "max_cost_usd" not in ports else None,
            seed=given.get("seed", 0) if "seed" not in ports else 0,
        )
        return await start(call, request)

    return AgentTool(name, describe, call)


def _description(entry: TechniqueEntry) -> str:
    says = entry.technique.description.rstrip(".")
    needs = f" It cannot be started now: it needs {', '.join(entry.needs)}." if entry.needs else ""
    return (
        f"{says}. Runs the technique {entry.technique.technique_id} and returns a Run: its outputs when it is quick, "
        f"else call get_run with its run_id. Retry with the same idempotency_key: nothing is made twice.{needs}"
    )


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
