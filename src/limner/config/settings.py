"""Everything configurable, with its final value."""

from dataclasses import dataclass, field
from pathlib import Path

from limner.types import ApiKey, Limits, ProviderSettings, RoutingPolicy

MB = 1_000_000
DEFAULT_LOG_LEVEL = "WARNING"


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one process. What is a secret does not show in its `repr`."""

    home: Path
    input_roots: tuple[Path, ...]
    has_own_roots: bool = False
    """Whether somebody chose `input_roots`, rather than taking the default."""
    techniques: tuple[Path, ...] = ()
    workers: int = 2
    max_runs: int = 16
    idempotency_hours: int = 24
    limits: Limits = field(default_factory=Limits)
    log_level: str = DEFAULT_LOG_LEVEL
    daily_budget_usd: float | None = None
    """What each caller may spend in a UTC day, where its key says nothing else; None: no limit."""
    consent_usd: float = 1.0
    tools: tuple[str, ...] = ()
    """Slugs of techniques that are tools of their own, or `all` alone."""
    api_keys: tuple[ApiKey, ...] = field(default=(), repr=False)
    requests_per_minute: int = 600
    public_url: str | None = None
    """Without a slash at the end; None: the address that the server listens on."""
    allowed_hosts: tuple[str, ...] = ()
    allowed_origins: tuple[str, ...] = ()
    max_request_mb: int = 4
    max_connections: int = 1000
    allow_loopback_callbacks: bool = False
    callback_retry_seconds: tuple[float, ...] = (10.0, 60.0, 300.0)
    """How long to wait after each try to deliver a callback that failed; then it is given up."""
    oauth_issuer: str | None = None
    """None: no tokens are accepted. Otherwise `oauth_audience` is not empty."""
    oauth_audience: tuple[str, ...] = ()
    oauth_scopes: tuple[str, ...] = ()
    oauth_jwks_url: str | None = None
    providers: tuple[ProviderSettings, ...] = ()
    """Those that are enabled; one whose `problem` says so cannot be asked."""
    routing: RoutingPolicy = field(default_factory=RoutingPolicy)

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.home / "limner.sqlite"

    @property
    def max_request_bytes(self) -> int:
        """The longest body of one HTTP request."""
        return self.max_request_mb * MB
