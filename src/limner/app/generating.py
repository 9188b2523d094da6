"""Turns a call that generates into what a model is asked."""

import json

from limner.app.action_request import inputs_by_kind
from limner.app.models import ModelCatalogue
from limner.app.requests import StartRequest
from limner.errors import FieldError, InvalidInput
from limner.techniques.values import text_problem, validate_params
from limner.types import Json, Kind, Model, Output, Run, RunType, Wanted
from limner.types.media import GENERATED_NAMES
from limner.types.model import LAYOUT_DRAFT

ACCEPT_DRAFTS = "accept_drafts"
DRAFTS: Json = {
    ACCEPT_DRAFTS: {
        "type": "boolean",
        "default": False,
        "description": "Whether a layout draft will do where no model is configured.",
    }
}
"""The one parameter that is not the model's: it chooses the model, and is no part of what is asked of it."""
MOST_TERMS = 20


class Generations:
    """Answers what a call asks of which model."""

    def __init__(self, *, models: ModelCatalogue) -> None:
        self._models = models

    async def asked(self, request: StartRequest) -> tuple[Model, Json]:
        """Return the model that serves a request, and the document of what is asked of it: all but seed and brand.

        Raises: InvalidInput, NotFound; Unavailable with code `needs_provider`.
        """
        kind = Kind(request.generate or "")
        model = await self._models.route(
            Wanted(
                kind=kind,
                model_id=request.model_id,
                takes=_counts(request.inputs),
                params=request.params,
                accepts_drafts=bool(_drafts_accepted(request.params)),
            )
        )
        prompt = request.prompt or ""
        if len(prompt) > model.max_prompt_chars:
            problem = f"has {len(prompt)} characters, {model.model_id} takes {model.max_prompt_chars}"
            raise InvalidInput.of("prompt", problem)
        params = validate_params({**model.params, **DRAFTS}, request.params)
        del params[ACCEPT_DRAFTS]
        inputs = inputs_by_kind(model.model_id, model.inputs, request.inputs)
        return model, {
            "generate": kind.value,
            "model_id": model.model_id,
            "version": model.version,
            "fidelity": model.fidelity,
            "prompt": prompt,
            "inputs": {taken.value: values for taken, values in inputs.items()},
            "params": params,
        }


def _counts(inputs: Json) -> dict[Kind, int]:
    """Return how many media of each kind are given; what is no kind is found out when the inputs are checked."""
    kinds = {kind.value: kind for kind in Kind if kind is not Kind.TEXT}
    return {
        kinds[name]: len(value) if isinstance(value, list) else 1
        for name, value in inputs.items()
        if name in kinds and value
    }


def _drafts_accepted(params: Json) -> object:
    given = {name: value for name, value in params.items() if name == ACCEPT_DRAFTS}
    return validate_params(DRAFTS, given)[ACCEPT_DRAFTS]


def generation_problems(request: StartRequest) -> list[FieldError]:
    """Return what is wrong with the arguments of a call that generates, whatever the model; of another, too."""
    if request.generate is None:
        return [
            FieldError(name, "goes with `generate` only")
            for name in ("prompt", "model_id")
            if getattr(request, name) is not None
        ]
    problems: list[FieldError] = []
    if request.generate not in GENERATED_NAMES:
        kinds = ", ".join(GENERATED_NAMES)
        problems.append(FieldError("generate", f"is {request.generate!r}, must be one of {kinds}"))
    prompt = request.prompt or ""
    if not prompt.strip():
        problems.append(FieldError("prompt", "is required: say what to make"))
    elif problem := text_problem(prompt):
        problems.append(FieldError("prompt", problem))
    return problems


def made_by_model(run: Run) -> Json:
    """Return what a run of a model says of its result: its fidelity, and the words that were not drawn.

    Of `unmatched_terms` the first few; all of them stand in the output that is JSON.
    """
    if run.type is not RunType.GENERATION:
        return {}
    told: Json = {"fidelity": run.request["fidelity"]}
    if not is_drafted(run):
        return told
    terms = [str(each) for output in run.outputs for each in _unmatched(output)]
    return {**told, "unmatched_terms": terms[:MOST_TERMS]} if terms else told


def is_drafted(run: Run) -> bool:
    """Whether a run's result is a layout draft, which describes itself in an output that is JSON."""
    return run.type is RunType.GENERATION and run.request["fidelity"] == LAYOUT_DRAFT


def _unmatched(output: Output) -> list[object]:
    about = described(output)
    terms = about.get("unmatched_terms")
    return terms if isinstance(terms, list) else []


def described(output: Output) -> Json:
    """Return the object that an output of text is, `{}` for any other."""
    if output.text is None:
        return {}
    try:
        found = json.loads(output.text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
