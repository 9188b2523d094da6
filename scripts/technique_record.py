"""What the gallery remembers of each technique, and whether that is still so: revision, actions, inputs, files."""

import hashlib
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from technique_cases import CASES, SEED, Case
from technique_runs import SECONDS_TOLERANCE, Made

from limner.actions.catalogue import builtin
from limner.library import technique_folder
from limner.techniques.shelf import Shelf
from limner.types import Port, Technique

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "images" / "techniques"
RECORD = PICTURES / "gallery.json"
RATIO = re.compile(r"\d+:\d+")
RATIO_TOLERANCE = 0.01
WORDS = {"name", "description", "tags", "examples", "estimated_seconds"}
Record = dict[str, Any]


def techniques() -> dict[str, Technique]:
    """Return the built-in techniques by slug."""
    found = Shelf(technique_folder(), [], builtin().by_id).builtin()
    return {each.slug: each for each in found.values()}


def read_record() -> Record:
    """Return what was remembered, by slug."""
    return json.loads(RECORD.read_text(encoding="utf-8")) if RECORD.exists() else {}


def write_record(record: Record) -> None:
    """Keep the record, by slug, so that a change is a small diff; values stay in the order in which they are given."""
    ordered = dict(sorted(record.items()))
    RECORD.write_text(json.dumps(ordered, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def identity(technique: Technique) -> Record:
    """Return what decides a technique's results: its graph, as a fingerprint, and its actions' versions.

    Its words and tags are no part of it, though they make another revision.
    """
    known = builtin().by_id
    graph = json.dumps(without_words(technique.definition), sort_keys=True)
    fingerprint = hashlib.sha256(graph.encode()).hexdigest()[:16]
    actions = {step.target: known[step.target].version for step in technique.steps if step.target in known}
    return {"graph": fingerprint, "actions": actions}


def without_words(value: Any) -> Any:
    """Return a definition without what only people and searches read."""
    if isinstance(value, list):
        return [without_words(each) for each in value]
    if isinstance(value, dict):
        return {name: without_words(each) for name, each in value.items() if name not in WORDS}
    return value


def call_of(case: Case) -> str:
    """Return a fingerprint of a case's call: the names of its pictures, its values, kit and seed."""
    call = json.dumps([case.media, case.values, case.brand_kit, SEED], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(call.encode()).hexdigest()[:16]


def stale(record: Record) -> list[str]:
    """Return the slugs whose gallery does not show what they do now."""
    known = techniques()
    gone = [slug for slug in record if slug not in known]
    return gone + [slug for slug in known if slug not in record or not is_current(known[slug], record[slug])]


def is_current(technique: Technique, entry: Record) -> bool:
    """Whether a technique does what it did, on the same inputs, and its small pictures are there."""
    calls = [call_of(case) for case in CASES.get(technique.slug, [])]
    return (
        entry["identity"] == identity(technique)
        and calls == [case["call"] for case in entry.get("cases", [])]
        and all((PICTURES / name).exists() for name in pictures_of(entry))
    )


def pictures_of(entry: Record) -> list[str]:
    """Return the files that a technique's part of the page shows, below the folder of pictures."""
    shown = []
    for case in entry.get("cases", []):
        shown += [f"inputs/{name}.jpg" for name in case["pictures"]]
        shown += [each["file"] for each in case["outputs"] if "file" in each]
    return shown


def promises(technique: Technique, case: Case, made: Sequence[Made]) -> Record:
    """Return what a run's outputs keep: the files as said, the declared ratio and duration (None: none declared)."""
    ports = {port.id: port for port in technique.outputs}
    ratios, seconds = [], []
    for place, each in enumerate(made):
        ratio = declared_ratio(technique, ports[each.output_id], case, place)
        if ratio and each.size:
            across, down = map(int, ratio.split(":"))
            ratios.append(abs(each.size[0] / each.size[1] / (across / down) - 1) < RATIO_TOLERANCE)
        length = declared_seconds(technique, ports[each.output_id], case)
        if length and each.seconds:
            seconds.append(abs(each.seconds - length) < SECONDS_TOLERANCE)
    return {
        "files": all(each.is_as_said for each in made),
        "ratio": all(ratios) if ratios else None,
        "duration": all(seconds) if seconds else None,
    }


def declared_ratio(technique: Technique, port: Port, case: Case, place: int) -> str | None:
    """Return the ratio that a port or the call promises for an output; None where none is."""
    if port.specified_aspect_ratio:
        return str(port.specified_aspect_ratio)
    value = given(technique, case, "ratios") or given(technique, case, "aspect_ratio")
    value = value[place] if isinstance(value, list) else value
    return value if value and RATIO.fullmatch(value) else None


def declared_seconds(technique: Technique, port: Port, case: Case) -> float | None:
    """Return the duration that a port or the call promises for a film; None where none is."""
    return port.specified_duration or given(technique, case, "seconds")


def given(technique: Technique, case: Case, name: str) -> Any:
    """Return an input's value, or its default."""
    port = next((port for port in technique.inputs if port.id == name), None)
    return None if port is None else case.values.get(name, (port.schema or {}).get("default"))
