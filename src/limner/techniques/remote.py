"""Makes the techniques that a provider offers into techniques of this installation: one remote step each."""

import hashlib
import logging
import re
from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Any

from limner.errors import InvalidTechnique
from limner.techniques.load import from_definition
from limner.techniques.ports import RATIO_PATTERN
from limner.techniques.revision import canonical_definition
from limner.techniques.shape import MAX_ID_CHARS
from limner.types import Json, Kind, Port, PortType, RemoteTechnique, StepKind, Technique
from limner.types.technique import slug_of

STEP = "run"
HASH_CHARS = 8
MAX_PORT_CHARS = 40
_RATIO = re.compile(RATIO_PATTERN)
log = logging.getLogger(__name__)


def remote_techniques(
    provider: str, offered: Iterable[RemoteTechnique], taken: Collection[str] = ()
) -> dict[str, Technique]:
    """Return what a provider offers as techniques by id, in the order of the provider's ids.

    provider: its name in the configuration. taken: ids of local techniques, which keep them.
    One that cannot be described as a technique here is left out, and logged.
    """
    found: dict[str, Technique] = {}
    for each in sorted(offered, key=lambda each: each.native_id):
        technique_id = _technique_id(provider, each.native_id, {*taken, *found})
        try:
            found[technique_id] = remote_technique(provider, each, technique_id)
        except InvalidTechnique as error:
            reason = error.problems[0].message
            log.warning(
                "technique_left_out",
                extra={"provider": provider, "technique": each.native_id, "reason": reason},
            )
    return found


def remote_technique(provider: str, offered: RemoteTechnique, technique_id: str) -> Technique:
    """Return one offered technique under an id of ours. Raises: InvalidTechnique."""
    inputs = _with_local_ids(offered.inputs)
    outputs = _with_local_ids(offered.outputs)
    definition = canonical_definition(
        {
            "technique_id": technique_id,
            "name": _clipped(offered.name, 80) or slug_of(technique_id),
            "description": _clipped(offered.description, 2000) or f"A technique of {provider}.",
            "inputs": [_port(port) for _, port in inputs],
            "steps": {
                STEP: {
                    "remote": f"{provider}/{offered.native_id}",
                    "inputs": {native: f"$inputs.{port.id}" for native, port in inputs},
                }
            },
            "outputs": [
                {**_port(_unenforced(port)), "from": f"$steps.{STEP}.{native}"} for native, port in outputs
            ],
            "fidelity": "model",
            "estimated_seconds": offered.estimated_seconds,
            "price_usd": round(offered.price_usd, 6),
        },
        pins={},
    )
    return from_definition(definition, actions={}, technique_of=lambda _id, _revision: None)


def own_price_of(technique: Technique) -> float:
    """Return what a technique costs beside its steps, in US dollars: nothing where a provider is paid for the whole."""
    is_remote = any(step.kind is StepKind.REMOTE for step in technique.steps)
    return 0.0 if is_remote else technique.price_usd


def _technique_id(provider: str, native_id: str, taken: Collection[str]) -> str:
    """Return `tech_PROVIDER-SLUG`; with a hash of the provider's own id where that is too long, or taken."""
    plain = f"tech_{_slug(provider)}-{_slug(slug_of(native_id))}".rstrip("-")
    if len(plain) <= MAX_ID_CHARS and plain not in taken:
        return plain
    digest = hashlib.sha256(native_id.encode()).hexdigest()[:HASH_CHARS]
    return f"{plain[: MAX_ID_CHARS - HASH_CHARS - 1].rstrip('-')}-{digest}"


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def _with_local_ids(ports: Iterable[Port]) -> list[tuple[str, Port]]:
    """Return the ports by their provider's id, each under a different id of ours."""
    found: list[tuple[str, Port]] = []
    taken: set[str] = set()
    for port in ports:
        stem = _port_id(port.id)
        local, number = stem, 2
        while local in taken:
            local, number = f"{stem[: MAX_PORT_CHARS - 4]}_{number}", number + 1
        taken.add(local)
        found.append((port.id, replace(port, id=local)))
    return found


def _port_id(native: str) -> str:
    """Return an id as ports have it: `imageUrl` is image_url, `1st frame` is p_1st_frame."""
    words = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", native)
    plain = re.sub(r"[^a-z0-9]+", "_", words.lower()).strip("_")
    return (plain if plain[:1].isalpha() else f"p_{plain}")[:MAX_PORT_CHARS].rstrip("_")


def _unenforced(port: Port) -> Port:
    """Return an output whose format is told and not enforced: what was paid for is never thrown away for it."""
    ratio = f"Aspect ratio {port.specified_aspect_ratio}." if _has_ratio(port) else ""
    seconds = f"Duration {port.specified_duration:g} s." if _has_duration(port) else ""
    described = " ".join(filter(None, (port.description, ratio, seconds)))
    return replace(port, description=described, specified_aspect_ratio=None, specified_duration=None)


def _port(port: Port) -> Json:
    written: Json = {
        "id": port.id,
        "name": _clipped(port.name, 80),
        "type": port.type.value,
        "description": _clipped(port.description, 2000),
        "optional": port.optional or None,
        "allow_multiple": port.allow_multiple or None,
        "specified_aspect_ratio": port.specified_aspect_ratio if _has_ratio(port) else None,
        "specified_duration": port.specified_duration if _has_duration(port) else None,
    }
    return {key: value for key, value in written.items() if _is_said(value)}


def _is_said(value: Any) -> bool:
    return value is not None and value != ""


def _has_ratio(port: Port) -> bool:
    is_visual = port.type in (PortType.IMAGE, PortType.VIDEO)
    return is_visual and _RATIO.fullmatch(port.specified_aspect_ratio or "") is not None


def _has_duration(port: Port) -> bool:
    return port.type.kind in (Kind.VIDEO, Kind.AUDIO) and (port.specified_duration or 0) > 0


def _clipped(text: str, most: int) -> str:
    """Return a text on one line, of at most so many characters."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"
