"""What a person picks in a host: a prompt per technique and one for an open wish, which lead to the right call."""

import json
from collections.abc import Mapping

import mcp_types as t
from mcp.shared.exceptions import MCPError

from limner.app.requests import TechniqueEntry
from limner.techniques.schema import input_schema
from limner.types import Availability, Json

MAX_ARGUMENT_CHARS = 4_000
OPEN_WISH = "make_media"
WISH = "wish"


def list_prompts(entries: Mapping[str, TechniqueEntry]) -> list[t.Prompt]:
    """Return the prompts: the open wish first, then each technique that can be started, by id."""
    return [_open_prompt(), *(_prompt(entry) for entry in _runnable(entries).values())]


def get_prompt(
    entries: Mapping[str, TechniqueEntry], name: str, given: Mapping[str, str] | None
) -> t.GetPromptResult:
    """Return what a prompt says in the person's name. Raises: MCPError, for an unknown name or argument."""
    answers = {key: str(value) for key, value in (given or {}).items() if str(value).strip()}
    if name == OPEN_WISH:
        _check(answers, {WISH}, {WISH})
        return _said(f"{_open_prompt().description}", _open_message(answers[WISH]))
    entry = _runnable(entries).get(name)
    if entry is None:
        raise MCPError(code=t.INVALID_PARAMS, message=f"Unknown prompt: {name}")
    schema = input_schema(entry.technique)
    _check(answers, set(schema["properties"]), set())
    return _said(entry.technique.description, _message(entry, schema, answers))


def complete(entries: Mapping[str, TechniqueEntry], name: str, argument: str, typed: str) -> list[str]:
    """Return the values that a prompt's argument may take and that begin with what was typed."""
    entry = _runnable(entries).get(name)
    port: Json = input_schema(entry.technique)["properties"].get(argument, {}) if entry else {}
    allowed = port.get("enum") or port.get("items", {}).get("enum") or ()
    return [str(each) for each in allowed if str(each).startswith(typed)]


def _runnable(entries: Mapping[str, TechniqueEntry]) -> dict[str, TechniqueEntry]:
    return {
        entry.technique.slug: entry
        for entry in entries.values()
        if entry.is_published and entry.availability is Availability.READY
    }


def _open_prompt() -> t.Prompt:
    wish = t.PromptArgument(name=WISH, description="What you want, and from which file.", required=True)
    return t.Prompt(
        name=OPEN_WISH,
        title="Make something with Limner",
        description="Say what you want; the right technique is found for it.",
        arguments=[wish],
    )


def _prompt(entry: TechniqueEntry) -> t.Prompt:
    schema = input_schema(entry.technique)
    required = schema.get("required", ())
    return t.Prompt(
        name=entry.technique.slug,
        title=entry.technique.name,
        description=entry.technique.description,
        arguments=[
            t.PromptArgument(name=port, description=each["description"], required=port in required)
            for port, each in schema["properties"].items()
        ],
    )


def _open_message(wish: str) -> str:
    return (
        f"With Limner: {wish}\n\n"
        "Call list_techniques to find what fits, and start_run with its technique_id, its inputs and an "
        "idempotency_key of your choice. Ask me for a file if one is missing. When the run has completed, tell me "
        "where its outputs are and look at one with view_output."
    )


def _message(entry: TechniqueEntry, schema: Json, answers: Mapping[str, str]) -> str:
    technique = entry.technique
    inputs = {port: _as_input(schema["properties"][port], value) for port, value in answers.items()}
    call = {"technique_id": technique.technique_id, "inputs": inputs}
    missing = [port for port in schema.get("required", ()) if port not in answers]
    ask = f" First ask me for: {', '.join(missing)}." if missing else ""
    return (
        f"{technique.name} with Limner: {technique.description}.{ask}\n\n"
        f"Call start_run with {json.dumps(call, ensure_ascii=False)} and an idempotency_key of your choice. "
        "When the run has completed, tell me where its outputs are and look at one with view_output."
    )


def _as_input(port: Json, answer: str) -> object:
    """Return what a person typed as the input's type: a list is typed with commas."""
    match port["type"]:
        case "array":
            return [part.strip() for part in answer.split(",") if part.strip()]
        case "integer" | "number" | "boolean":
            try:
                return json.loads(answer)
            except ValueError:
                return answer  # start_run says what is wrong with it, better than a prompt could
        case _:
            return answer


def _check(answers: Mapping[str, str], known: set[str], required: set[str]) -> None:
    problems = [f"{name} is not an argument" for name in answers if name not in known]
    problems += [f"{name} is missing" for name in required if name not in answers]
    problems += [
        f"{n} is longer than {MAX_ARGUMENT_CHARS}" for n, v in answers.items() if len(v) > MAX_ARGUMENT_CHARS
    ]
    if problems:
        raise MCPError(code=t.INVALID_PARAMS, message="; ".join(problems))


def _said(description: str, text: str) -> t.GetPromptResult:
    message = t.PromptMessage(role="user", content=t.TextContent(text=text))
    return t.GetPromptResult(description=description, messages=[message])
