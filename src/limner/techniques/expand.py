"""Unfolds `for_each` into one scope per element, and folds the elements' results back into lists."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from limner.errors import StepFailed
from limner.techniques.references import Scope, resolve
from limner.types import Json

MOST_ITEMS = 200


def is_zip(value: Any) -> bool:
    """Whether this is `{zip: {a: REF, b: REF}}`, with or without `lead: a`."""
    return isinstance(value, dict) and isinstance(value.get("zip"), dict)


def lead_of(for_each: Json) -> str:
    """Return the member of a zip that sets its length: `lead`, else the first one written."""
    return str(for_each.get("lead") or next(iter(for_each["zip"])))


def expand(for_each: Any, scope: Scope) -> list[Scope] | None:
    """Return one scope per element, with `item` and `index`; None when there is nothing to map (null).

    A zip is as long as its lead; where another member is shorter, its value is None.
    Raises: StepFailed, over 200 elements.
    """
    items = _items(for_each, scope)
    if items is None:
        return None
    if len(items) > MOST_ITEMS:
        raise StepFailed(
            f"for_each maps at most {MOST_ITEMS} elements, got {len(items)}.",
            next_step="Give fewer files or parts, or split the work over several runs.",
        )
    return [replace(scope, item=item, index=index) for index, item in enumerate(items)]


def _items(for_each: Any, scope: Scope) -> list[Any] | None:
    if not is_zip(for_each):
        return _listed(resolve(for_each, scope))
    members = {name: _listed(resolve(value, scope)) for name, value in for_each["zip"].items()}
    lead = members[lead_of(for_each)]
    if lead is None:
        return None
    return [{name: _at(values, index) for name, values in members.items()} for index in range(len(lead))]


def _listed(value: Any) -> list[Any] | None:
    if value is None or isinstance(value, list):
        return value
    return list(value) if isinstance(value, tuple) else [value]


def _at(values: list[Any] | None, index: int) -> Any:
    return values[index] if values is not None and index < len(values) else None


def collect(results: Iterable[Json | None], names: Iterable[str]) -> Json:
    """Return the results of a mapped step: under each of its `names`, all elements' values in order.

    An element that was skipped (None) leaves no gap; a value that is itself a list is spliced in.
    """
    folded: dict[str, list[Any]] = {name: [] for name in names}
    for result in results:
        for name, value in (result or {}).items():
            folded.setdefault(name, []).extend(_listed(value) or [])
    return folded
