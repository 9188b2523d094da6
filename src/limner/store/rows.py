"""How a run stands in its row: columns named as the fields of `Run`, collections as JSON."""

import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any

from limner.types import Json, Output, Phase, PortType, Run, RunType, Status

FIELDS = tuple(field.name for field in fields(Run))
COLUMNS = ", ".join(FIELDS)
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
ENCODER = json.JSONEncoder(separators=(",", ":"), allow_nan=False)


def to_json(value: Any) -> str:
    """Return compact JSON. Raises: ValueError, for NaN and infinities, which JSON has no word for."""
    return ENCODER.encode(value)


def new_id(prefix: str, now: int) -> str:
    """Return an id whose order is that of time: 10 characters of milliseconds, 20 (100 bits) at random."""
    number = (now << 100) | secrets.randbits(100)
    return prefix + "".join(ALPHABET[(number >> shift) & 31] for shift in range(145, -1, -5))


def new_run_id(now: int) -> str:
    """Return the id of a new run."""
    return new_id("run_", now)


def to_run(row: Sequence[Any]) -> Run:
    """Return the run that a row of COLUMNS holds."""
    values = dict(zip(FIELDS, row, strict=True))
    values["type"] = RunType(values["type"])
    values["status"] = Status(values["status"])
    values["phase"] = Phase(values["phase"])
    values["request"] = json.loads(values["request"])
    values["outputs"] = tuple(_to_output(entry) for entry in json.loads(values["outputs"]))
    values["has_unpriced"] = bool(values["has_unpriced"])
    for name in ("evaluation", "error"):
        values[name] = json.loads(values[name]) if values[name] else None
    return Run(**values)


def _to_output(entry: Json) -> Output:
    return Output(**{**entry, "type": PortType(entry["type"])})


def to_columns(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return run fields as SQLite takes them."""
    return {name: TO_COLUMN[name](value) if name in TO_COLUMN else value for name, value in values.items()}


def _from_outputs(outputs: Sequence[Output]) -> str:
    entries = [asdict(output) for output in outputs]
    return to_json([{k: v for k, v in entry.items() if v is not None} for entry in entries])


def _from_document(document: Json | None) -> str | None:
    return None if document is None else to_json(document)


def _from_message(message: str) -> str:
    # A file name in a message may hold bytes that are no text.
    return message.encode("utf-8", "replace").decode("utf-8")


TO_COLUMN: dict[str, Callable[[Any], Any]] = {
    "type": str,
    "status": str,
    "phase": str,
    "message": _from_message,
    "request": to_json,
    "outputs": _from_outputs,
    "evaluation": _from_document,
    "error": _from_document,
}
"""The columns that do not hold the field's value as it is."""
