"""What a person picks in a host: a prompt per technique and one for an open wish, which lead to the right call."""

import json
from collections.abc import Mapping

import mcp_types as t
from mcp.shared.exceptions import MCPError

from limner.app.requests import TechniqueEntry
from limner.errors import FieldError, InvalidInput
from limner.techniques.schema import input_schema
from limner.types import Availability, Json
from limner_tools.calls import ArgumentSchema

MAX_ARGUMENT_CHARS = 4_000
OPEN_WISH = "make_media"
OPEN_WISH_SAYS = "Say what you want made or changed; the assistant finds the technique for it and runs it."
WISH = "wish"
WISH_SCHEMA = ArgumentSchema(
    {"type": "object", "properties": {WISH: {"type": "string"}}, "additionalProperties": False}
)
BRAND_KIT = "brand_kit"
BRAND_KIT_SAYS = "The brand kit to use, such as homestead."
AFTERWARDS = (
    "If the call times out, or you are unsure, call again with the same key: nothing is made twice. "
    "When the run has completed, look at what was made with view_output, tell me in a sentence what you see, and "
    "where the files are."
)


def list_prompts(entries: Mapping[str, TechniqueEntry]) -> list[t.Prompt]:
    """Return the prompts: the open wish first, then each technique that can be started, by id."""
    return [_open_prompt(), *(_prompt(entry) for entry in _runnable(entries).values())]


def get_prompt(
    entries: Mapping[str, TechniqueEntry], name: str, given: Mapping[str, str] | None
) -> t.GetPromptResult:
    """Return what a prompt says in the person's name.

    An argument that is left out is asked for by the assistant. Raises: MCPError, for an unknown name; InvalidInput,
    for an unknown argument, or a value that the technique does not take.
    """
    answers = {key: str(value).strip() for key, value in (given or {}).items() if str(value).strip()}
    _check_lengths(answers)
    if name == OPEN_WISH:
        WISH_SCHEMA.check(answers)
        return _said(OPEN_WISH_SAYS, _open_message(answers.get(WISH)))
    entry = _runnable(entries).get(name)
    if entry is None:
        raise MCPError(
            code=t.INVALID_PARAMS, message=f"There is no prompt {name[:80]!r}; prompts/list has them."
        )
    schema = input_schema(entry.technique)
    kit = answers.pop(BRAND_KIT, None) if _takes_kit(entry) else None
    inputs = {port: _as_input(schema["properties"].get(port, {}), value) for port, value in answers.items()}
    inputs = ArgumentSchema({key: value for key, value in schema.items() if key != "required"}).check(inputs)
    return _said(entry.technique.description, _message(entry, schema, inputs, kit))


def complete(entries: Mapping[str, TechniqueEntry], name: str, argument: str, typed: str) -> list[str]:
    """Return the values that a prompt's argument may take and that begin with what was typed."""
    entry = _runnable(entries).get(name)
    port: Json = input_schema(entry.technique)["properties"].get(argument, {}) if entry else {}
    one = port.get("items", port)
    allowed = one.get("enum") or (("true", "false") if one.get("type") == "boolean" else ())
    if port.get("type") != "array":
        return _beginning_with(typed, allowed)
    done, comma, last = typed.rpartition(",")  # a list is typed with commas: the last part is being typed
    return [f"{done}{comma}{' ' * bool(comma)}{each}" for each in _beginning_with(last.strip(), allowed)]


def _beginning_with(typed: str, allowed: "list[object] | tuple[str, ...]") -> list[str]:
    return [str(each) for each in allowed if str(each).casefold().startswith(typed.casefold())]


def _runnable(entries: Mapping[str, TechniqueEntry]) -> dict[str, TechniqueEntry]:
    return {
        entry.technique.slug: entry
        for entry in entries.values()
        if entry.is_published and entry.availability is Availability.READY
    }


def takes_kit(entries: Mapping[str, TechniqueEntry], name: str) -> bool:
    """Whether a prompt has an argument for the brand kit."""
    entry = _runnable(entries).get(name)
    return entry is not None and _takes_kit(entry)


