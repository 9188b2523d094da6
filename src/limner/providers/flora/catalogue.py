"""Reads what a FLORA account offers: rows of `GET /models` and `GET /techniques` as models and techniques."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from limner.providers.flora.reading import amount_in, is_number, mappings_in, text_in
from limner.types import ActionPort, Json, Kind, Model, Port, PortType, RemoteTechnique
from limner.types.media import GENERATED_NAMES

MOST_OF_A_LIST = 16
"""So many files go into a parameter that takes several: the API does not say how many."""
USUAL_SECONDS = 30.0
_TYPES: Mapping[str, Json] = {
    "string": {"type": "string"},
    "string[]": {"type": "array", "items": {"type": "string"}},
    "bool": {"type": "boolean"},
    "int": {"type": "integer"},
    "int?": {"type": "integer"},
    "float": {"type": "number"},
    "dict": {"type": "object"},
}
"""The API's types of parameters in the words of JSON Schema; not `seed`, where the run's own goes."""
_MEDIA = re.compile(r"(?:.*_)?(image|video|audio)s?(?:_urls?)?")
_UNNAMED = re.compile(r"[^A-Za-z0-9_-]")


class UnreadableRowError(Exception):
    """A row of the catalogue is not what the API documents."""


@dataclass(frozen=True, slots=True)
class MediaParam:
    """A parameter of a model that takes the address of a file, or a list of addresses."""

    name: str
    is_list: bool
    is_required: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """What must be known of a model or technique to write a request to it, beside what Limner shows of it."""

    is_limner: bool = False
    """Whether the server is Limner's own REST face, which takes a seed, and assets by their ids."""
    seed: str | None = None
    """The parameter of a model that takes the seed."""
    media: Mapping[Kind, tuple[MediaParam, ...]] = field(default_factory=dict)
    lists: frozenset[str] = frozenset()
    """Ids of the inputs of a technique that take several values."""


def model_of(row: Any, provider: str) -> tuple[Model, Facts]:
    """Return the model that a row describes. provider: our name of the account.

    Raises: UnreadableRowError.
    """
    native_id = _word(row, "model_id")
    if row.get("type") not in GENERATED_NAMES:
        raise UnreadableRowError(f"makes {row.get('type')!r}")
    params = mappings_in(row, "params")
    media = _media(params)
    facts = Facts(is_limner="availability" in row, seed=_seed(params), media=media)
    inputs = _limner_ports(row) if facts.is_limner and "inputs" in row else _ports(media)
    name = text_in(row, "name") or native_id
    model = Model(
        model_id=f"{provider}/{native_id}",
        name=name,
        description=text_in(row, "description") or _description(name, row),
        provider=provider,
        type=Kind(row["type"]),
        params={each["name"]: _schema(each) for each in params if _is_offered(each)},
        inputs=inputs,
        fidelity=text_in(row, "fidelity") or "model",
        capabilities=_capabilities(row, inputs),
        price_usd=amount_in(row, "estimated_credits") if facts.is_limner else None,
        estimated_seconds=amount_in(row, "estimated_seconds") or USUAL_SECONDS,
    )
    return model, facts


def technique_of(row: Any) -> tuple[RemoteTechnique, Facts]:
    """Return the technique that a row describes, with all its ports. Raises: UnreadableRowError."""
    native_id = _word(row, "technique_id")
    cost = amount_in(row, "run_cost")
    if cost is None:
        raise UnreadableRowError("has no run_cost")
    inputs = tuple(_port(each) for each in mappings_in(row, "inputs"))
    outputs = tuple(_port(each, output=True) for each in mappings_in(row, "outputs"))
    if not outputs:
        raise UnreadableRowError("has no outputs")
    technique = RemoteTechnique(
        native_id=native_id,
        name=text_in(row, "name") or native_id,
        description=text_in(row, "description"),
        inputs=inputs,
        outputs=outputs,
        price_usd=cost,
        estimated_seconds=amount_in(row, "estimated_seconds") or USUAL_SECONDS,
    )
    lists = frozenset(port.id for port in inputs if port.allow_multiple)
    return technique, Facts(is_limner="availability" in row, lists=lists)


def is_ready(row: Any) -> bool:
    """Whether what a row describes can be run now; FLORA lists nothing else, Limner's own face says it."""
    return isinstance(row, Mapping) and row.get("availability", "ready") == "ready"


def output_name(native_id: str) -> str:
    """Return the id of an output as references have it: other characters are `_`, and so is one before a digit."""
    plain = _UNNAMED.sub("_", native_id)
    return plain if plain[:1].isalpha() or plain.startswith("_") else f"_{plain}"


