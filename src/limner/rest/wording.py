"""The way out of an error, in the words of this API: the Studio names the tools that agents have."""

import re
from typing import Any

_OPERATIONS = {
    "start_run": "POST /runs/technique",
    "get_run": "GET /runs/{run_id}",
    "list_runs": "GET /technique-runs",
    "cancel_run": "POST /runs/{run_id}/cancel",
    "list_techniques": "GET /techniques",
    "get_technique": "GET /techniques/{technique_id}",
    "list_models": "GET /models",
    "view_output": "GET /runs/{run_id}",
}
_TOOL = re.compile(rf"(?:\b(?:[Cc]all|[Uu]se) )?\b({'|'.join(_OPERATIONS)})\b(?:\((?P<given>[^()]*)\))?")
_FIELD = re.compile(r"\bmodel_id(?=[=:])")
_RUN_ID = re.compile(r"run_[0-9a-z]{20,}")


def in_public_words(text: str) -> str:
    """Return a text with operations in place of tools: `GET /runs/run_…` for `call get_run(run_id='run_…')`."""
    return _FIELD.sub("model", _TOOL.sub(_operation, text))


def all_in_public_words(value: Any) -> Any:
    """Return a JSON value with every text in it as `in_public_words` has it."""
    match value:
        case str():
            return in_public_words(value)
        case dict():
            return {name: all_in_public_words(each) for name, each in value.items()}
        case list() | tuple():
            return [all_in_public_words(each) for each in value]
        case _:
            return value


def _operation(found: re.Match[str]) -> str:
    said = _OPERATIONS[found[1]]
    if run_id := _RUN_ID.search(found["given"] or ""):
        return said.replace("{run_id}", run_id[0])
    return said
