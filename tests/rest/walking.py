"""Which operations of the API the traced commands of a shell have asked for."""

import re
import shlex
from typing import Any

Operation = tuple[str, str]
"""Method and path, with the names of its parameters: `("GET", "/runs/{run_id}")`."""


def operations_of(document: dict[str, Any]) -> set[Operation]:
    """Return every operation of an OpenAPI document."""
    return {(method.upper(), path) for path, item in document["paths"].items() for method in item}


def walked_requests(trace: str) -> set[Operation]:
    """Return the requests below /api/v1 that `curl` was called for, by the traces of `set -x`."""
    asked = {_request(shlex.split(line)) for line in _commands(trace)}
    return {(method, _template(path)) for method, path in asked if path}


def _commands(trace: str) -> list[str]:
    """Return the traced commands; one with line breaks in its arguments goes on until its quotes are closed."""
    return [found[1] for found in re.finditer(r"^\++ (curl (?:[^'\n]|'[^']*')*)$", trace, re.M)]


def _request(words: list[str]) -> tuple[str, str]:
    method = words[words.index("-X") + 1] if "-X" in words else "POST" if {"-d", "-F"} & set(words) else "GET"
    addresses = [re.match(r"http://[^/]+/api/v1(/[^?]*)", word) for word in words]
    return method, next((found[1] for found in addresses if found), "")


_NAMES = (
    (r"(?<=^/techniques/)[^/]+", "{technique_id}"),
    (r"(?<=/revisions/)[^/]+", "{revision}"),
    (r"(?<=/runs/)run_\w+", "{run_id}"),
    (r"(?<=^/actions/)[^/]+", "{action_id}"),
    (r"(?<=^/assets/)[^/]+", "{asset_id}"),
    (r"(?<=^/brands/)[^/]+", "{brand_kit}"),
    (r"(?<=^/webhook-secrets/)[^/]+", "{secret_id}"),
)


def _template(path: str) -> str:
    for pattern, name in _NAMES:
        path = re.sub(pattern, name, path)
    return path
