"""What the paid requests of one run came to: which are open, what each left behind, and what is left to spend."""

from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256

from limner.errors import BudgetExceeded, LimnerError, NotAccepted, OutcomeUnknown, ProviderFailed
from limner.money import is_over, usd
from limner.types import Candidate, Made, Purchase, PurchaseState, Run


class Accounts:
    """Keeps count for one attempt at a run. What it returns, others write down."""

    def __init__(self, run: Run, purchases: Sequence[Purchase]) -> None:
        """purchases: all that earlier attempts have asked for."""
        self._run = run
        self._open = {each.step: each for each in purchases if each.is_open}
        self._counts: dict[str, int] = {}
        self._steps = {each.key: each.step for each in purchases}
        self._caps: dict[str, float] = {}
        for each in purchases:
            self._counts[each.step] = self._counts.get(each.step, 0) + 1
        self._own_price = 0.0
        self._promised = {each.key: each.price_usd or 0.0 for each in purchases if each.is_open}
        self._spent = {each.key: each.charged_usd for each in purchases if not each.is_open}

    def set_aside(self, own_price_usd: float) -> None:
        """Keep the technique's own price out of what its steps may cost."""
        self._own_price = own_price_usd

    def all_open(self) -> list[Purchase]:
        """Return every request whose outcome is still to come."""
        return list(self._open.values())

    def open_at(self, step: str) -> Purchase | None:
        """Return the request of a step whose outcome is still to come."""
        return self._open.get(step)

    def cap(self, prefix: str, most_usd: float) -> None:
        """Let the steps below a path cost no more together than this."""
        self._caps[prefix] = most_usd

    def counted(self, prefix: str = "") -> float:
        """Return what the requests of the steps below a path have cost, or are promised to."""
        amounts = {**self._spent, **self._promised}
        return round(sum(each for key, each in amounts.items() if self._steps[key].startswith(prefix)), 6)

    def begin(self, step: str, candidate: Candidate, now: int) -> Purchase:
        """Return the intent to ask a candidate, its price set aside, under a key that no other request has.

        Raises: NotAccepted, code `budget_exceeded`, when the price does not fit any more into what the run was said
        to cost, or is not known any more. A run that was started at an unknown price has no such limit.
        """
        self._require_within_caps(step, candidate)
        self._require_affordable(candidate)
        count = self._counts[step] = self._counts.get(step, 0) + 1
        purchase = Purchase(
            key=sha256(f"{self._run.run_id}:{step}:{count}".encode()).hexdigest(),
            run_id=self._run.run_id,
            step=step,
            provider=candidate.provider,
            target=candidate.target,
            state=PurchaseState.INTENDED,
            price_usd=candidate.price_usd,
            sent_at=now,
        )
        self._promised[purchase.key] = candidate.price_usd or 0.0
        self._steps[purchase.key] = step
        return purchase

    def note(self, purchase: Purchase) -> None:
        """Remember how an open request stands."""
        self._open[purchase.step] = purchase

    def settled(self, step: str, made: Made) -> Purchase:
        """Return a step's request as it stands when its result is kept."""
        return self._ended(charged(self._open.pop(step), made))

    def failed(self, step: str, error: LimnerError) -> Purchase | None:
        """Return a step's request as an error leaves it; None when nothing is open."""
        purchase = self._open.pop(step, None)
        return None if purchase is None else self._ended(left_by(purchase, error))

    def _require_affordable(self, candidate: Candidate) -> None:
        if self._run.has_unpriced or candidate.price_usd == 0:
            return
        limit = self._run.estimated_usd - self._own_price
        counted = sum(self._promised.values()) + sum(self._spent.values())
        if candidate.price_usd is not None and not is_over(counted + candidate.price_usd, limit):
            return
        price = "an unknown price" if candidate.price_usd is None else usd(candidate.price_usd)
        raise NotAccepted(
            f"{candidate.provider} asks {price} for it; of the {usd(limit)} that the run was said to pay providers, "
            f"{usd(max(0.0, limit - counted))} is left.",
            is_passing=False,
            code=BudgetExceeded.code,
            next_step="Start it again: it is priced anew.",
        )

    def _require_within_caps(self, step: str, candidate: Candidate) -> None:
        price = candidate.price_usd or 0.0
        for prefix, most_usd in self._caps.items():
            spent = self.counted(prefix)
            if price and step.startswith(prefix) and is_over(spent + price, most_usd):
                raise NotAccepted(
                    f"{candidate.provider} asks up to {usd(price)} for {step}; of the {usd(most_usd)} that "
                    f"{prefix.removesuffix('/')} may cost, {usd(max(0.0, most_usd - spent))} is left.",
                    is_passing=False,
                    code=BudgetExceeded.code,
                    next_step="Raise `limits.cost_usd` of the step in the technique file.",
                )

    def _ended(self, purchase: Purchase) -> Purchase:
        self._promised.pop(purchase.key, None)
        self._spent[purchase.key] = purchase.charged_usd
        return purchase


def charged(purchase: Purchase, made: Made) -> Purchase:
    """Return a request that has its result: it costs what the provider says, or its price."""
    cost = (purchase.price_usd or 0.0) if made.cost_usd is None else made.cost_usd
    return replace(purchase, state=PurchaseState.SETTLED, charged_usd=cost)


def left_by(purchase: Purchase, error: LimnerError) -> Purchase:
    """Return a request as an error leaves it: what is not known to be free counts at its price."""
    price = purchase.price_usd or 0.0
    match error:
        case OutcomeUnknown():
            return replace(purchase, state=PurchaseState.UNKNOWN, charged_usd=price)
        case ProviderFailed(billed_usd=0):
            return released(purchase)
        case ProviderFailed(billed_usd=billed):
            return replace(
                purchase, state=PurchaseState.SETTLED, charged_usd=price if billed is None else billed
            )
        case NotAccepted() if purchase.job_id is None:
            return released(purchase)
        case _:
            return replace(purchase, state=PurchaseState.SETTLED, charged_usd=price)


def released(purchase: Purchase) -> Purchase:
    """Return a request that costs nothing."""
    return replace(purchase, state=PurchaseState.RELEASED, charged_usd=0.0)
