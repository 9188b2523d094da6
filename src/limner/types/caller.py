"""Who calls, and the keys by which callers are known."""

from dataclasses import dataclass, field

MOST_USD = 1_000_000
"""The highest budget that can be set, in US dollars."""
MOST_PER_MINUTE = 1_000_000
"""The highest rate that can be set, in requests per minute."""


@dataclass(frozen=True, slots=True)
class Principal:
    """Whoever a request was let in for."""

    caller: str
    """Whom runs, keys and assets belong to: `local`, `key:NAME` or `oauth:ISSUER:SUBJECT`."""
    name: str
    """How people call it."""
    scopes: tuple[str, ...] = ()
    """The scopes of its token; none for keys."""


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key that was handed out, without the key itself: only its hash is known here."""

    name: str
    sha256: str = field(repr=False)
    """64 hexadecimal digits, in lower case, of the key's UTF-8 bytes."""
    daily_budget_usd: float | None = None
    """What its bearer may spend in a UTC day; None: what the settings say for every caller."""
    requests_per_minute: int | None = None
    """None: what the settings say for every caller."""

    @property
    def caller(self) -> str:
        """The caller that requests with this key are made by."""
        return f"key:{self.name}"