def _port(row: Any, *, output: bool = False) -> Port:
    native_id = _word(row, "id")
    kind = next((each for each in PortType if each.value == row.get("type")), None)
    if kind is None:
        raise UnreadableRowError(f"has a port of the unknown type {row.get('type')!r}")
    return Port(
        id=output_name(native_id) if output else native_id,
        name=text_in(row, "name") or native_id,
        type=kind,
        description=text_in(row, "description"),
        optional=row.get("optional") is True,
        allow_multiple=row.get("allow_multiple") is True,
        specified_aspect_ratio=text_in(row, "specified_aspect_ratio") or None,
        specified_duration=amount_in(row, "specified_duration") or None,
    )


def _is_offered(param: Mapping[str, Any]) -> bool:
    return text_in(param, "name") != "" and text_in(param, "type") in _TYPES and _medium(param) is None


def _schema(param: Mapping[str, Any]) -> Json:
    """Return the JSON Schema of a parameter. The default null leaves the choice to the model."""
    schema: Json = {
        **_TYPES[param["type"]],
        "description": text_in(param, "description") or text_in(param, "label"),
        "default": param.get("default"),
    }
    options = [each["value"] for each in mappings_in(param, "options") if "value" in each]
    if options and param["type"] == "string[]":
        schema["items"] = {"type": "string", "enum": options}
    elif options:
        schema["enum"] = options
    for ours, theirs in (("minimum", "min"), ("maximum", "max")):
        bound = param.get(theirs)
        if param["type"] in ("int", "int?", "float") and is_number(bound):
            schema[ours] = bound
    return schema


def _medium(param: Mapping[str, Any]) -> Kind | None:
    """Return what a parameter takes addresses of: `start_image_url` of images, `image_size` of nothing."""
    is_open = param.get("type") in ("string", "string[]") and not param.get("options")
    match = _MEDIA.fullmatch(text_in(param, "name")) if is_open else None
    return Kind(match[1]) if match else None


def _media(params: Sequence[Mapping[str, Any]]) -> dict[Kind, tuple[MediaParam, ...]]:
    found: dict[Kind, tuple[MediaParam, ...]] = {}
    for each in params:
        kind = _medium(each)
        if kind is not None:
            param = MediaParam(each["name"], each["type"] == "string[]", each.get("required") is True)
            found[kind] = (*found.get(kind, ()), param)
    return found


def _ports(media: Mapping[Kind, Sequence[MediaParam]]) -> tuple[ActionPort, ...]:
    return tuple(
        ActionPort(
            kind,
            least=sum(each.is_required for each in params),
            most=sum(MOST_OF_A_LIST if each.is_list else 1 for each in params),
        )
        for kind, params in media.items()
    )


def _limner_ports(row: Mapping[str, Any]) -> tuple[ActionPort, ...]:
    """Return the media inputs of a model as Limner's own REST face writes them."""
    found = []
    for each in mappings_in(row, "inputs"):
        if text_in(each, "type") not in ("image", "video", "audio"):
            continue
        count = each.get("multiple")
        most = amount_in(count, "max") or MOST_OF_A_LIST if count else 1
        least = 0 if each.get("optional") else 1
        found.append(ActionPort(Kind(each["type"]), least=least, most=int(most)))
    return tuple(found)


def _seed(params: Sequence[Mapping[str, Any]]) -> str | None:
    return next((text_in(each, "name") for each in params if each.get("type") == "seed"), "") or None


def _capabilities(row: Mapping[str, Any], inputs: Sequence[ActionPort]) -> tuple[str, ...]:
    """Return the words that requests are routed by: those of the row, and what its inputs say."""
    told = row.get("capabilities")
    said = [each for each in told if isinstance(each, str)] if isinstance(told, list) else []
    images = next((port for port in inputs if port.kind is Kind.IMAGE), None)
    if images is not None:
        said.append("image-to-video" if row["type"] == "video" else "image-input")
        if images.most is None or images.most > 1:
            said.append("multi-image-input")
    return tuple(dict.fromkeys(said))


def _description(name: str, row: Mapping[str, Any]) -> str:
    maker = text_in(row, "provider")
    return f"{name}{f', of {maker}' if maker else ''}: makes {row['type']}."


def _word(row: Any, name: str) -> str:
    value = text_in(row, name)
    if not value:
        raise UnreadableRowError(f"has no {name}")
    return value
