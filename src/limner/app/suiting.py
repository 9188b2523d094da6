"""Says what was asked for in a model's own parameters: the nearest that it can do, and what it cannot."""

from typing import Any

from limner.techniques.narrowing import MisfitError, fit, spell_value
from limner.types import Json, Model


def suited(model: Model, asked: Json) -> tuple[Json, tuple[str, ...]]:
    """Return all parameters of a model, filled with what was asked for, and what of it cannot be had.

    A technique asks every model in the same words (`aspect_ratio`, `duration` …): of a value that a model does not
    have the nearest is taken, and a parameter that it does not have is left out.
    """
    params: Json = {name: schema.get("default") for name, schema in model.params.items()}
    warnings: list[str] = []
    for name, value in asked.items():
        if name not in model.params:
            warnings.append(f"{model.model_id} has no {name}: {spell_value(value)} is left out")
            continue
        try:
            params[name] = fit(value, model.params[name])
        except MisfitError as error:
            nearest = _nearest(value, model.params[name])
            if nearest is None:
                warnings.append(f"{model.model_id}: {name} {error.message}; {spell_value(value)} is left out")
                continue
            params[name] = nearest
            warnings.append(
                f"{model.model_id}: {name} is {spell_value(nearest)} in place of {spell_value(value)}"
            )
    return {name: value for name, value in params.items() if value is not None}, tuple(warnings)


def _nearest(value: Any, schema: Json) -> Any:
    """Return the value nearest to one that does not fit: of numbers and of ratios; None for anything else."""
    wanted = _size(value)
    if wanted is None:
        return None
    if choices := schema.get("enum"):
        sizes = [
            (abs(size / wanted - 1), choice) for choice in choices if (size := _size(choice)) is not None
        ]
        return min(sizes, key=lambda each: each[0])[1] if sizes else None
    least, most = schema.get("minimum", wanted), schema.get("maximum", wanted)
    held = max(least, min(most, wanted))
    return round(held) if schema.get("type") == "integer" else held


def _size(value: Any) -> float | None:
    """Return a number for a number and for a ratio such as `16:9`, above 0; None for anything else."""
    across, colon, down = str(value).partition(":")
    try:
        size = float(across) / float(down) if colon else float(across)
    except (ValueError, ZeroDivisionError):
        return None
    return size if size > 0 else None
