"""A workflow in ComfyUI's API format as a model: where the prompt, the seed, the inputs and the parameters go in it."""

import hashlib
import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from limner.errors import ConfigurationError
from limner.providers.declared import declared, implied_capabilities
from limner.providers.slots import filled, slots_in
from limner.types import ActionPort, Json, Kind, Model, Order, ProviderSettings

OWN_KEYS = ("workflow", "slots", "output_nodes", "megapixels")
ASPECT_RATIOS = ("1:1", "16:9", "9:16", "4:3", "3:4", "3:2", "2:3")
SIDE_STEP = 64
"""Sides are multiples of it: what diffusion models are trained on."""
_MEDIA = re.compile(r"(image|video|audio)(?:_([2-9]))?")
_RATIO = re.compile(r"([1-9][0-9]{0,3}):([1-9][0-9]{0,3})")
_SIDES = {"width", "height"}
_ASPECT_RATIO: Json = {
    "type": "string",
    "description": "Width to height.",
    "enum": list(ASPECT_RATIOS),
    "default": "1:1",
}


@dataclass(frozen=True, slots=True)
class Workflow:
    """A model, and the graph that makes it."""

    model: Model
    graph: Json
    """Nodes by id, with slots in their inputs."""
    output_nodes: tuple[str, ...]
    """Whose results count; empty: every node's."""
    megapixels: float
    """Of what it makes, where it has slots for width and height and no parameters of those names."""

    def graph_for(self, order: Order, names: Mapping[str, Sequence[str]]) -> Json:
        """Return the graph of an order. names: what each uploaded input is called at the server, by kind."""
        defaults = {name: schema.get("default") for name, schema in self.model.params.items()}
        given = {name: value for name, value in order.params.items() if name in defaults}
        values: Json = {**defaults, **given, "prompt": order.prompt, "seed": order.seed}
        values = {**self._sides(str(values.get("aspect_ratio"))), **values}
        for kind, sent in names.items():
            values |= {
                kind if number == 1 else f"{kind}_{number}": name for number, name in enumerate(sent, 1)
            }
        return dict(filled(self.graph, values))

    def title(self, node: str) -> str:
        """Return what a person calls a node."""
        found = self.graph.get(node, {})
        return str(found.get("_meta", {}).get("title") or found.get("class_type") or node)

    def _sides(self, ratio: str) -> Json:
        """Return width and height in pixels; of a ratio that is none, such as `auto`, a square's."""
        match = _RATIO.fullmatch(ratio)
        proportion = float(match[1]) / float(match[2]) if match else 1.0
        area = self.megapixels * 1024**2
        return {
            "width": _stepped(math.sqrt(area * proportion)),
            "height": _stepped(math.sqrt(area / proportion)),
        }


def workflows_of(settings: ProviderSettings) -> dict[str, Workflow]:
    """Return what the section declares, by id. Raises: ConfigurationError, naming the key."""
    place = f"providers.{settings.name}.models"
    if not settings.models:
        raise ConfigurationError(f"{place} is empty: declare each workflow as [[{place}]].")
    found: dict[str, Workflow] = {}
    for entry in settings.models:
        workflow = _workflow(settings, entry)
        if workflow.model.native_id in found:
            raise ConfigurationError(f"{place}: {workflow.model.native_id!r} is declared twice.")
        found[workflow.model.native_id] = workflow
    return found


def _workflow(settings: ProviderSettings, entry: Json) -> Workflow:
    model = declared(settings, entry, own=OWN_KEYS)
    place = f"providers.{settings.name}.models {model.native_id!r}"
    graph = _placed(_graph(entry, settings.folder, place), entry, place)
    slots = slots_in(graph)
    if slots & _SIDES - set(model.params):
        model = replace(model, params={"aspect_ratio": _ASPECT_RATIO, **model.params})
    _check_slots(slots, model, place)
    if "price_usd" not in entry:
        model = replace(model, price_usd=0.0)  # one's own machine
    if "takes" not in entry:
        model = replace(model, inputs=_ports(slots))
    if "capabilities" not in entry:
        model = replace(model, capabilities=implied_capabilities(model))
    model = replace(model, version=_version(graph))
    return Workflow(model, graph, _output_nodes(entry, graph, place), _megapixels(entry, place))


