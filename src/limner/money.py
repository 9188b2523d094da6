"""How amounts of money are written, and from where on a difference is one."""

NOISE_USD = 0.000_000_5
"""Half of the smallest amount that is told apart, a millionth of a dollar: sums of binary fractions are off by less."""


def usd(amount: float) -> str:
    """Return an amount of US dollars as people write it: `$2.50`, `$0.0125`. At least two decimals, at most six."""
    return f"${plain_usd(amount)}"


def plain_usd(amount: float) -> str:
    """Return an amount as the number to type: `2.50`."""
    whole, _, decimals = f"{amount:.6f}".partition(".")
    return f"{whole}.{decimals.rstrip('0').ljust(2, '0')}"


def plain(amount: float) -> float:
    """Return an amount as JSON shows it: without noise, whole dollars as integers."""
    rounded = round(float(amount), 6)
    return int(rounded) if rounded.is_integer() else rounded


def is_over(amount: float, limit: float) -> bool:
    """Whether an amount is above a limit by more than the noise of its sum."""
    return amount > limit + NOISE_USD
