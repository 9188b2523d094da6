"""Reads the inputs and outputs of a technique file."""

import re
from typing import Any

from limner.authored.node import Node
from limner.authored.report import did_you_mean, spell
from limner.techniques.narrowing import (
    ITEM_KEYWORDS,
    LIST_KEYWORDS,
    TYPES,
    MisfitError,
    fit,
    item_schema,
    type_of,
)
from limner.types import Json, Port, PortType

ID_PATTERN = r"[a-z][a-z0-9_]{0,39}"
ID_SHAPE = "a lower-case word of letters, digits and _, at most 40, beginning with a letter"
INPUT_KEYS = (
    "id", "name", "type", "description", "optional", "allow_multiple", "schema",
    "specified_aspect_ratio", "specified_duration", "fit",
)  # fmt: skip
OUTPUT_KEYS = (*INPUT_KEYS, "from")
RATIO_PATTERN = r"[1-9][0-9]{0,3}:[1-9][0-9]{0,3}"


def read_port(node: Node, *, is_output: bool) -> Port:
    """Return the port that a node describes; what is wrong with it is noted in its report."""
    node.only(
        OUTPUT_KEYS if is_output else INPUT_KEYS, ("id", "type", "from") if is_output else ("id", "type")
    )
    port_id = node.word("id", ID_PATTERN, ID_SHAPE)
    port = Port(
        id=port_id,
        name=node.text("name", port_id.replace("_", " ").capitalize(), most=80),
        type=PortType(node.choice("type", list(PortType), PortType.TEXT)),
        description=node.text("description"),
        optional=node.flag("optional"),
        allow_multiple=node.flag("allow_multiple"),
        schema=node.mapping("schema"),
        specified_aspect_ratio=node.word("specified_aspect_ratio", RATIO_PATTERN, 'a ratio such as "16:9"')
        or None,
        specified_duration=node.number("specified_duration"),
        fit=node.choice("fit", ("crop", "pad"), "") or None,
        source=node.data.get("from") if is_output else None,
    )
    _check_fit(node, port)
    if port.schema:
        _check_schema(Node(node.report, (*node.place, "schema"), port.schema), port, is_output=is_output)
    return port


def _check_fit(node: Node, port: Port) -> None:
    if port.fit and (port.type is not PortType.IMAGE or not port.specified_aspect_ratio):
        node.wrong(
            "fit",
            "fit says how a picture is brought to specified_aspect_ratio; it needs both.",
            "Use it on an imageUrl with specified_aspect_ratio, or remove it.",
        )
    if port.specified_aspect_ratio and port.type not in (PortType.IMAGE, PortType.VIDEO):
        node.wrong("specified_aspect_ratio", f"A {port.type} has no aspect ratio.", "Remove it.")
    if port.specified_duration and port.type not in (PortType.VIDEO, PortType.AUDIO):
        node.wrong("specified_duration", f"A {port.type} has no duration.", "Remove it.")


def _check_schema(node: Node, port: Port, *, is_output: bool) -> None:
    allowed = ITEM_KEYWORDS if port.type is PortType.TEXT else ()
    if port.allow_multiple:
        allowed = (*allowed, *LIST_KEYWORDS) if port.type is PortType.TEXT else ("minItems", "maxItems")
    for key in node.data:
        if key not in allowed:
            node.wrong(key, f"schema of a {_sort(port)} takes no {key!r}.", did_you_mean(key, allowed))
    if is_output and "default" in node.data:
        node.wrong("default", "An output has no default.", "Use `from: {first: [REF, value]}`.")
    _check_bounds(node, port)
    _check_keywords(node)
    if isinstance(node.data.get("items"), dict):
        items = Node(node.report, (*node.place, "items"), node.data["items"])
        items.only(tuple(key for key in ITEM_KEYWORDS if key != "default"))
        _check_keywords(items)
    elif "items" in node.data:
        node.wrong("items", "schema.items must be a mapping.", "Write items: {type: …}.")


def _sort(port: Port) -> str:
    return f"{port.type} list" if port.allow_multiple else str(port.type)


def _check_bounds(node: Node, port: Port) -> None:
    if not port.allow_multiple:
        return
    least, most = node.data.get("minItems", 1), node.data.get("maxItems", 100)
    for key, value in (("minItems", least), ("maxItems", most)):
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 1000:
            node.wrong(key, f"{key} must be a whole number from 0 to 1000.", "Write it without quotes.")
            return
    if least > most:
        node.wrong("maxItems", f"maxItems {most} is below minItems {least}.", "Swap them.")


def _check_keywords(node: Node) -> None:
    schema = node.data
    node.choice("type", TYPES, "string")
    choices = schema.get("enum")
    if choices is not None and not _are_scalars(choices):
        node.wrong("enum", "enum must be a list of different texts or numbers.", "Write enum: [a, b].")
    for key in ("minimum", "maximum", "multipleOf", "minLength", "maxLength"):
        if key in schema and not _is_number(schema[key], key):
            node.wrong(key, f"{key} must be a number.", "Write it without quotes.")
    for low, high in (("minimum", "maximum"), ("minLength", "maxLength")):
        if (
            _is_number(schema.get(low), low)
            and _is_number(schema.get(high), high)
            and schema[low] > schema[high]
        ):
            node.wrong(high, f"{high} {schema[high]} is below {low} {schema[low]}.", "Swap them.")
    _check_belonging(node)
    _check_pattern(node)


def _check_belonging(node: Node) -> None:
    kind = type_of(node.data) if _are_scalars(node.data.get("enum", ["a"])) else "string"
    for key in ("minimum", "maximum", "multipleOf"):
        if key in node.data and kind not in ("number", "integer"):
            node.wrong(key, f"{key} narrows numbers, not a {kind}.", "Add type: number or type: integer.")
    for key in ("minLength", "maxLength", "pattern"):
        if key in node.data and kind != "string":
            node.wrong(key, f"{key} narrows texts, not a {kind}.", "Remove it, or use type: string.")


def _check_pattern(node: Node) -> None:
    pattern = node.data.get("pattern")
    if pattern is None:
        return
    try:
        re.compile(pattern)
    except (re.error, TypeError) as error:
        node.wrong("pattern", f"pattern is not a regular expression: {error}.", "Correct it.")


def _is_number(value: Any, key: str) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    if key in ("minLength", "maxLength"):
        return isinstance(value, int) and value >= 0
    return key != "multipleOf" or value > 0


def _are_scalars(choices: Any) -> bool:
    if not isinstance(choices, list) or not choices:
        return False
    spelt = {str(choice) for choice in choices}
    return len(spelt) == len(choices) and all(isinstance(choice, str | int | float) for choice in choices)


def check_default(node: Node, port: Port) -> None:
    """Note a default that the port itself would refuse. The schema must be sound."""
    default = port.schema.get("default")
    if "default" not in port.schema:
        return
    values: list[Any] = default if isinstance(default, list) and port.allow_multiple else [default]
    schema: Json = {key: item for key, item in item_schema(port).items() if key != "default"}
    for value in values:
        try:
            fit(value, schema)
        except MisfitError as error:
            place = (*node.place, "schema", "default")
            node.report.add(place, f"{spell(place)} {error.message}.", "Choose a default that fits.")