def _check_slots(slots: set[str], model: Model, place: str) -> None:
    known = {"prompt", "seed", *_SIDES, *model.params}
    unknown = {name for name in slots - known if not _MEDIA.fullmatch(name)}
    if unknown:
        raise ConfigurationError(
            f"{place}: workflow has the slot {{{{{min(unknown)}}}}}, which is no parameter of this model: "
            "declare it under params, with its type and default."
        )


def _graph(entry: Json, folder: Path, place: str) -> Json:
    """Return the graph in the file that the entry names."""
    name = entry.get("workflow")
    if not isinstance(name, str) or not name:
        raise ConfigurationError(
            f"{place}: workflow is missing: the path of a file that ComfyUI exported (API)."
        )
    path = folder / Path(name).expanduser()
    try:
        graph = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as problem:
        raise ConfigurationError(f"{place}: workflow {path} cannot be read: {problem}.") from problem
    if isinstance(graph, dict) and isinstance(graph.get("nodes"), list):
        raise ConfigurationError(
            f"{place}: workflow {path} is in the editor's format. In ComfyUI choose File, then Export (API)."
        )
    if not isinstance(graph, dict) or not graph or not all(map(_is_node, graph.values())):
        raise ConfigurationError(
            f"{place}: workflow {path} is no workflow: nodes by id, each with class_type and inputs."
        )
    return graph


def _is_node(node: object) -> bool:
    return isinstance(node, dict) and isinstance(node.get("inputs"), dict) and "class_type" in node


def _placed(graph: Json, entry: Json, place: str) -> Json:
    """Return the graph with the slots that the entry sets by node: `prompt = "6.inputs.text"`."""
    slots = entry.get("slots", {})
    if not isinstance(slots, dict):
        raise ConfigurationError(f'{place}: slots must be a table, such as {{prompt = "6.inputs.text"}}.')
    for slot, where in slots.items():
        for each in where if isinstance(where, list) else [where]:
            node, _, name = str(each).partition(".inputs.")
            if name not in graph.get(node, {}).get("inputs", {}):
                raise ConfigurationError(
                    f"{place}: slots.{slot} is {each!r}, and the workflow has no such input. "
                    'Write the id of the node, and the input: "6.inputs.text".'
                )
            graph[node]["inputs"][name] = f"{{{{{slot}}}}}"
    return graph


def _output_nodes(entry: Json, graph: Json, place: str) -> tuple[str, ...]:
    nodes = entry.get("output_nodes", [])
    if not isinstance(nodes, list):
        raise ConfigurationError(f'{place}: output_nodes must be a list of ids of nodes, such as ["9"].')
    if unknown := [node for node in nodes if str(node) not in graph]:
        raise ConfigurationError(
            f"{place}: output_nodes names {unknown[0]!r}, and the workflow has no such node."
        )
    return tuple(map(str, nodes))


def _megapixels(entry: Json, place: str) -> float:
    value = entry.get("megapixels", 1.0)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0.05 <= value <= 64:
        raise ConfigurationError(f"{place}: megapixels is {value!r}, must be a number from 0.05 to 64.")
    return float(value)


def _ports(slots: set[str]) -> tuple[ActionPort, ...]:
    """Return what a graph takes: as many files of a kind as it has slots, and all of them."""
    counts: dict[Kind, int] = {}
    for match in filter(None, map(_MEDIA.fullmatch, sorted(slots))):
        kind = Kind(match[1])
        counts[kind] = counts.get(kind, 0) + 1
    return tuple(ActionPort(kind, least=count, most=count) for kind, count in counts.items())


def _stepped(side: float) -> int:
    return max(1, round(side / SIDE_STEP)) * SIDE_STEP


def _version(graph: Json) -> int:
    """Return a number that changes with the graph: what it made before is not what it makes now."""
    return int.from_bytes(hashlib.sha256(json.dumps(graph, sort_keys=True).encode()).digest()[:4], "big")
