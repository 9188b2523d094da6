"""Fills a step's inputs, parameters and prompt with the values of a run."""

from typing import Any

from limner.techniques.flow import TEXT_KEYS
from limner.techniques.references import Scope, is_first, lookup, parse_reference
from limner.techniques.templates import render
from limner.types import Json


def fill_inputs(inputs: Json, scope: Scope) -> Json:
    """Return a step's inputs with their values. Lists inside lists are spliced, null members left out.

    An input without a value is None. Raises: StepFailed, when a template cannot be rendered.
    """
    return {name: _spliced(_filled(value, scope, name in TEXT_KEYS)) for name, value in inputs.items()}


def fill_params(params: Json, scope: Scope) -> Json:
    """Return a step's parameters with their values; those without one are left out, so that defaults hold.

    Raises: StepFailed, when a template cannot be rendered.
    """
    return _present({name: _filled(value, scope, name in TEXT_KEYS) for name, value in params.items()})


def fill_prompt(prompt: str, scope: Scope) -> str | None:
    """Return a prompt with its values; None where it is a reference to nothing.

    Raises: StepFailed, when a template cannot be rendered.
    """
    value = _filled(prompt, scope, True)
    return None if value is None else str(value)


def _filled(value: Any, scope: Scope, is_text: bool) -> Any:
    """Return the value of what an author wrote. What a reference brings is data: it is not filled again."""
    match value:
        case str():
            if reference := parse_reference(value):
                return lookup(reference, scope)
            return render(value, scope) if is_text else value
        case dict() if is_first(value):
            found = (_filled(item, scope, is_text) for item in value["first"])
            return next((item for item in found if item is not None), None)
        case dict():
            return {key: _filled(item, scope, is_text) for key, item in value.items()}
        case list() | tuple():
            return [_filled(item, scope, is_text) for item in value]
        case _:
            return value


def _spliced(value: Any) -> Any:
    if not isinstance(value, list | tuple):
        return value
    flat: list[Any] = []
    for item in value:
        flat.extend(_spliced(item) if isinstance(item, list | tuple) else [] if item is None else [item])
    return flat


def _present(value: Json) -> Json:
    return {
        key: _present(item) if isinstance(item, dict) else item
        for key, item in value.items()
        if item is not None
    }
