"""Which models can do what is wanted, the one to use first, and why."""

from collections.abc import Iterable, Sequence

from limner.money import usd
from limner.types import Availability, Kind, Model, Preference, RoutingPolicy, Wanted
from limner.types.model import EMBEDDED

UNKNOWN_PRICE = float("inf")


def ranked(models: Iterable[Model], wanted: Wanted, policy: RoutingPolicy) -> list[Model]:
    """Return the models that can do what is wanted, the one to use first.

    What the operator puts first comes first; then the cheaper, and of two that cost the same the quicker, or the other
    way round where speed is preferred. One whose price is not known counts as the dearest. One that only drafts serves
    who accepts that, when no other can be had, or who names it.
    """
    fitting = [model for model in models if obstacle(model, wanted, policy) is None]
    real = [model for model in fitting if not model.is_draft or model.model_id == wanted.model_id]
    chosen = real or (fitting if wanted.accepts_drafts else [])
    by_speed = (wanted.prefer or policy.prefer) == Preference.SPEED

    def rank(model: Model) -> tuple[float, float, float, str]:
        price = UNKNOWN_PRICE if model.price_usd is None else model.price_of(wanted.params)
        cost = (UNKNOWN_PRICE if price is None else price, model.estimated_seconds)
        first, second = reversed(cost) if by_speed else cost
        return _place(model, policy.order), first, second, model.model_id

    return sorted(chosen, key=rank)


def obstacle(model: Model, wanted: Wanted, policy: RoutingPolicy) -> str | None:
    """Say why a model cannot do what is wanted; None when it can."""
    if wanted.model_id is not None and model.model_id != wanted.model_id:
        return f"{wanted.model_id} is asked for"
    if model.type is not wanted.kind:
        return f"it makes {model.type}"
    if model.availability is not Availability.READY:
        return "it cannot be used now"
    if wanted.model_id is None and {model.provider, model.model_id} & set(policy.never):
        return "the operator's routing policy excludes it"
    if lacking := [need for need in wanted.needs if need not in model.capabilities]:
        return f"it lacks {', '.join(lacking)}"
    return _misfit(model, wanted)


def reason(chosen: Sequence[Model], index: int, wanted: Wanted, policy: RoutingPolicy) -> str:
    """Say in words why the model at `index` of those that were ranked is used."""
    model = chosen[index]
    price = model.price_of(wanted.params)
    costs = f"{'unknown price' if price is None else usd(price) if price else 'free'}, ~{model.estimated_seconds:g} s"
    if wanted.model_id is not None:
        return f"asked for by name ({costs})"
    if len(chosen) == 1:
        return f"the only model that can do it ({costs})"
    if index:
        return f"number {index + 1} of {len(chosen)}: those before it took nothing on ({costs})"
    if _place(model, policy.order) < len(policy.order):
        return f"first in the operator's order, of {len(chosen)} that can do it ({costs})"
    best = "quickest" if (wanted.prefer or policy.prefer) == Preference.SPEED else "cheapest"
    return f"the {best} of {len(chosen)} that can do it ({costs})"


def _misfit(model: Model, wanted: Wanted) -> str | None:
    taken = {port.kind: port for port in model.inputs}
    for kind, count in wanted.takes.items():
        if kind is Kind.TEXT or not count:
            continue
        port = taken.get(kind)
        if port is None or (port.most is not None and port.most < count):
            return f"it takes {'no' if port is None else f'at most {port.most}'} {kind}"
    for port in model.inputs:
        if port.least > wanted.takes.get(port.kind, 0):
            return f"it needs {port.kind}"
    return None


def _place(model: Model, order: Sequence[str]) -> int:
    """Return where a model stands in the operator's order; the embedded engine's come last that are not named in it."""
    names = (model.model_id, model.provider)
    last = len(order) + (model.provider == EMBEDDED)
    return next((index for index, name in enumerate(order) if name in names), last)
