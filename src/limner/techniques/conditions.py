"""Decides whether a guarded step runs: `when: REF`, `{value, equals}`, `{value, in}`, `{missing}`."""

from typing import Any

from limner.techniques.references import Reference, Scope, parse_reference, resolve


def is_met(when: Any, scope: Scope) -> bool:
    """Whether a step with this guard runs. No guard (None): it does."""
    if when is None:
        return True
    if not isinstance(when, dict):
        return bool(resolve(when, scope))
    if "missing" in when:
        return resolve(when["missing"], scope) is None
    value = resolve(when["value"], scope)
    if "equals" in when:
        return is_same(value, when["equals"])
    return any(is_same(value, choice) for choice in when["in"])


def is_same(one: Any, other: Any) -> bool:
    """Whether two values are equal as JSON: 1 is 1.0, but true is not 1."""
    return isinstance(one, bool) is isinstance(other, bool) and bool(one == other)


def present_when(when: Any) -> Reference | None:
    """Return the reference that certainly has a value in a step with this guard."""
    if not isinstance(when, dict):
        return parse_reference(when)
    choices = when.get("in") or [when.get("equals")]
    if "missing" in when or any(choice is None for choice in choices):
        return None
    return parse_reference(when.get("value"))