def _takes_kit(entry: TechniqueEntry) -> bool:
    """Whether the prompt has an argument for the brand kit: not where an input has that name."""
    ports = (port.id for port in entry.technique.inputs)
    return bool(entry.technique.reads_brand) and BRAND_KIT not in ports


def _open_prompt() -> t.Prompt:
    wish = t.PromptArgument(
        name=WISH,
        description="What you want, and from which file: a palette poster of ~/Pictures/harbour.jpg.",
        required=True,
    )
    return t.Prompt(
        name=OPEN_WISH, title="Make something with Limner", description=OPEN_WISH_SAYS, arguments=[wish]
    )


def _prompt(entry: TechniqueEntry) -> t.Prompt:
    schema = input_schema(entry.technique)
    required = schema.get("required", ())
    kit = t.PromptArgument(name=BRAND_KIT, description=BRAND_KIT_SAYS, required=entry.technique.needs_brand)
    return t.Prompt(
        name=entry.technique.slug,
        title=entry.technique.name,
        description=entry.technique.description,
        arguments=[
            t.PromptArgument(
                name=port,
                description=_typed_by_hand(each),
                required=port in required,
            )
            for port, each in schema["properties"].items()
        ]
        + [kit] * _takes_kit(entry),
    )


def _typed_by_hand(port: Json) -> str:
    """Return what a person is told of an argument: a list is one line of text in a host's form."""
    return f"{port['description']}{' Separate with commas.' if port['type'] == 'array' else ''}"


def _open_message(wish: str | None) -> str:
    asked = (
        f"I want you to make this with Limner: {wish}" if wish else "I want to make something with Limner."
    )
    first = "" if wish else "First ask me what I want, and from which file. Then find"
    return (
        f"{asked}\n\n"
        f"{first or 'Find'} the technique that fits with list_techniques, and start it with start_run: its "
        "technique_id, its inputs, and an idempotency_key of your choice. If it needs a file that I have not named, "
        f"ask me for it. If nothing fits, say so rather than run something else. {AFTERWARDS}"
    )


def _message(entry: TechniqueEntry, schema: Json, inputs: Json, kit: str | None) -> str:
    technique = entry.technique
    properties = schema["properties"]
    call: Json = {"technique_id": technique.technique_id, "inputs": inputs}
    if kit is not None:
        call[BRAND_KIT] = kit
    missing = [port for port in schema.get("required", ()) if port not in inputs]
    asked = [f"- {port}: {properties[port]['description']}" for port in missing]
    if technique.needs_brand and kit is None:
        asked.append(f"- {BRAND_KIT} (an argument of start_run, beside inputs): {BRAND_KIT_SAYS}")
    parts = [
        f"Use Limner's technique {technique.name} for me: {technique.description.rstrip('.')}.",
        "First ask me for what is missing:\n" + "\n".join(asked) if asked else "",
        f"Call start_run with {json.dumps(call, ensure_ascii=False)}"
        f"{', my answers added to inputs,' if asked else ''} and an idempotency_key of your choice. {AFTERWARDS}",
    ]
    return "\n\n".join(part for part in parts if part)


def _as_input(port: Json, answer: str) -> object:
    """Return what a person typed as the input's type: a list is typed with commas."""
    kind = port.get("type")
    if kind == "array" and not answer.startswith("["):
        parts = [part.strip() for part in answer.split(",") if part.strip()]
        return [_as_input(port.get("items", {}), part) for part in parts]
    if kind in ("array", "integer", "number", "boolean"):
        try:
            return json.loads(answer)
        except ValueError:
            return answer  # the check names it, with the type that it must be
    return answer


def _check_lengths(answers: Mapping[str, str]) -> None:
    problems = [
        FieldError(name[:80], f"is longer than {MAX_ARGUMENT_CHARS} characters")
        for name, value in answers.items()
        if len(value) > MAX_ARGUMENT_CHARS
    ]
    if problems:
        raise InvalidInput.of_all(problems)


def _said(description: str, text: str) -> t.GetPromptResult:
    message = t.PromptMessage(role="user", content=t.TextContent(text=text))
    return t.GetPromptResult(description=description, messages=[message])
