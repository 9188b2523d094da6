"""The one place where a technique's ports become JSON Schema, and the line that sums them up."""

from collections.abc import Callable
from typing import TypeAlias

from limner.techniques.narrowing import (
    expectation,
    is_required,
    item_schema,
    list_bounds,
    spell_value,
    type_of,
)
from limner.techniques.values import media_words
from limner.types import Action, ActionPort, Json, Port, PortType, Technique

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_KEPT = ("enum", "minimum", "maximum", "multipleOf", "minLength", "maxLength", "pattern")


MediaWords: TypeAlias = Callable[[Port], str]
"""Says in words what a media input takes."""


def input_schema(technique: Technique, *, media: MediaWords = media_words) -> Json:
    """Return the JSON Schema (2020-12) of a technique's inputs: one flat object, no references, no unions."""
    schema: Json = {
        "type": "object",
        "properties": {port.id: _input(port, media) for port in technique.inputs},
        "additionalProperties": False,
    }
    if required := [port.id for port in technique.inputs if is_required(port)]:
        schema["required"] = required
    return schema


def action_schema(action: Action, *, media: MediaWords) -> Json:
    """Return the JSON Schema (2020-12) of a call of an action: its inputs by kind, its parameters beside them.

    No action has a parameter that is named like a kind that it takes.
    """
    ports = {port.kind.value: action_port(port) for port in action.inputs}
    schema: Json = {
        "type": "object",
        "properties": {**{name: _input(port, media) for name, port in ports.items()}, **action.params},
        "additionalProperties": False,
    }
    if required := [port.kind.value for port in action.inputs if port.least]:
        schema["required"] = required
    return schema


def action_port(port: ActionPort) -> Port:
    """Return what an action takes as an input of a technique."""
    bounds = {"minItems": port.least} if port.least else {"minItems": 1}
    if port.most is not None:
        bounds["maxItems"] = port.most
    return Port(
        id=port.kind.value,
        name=port.kind.value.capitalize(),
        type=PortType.of(port.kind),
        description=port.description,
        optional=port.least == 0,
        allow_multiple=port.is_list,
        schema=bounds if port.is_list else {},
    )


def output_schema(technique: Technique) -> Json:
    """Return the JSON Schema (2020-12) of a technique's outputs by id: text as it is, media as path, URL or id."""
    schema: Json = {
        "type": "object",
        "properties": {port.id: _output(port) for port in technique.outputs},
        "additionalProperties": False,
    }
    if required := [port.id for port in technique.outputs if not port.optional]:
        schema["required"] = required
    return schema


def _input(port: Port, media: MediaWords) -> Json:
    described = {"description": _sentence(port.description or port.name, _limits(port, media))}
    if port.allow_multiple:
        least, most = list_bounds(port)
        bounds: Json = {"minItems": least} if most is None else {"minItems": least, "maxItems": most}
        schema: Json = {"type": "array", "items": _scalar(port), **bounds, **described}
    else:
        schema = {**_scalar(port), **described}
    if "default" in port.schema:
        schema["default"] = port.schema["default"]
    return schema


def _output(port: Port) -> Json:
    says = port.description or port.name
    one = "Text." if port.type is PortType.TEXT else f"The {port.type.kind}: asset_…, path or URL."
    item: Json = {"type": "string"}
    extra = _format_words(port)
    if port.allow_multiple:
        return {"type": "array", "items": item, "description": _sentence(says, f"A list. {one}{extra}")}
    return {**item, "description": _sentence(says, f"{one}{extra}")}


def _scalar(port: Port) -> Json:
    if port.type is not PortType.TEXT:
        return {"type": "string", "minLength": 1}
    narrow = item_schema(port)
    return {"type": type_of(narrow), **{key: narrow[key] for key in _KEPT if key in narrow}}


def _sentence(says: str, more: str) -> str:
    says = says.strip()
    return f"{says if says.endswith(('.', '!', '?')) else says + '.'} {more}".strip()


def _limits(port: Port, media: MediaWords) -> str:
    narrow = {key: value for key, value in item_schema(port).items() if key != "default"}
    one = expectation(narrow) if port.type is PortType.TEXT else media(port)
    if port.allow_multiple:
        least, most = list_bounds(port)
        one = f"a list of {f'{least} to {most}' if most is not None else f'at least {least}'}, each {one}"
    elif one == "text":
        one = ""
    words = f"{one[0].upper()}{one[1:]}." if one else ""
    if "default" in port.schema:
        words += f" Default: {spell_value(port.schema['default'], 400)}."
    return (words + _format_words(port)).strip()


def _format_words(port: Port) -> str:
    words = ""
    if port.specified_aspect_ratio:
        how = {"crop": ", cropped to fit", "pad": ", padded to fit"}.get(port.fit or "", "")
        words += f" Aspect ratio {port.specified_aspect_ratio}{how}."
    if port.specified_duration:
        words += f" Duration {port.specified_duration:g} s."
    return words


def signature(technique: Technique) -> str:
    """Return the ports in one line: `image: imageUrl, colors?: 3–12 = 6 → swatches: imageUrl, colors: text`."""
    given = ", ".join(_port_words(port) for port in technique.inputs)
    made = ", ".join(_port_words(port) for port in technique.outputs)
    return f"{given} → {made}" if given else f"→ {made}"


def _port_words(port: Port) -> str:
    optional = "?" if port.optional or "default" in port.schema else ""
    words = f"{port.id}{optional}: {_type_words(port)}"
    if port.allow_multiple:
        words += f"[{_bounds_words(port)}]"
    default = port.schema.get("default")
    return words if default in (None, "", []) else f"{words} = {spell_value(default, 40)}"


def _type_words(port: Port) -> str:
    narrow = item_schema(port)
    if port.type is not PortType.TEXT or not narrow:
        return str(port.type)
    if choices := narrow.get("enum"):
        words = "|".join(spell_value(choice) for choice in choices)
        return f"({words})" if port.allow_multiple else words
    match type_of(narrow):
        case "boolean":
            return "true|false"
        case "integer" | "number" as kind:
            return _range_words(narrow, kind)
        case _:
            return str(port.type)


def _range_words(narrow: Json, kind: str) -> str:
    match narrow:
        case {"minimum": least, "maximum": most}:
            return f"{least}–{most}"
        case {"minimum": least}:
            return f"≥ {least}"
        case {"maximum": most}:
            return f"≤ {most}"
        case _:
            return kind


def _bounds_words(port: Port) -> str:
    if not any(key in port.schema for key in ("minItems", "maxItems")):
        return ""
    least, most = list_bounds(port)
    if most is None:
        return f"{least}+"
    return str(least) if least == most else f"{least}–{most}"
