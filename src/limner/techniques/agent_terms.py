"""Reads what an agent step says of its tools, its result and its limits, noting every mistake at its place."""

import re
from typing import Any

from limner.authored.node import Node
from limner.authored.report import did_you_mean, spell
from limner.types import AgentLimits, AgentTerms, AgentTool, Json, ToolKind

WEB = ToolKind.WEB.value
MOST_TOOLS = 32
MOST_TURNS, MOST_CALLS, MOST_COST_USD, MOST_SECONDS = 60, 200, 100.0, 3600.0
LEAST_COST_USD = 0.000001
TOOL_REMEDY = "Write {action: ID}, {technique: ID} or web."
MOST_DEPTH = 6
SCALARS = ("string", "number", "integer", "boolean")
TYPES = (*SCALARS, "object", "array")
KEYWORDS = (
    "type", "description", "properties", "required", "additionalProperties", "items", "enum",
    "minItems", "maxItems", "minLength", "maxLength", "minimum", "maximum",
)  # fmt: skip
COUNTS = ("minItems", "maxItems", "minLength", "maxLength")
NAME = r"[A-Za-z_][A-Za-z0-9_-]{0,63}"
OWN_RESULTS = ("text", "sources")
"""The results that every agent has: no property of its object may have their names."""


def read_terms(node: Node) -> AgentTerms:
    """Return what the step says, what is not said at its default."""
    return AgentTerms(tools=_tools(node), result=_result(node), limits=_limits(node))


def _tools(node: Node) -> tuple[AgentTool, ...]:
    found: list[AgentTool] = []
    for index, item in enumerate(node.items("tools")):
        place = (*node.place, "tools", index)
        tool = AgentTool(ToolKind.WEB) if item == WEB else None
        if isinstance(item, dict):
            tool = _named_tool(Node(node.report, place, item))
        elif tool is None:
            node.report.add(place, f"{spell(place)} is no tool.", TOOL_REMEDY)
        if tool is None:
            continue
        if any((each.kind, each.target) == (tool.kind, tool.target) for each in found):
            node.report.add(place, f"The tool {tool.target or WEB} stands here twice.", "Keep one of them.")
        found.append(tool)
    if len(found) > MOST_TOOLS:
        node.wrong("tools", f"An agent has at most {MOST_TOOLS} tools.", "Leave some out.")
    return tuple(found)


def _named_tool(node: Node) -> AgentTool | None:
    kinds = [key for key in ("action", "technique") if key in node.data]
    if len(kinds) != 1:
        node.report.add(node.place, f"{spell(node.place)} is no tool.", TOOL_REMEDY)
        return None
    kind = ToolKind(kinds[0])
    node.only((kind.value, "revision") if kind is ToolKind.TECHNIQUE else (kind.value,), (kind.value,))
    revision = node.text("revision", most=40) or None if kind is ToolKind.TECHNIQUE else None
    target = node.text(kind.value, most=80)
    return AgentTool(kind, target, revision) if target else None


def _limits(node: Node) -> AgentLimits:
    given = node.child("limits")
    if given is None:
        return AgentLimits()
    given.only(("turns", "calls", "cost_usd", "seconds"))
    told: dict[str, Any] = {
        "turns": given.between("turns", 1, MOST_TURNS, is_whole=True),
        "calls": given.between("calls", 0, MOST_CALLS, is_whole=True),
        "cost_usd": given.between("cost_usd", LEAST_COST_USD, MOST_COST_USD),
        "seconds": given.between("seconds", 1, MOST_SECONDS),
    }
    return AgentLimits(**{key: value for key, value in told.items() if value is not None})


def _result(node: Node) -> Json | None:
    given = node.child("result")
    if given is None:
        return None
    if given.data.get("type") != "object" or not given.data.get("properties"):
        remedy = "Write {type: object, properties: {headline: {type: string}}}; leave `result` out for text."
        node.wrong("result", "result must be the schema of an object with properties.", remedy)
        return None
    _check_schema(given, 1)
    for name in given.mapping("properties"):
        place = (*given.place, "properties", name)
        if name in OWN_RESULTS:
            node.report.add(place, f"An agent has a result named {name!r} already.", "Rename the property.")
    return given.data


def _check_schema(node: Node, depth: int) -> None:
    """Note what is wrong with a schema: only what every model's structured output can be held to is known."""
    node.only(KEYWORDS, ("type",))
    kind = node.choice("type", TYPES, "")
    node.text("description")
    if depth > MOST_DEPTH:
        node.report.add(
            node.place, f"The schema is over {MOST_DEPTH} levels deep.", "Ask for something flatter."
        )
        return
    for key in COUNTS:
        node.between(key, 0, 1_000_000, is_whole=True)
    for key in ("minimum", "maximum"):
        node.between(key, -1e15, 1e15)
    _check_enum(node)
    if kind == "object":
        _check_object(node, depth)
    elif kind == "array":
        below = node.child("items")
        if below is None:
            node.report.add(
                node.place, f"{spell(node.place)} has no 'items'.", "Say what the list holds: `items:`."
            )
        else:
            _check_schema(below, depth + 1)


def _check_enum(node: Node) -> None:
    choices = node.items("enum")
    if "enum" in node.data and not all(isinstance(each, str | int | float) for each in choices or [None]):
        node.wrong("enum", "enum must be a list of texts or numbers.", "Write enum: [warm, cool].")


def _check_object(node: Node, depth: int) -> None:
    node.flag("additionalProperties")
    properties = node.child("properties")
    known: Json = properties.data if properties is not None else {}
    for name in node.items("required"):
        if name not in known:
            node.wrong(
                "required", f"required names {name!r}, and there is no such property.", _near(name, known)
            )
    for name in known:
        if properties is None:
            continue
        if not re.fullmatch(NAME, name):
            properties.wrong(name, f"The property {name!r} must be letters, digits, _ and -.", "Rename it.")
        below = properties.child(name)
        if below is not None:
            _check_schema(below, depth + 1)
        elif known[name] is None:
            properties.wrong(name, f"The property {name!r} is empty.", "Write {type: string} after it.")


def _near(name: Any, known: Json) -> str:
    return did_you_mean(str(name), known)
