"""The documented table of settings: every key, what it means, its default and how its value is read."""

from dataclasses import dataclass

from limner.config.addresses import host_name, issuer, origin, secure_address, web_address
from limner.config.api_keys import keys_in_file, keys_in_variable
from limner.config.parsing import (
    Parse,
    audience,
    dollars,
    folder,
    folders,
    integer,
    level,
    list_of,
    scope,
    switch,
    tools,
    waits,
)
from limner.config.providers import (
    providers_in_file,
    providers_in_variable,
    routing_in_file,
    routing_in_variable,
)
from limner.config.settings import DEFAULT_LOG_LEVEL
from limner.types.caller import MOST_PER_MINUTE, MOST_USD


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its key in `limner.toml`, what it means, and how its value is read."""

    key: str
    description: str
    default: str
    """How the default reads in the documentation."""
    parse: Parse
    """Raises ValueError whose text says what is allowed."""
    parse_in_file: Parse | None = None
    """How the file's value is read, where a variable writes it otherwise."""

    @property
    def variable(self) -> str:
        """The environment variable that overrides the file."""
        return f"LIMNER_{self.key.upper()}"


_GENERAL = (
    Setting("home", "Where Limner keeps its database, assets and user techniques.", "user data", folder),
    Setting(
        "input_roots",
        "Folders that local input files may come from.",
        "Pictures, Downloads, Desktop, Documents and the working folder",
        folders,
    ),
    Setting("techniques", "More technique files, or folders of them.", "none", folders),
    Setting(
        "workers", "Media steps that run at once in this process.", "half the cores, 2 to 8", integer(1, 64)
    ),
    Setting("max_runs", "Runs that this process works on at once.", "16", integer(1, 1000)),
    Setting("idempotency_hours", "How long an idempotency key is remembered.", "24", integer(2, 8760)),
    Setting("max_pixels", "Pixels of one picture or frame.", "64000000", integer(10_000, 10**9)),
    Setting("max_frames", "Frames of one video that Limner makes.", "18000", integer(1, 10**7)),
    Setting("max_seconds", "Seconds of one video or sound.", "600", integer(1, 86_400)),
    Setting("max_input_mb", "Megabytes of one input file.", "500", integer(1, 100_000)),
    Setting("max_output_mb", "Megabytes of one output file.", "1000", integer(1, 100_000)),
    Setting("max_memory_mb", "Megabytes of memory of one worker process.", "3000", integer(256, 1_000_000)),
    Setting("max_cpu_seconds", "CPU seconds of one worker process.", "900", integer(1, 86_400)),
    Setting("log_level", "What is logged to stderr.", DEFAULT_LOG_LEVEL, level),
)

_AGENTS = (
    Setting(
        "tools",
        "Techniques that are tools of their own, `run_<slug>`: slugs, or `all`.",
        "none",
        tools,
    ),
    Setting(
        "daily_budget_usd",
        "US dollars that each caller may spend in a UTC day, where its key says nothing else.",
        "no limit",
        dollars(MOST_USD),
    ),
    Setting(
        "consent_usd",
        "The user is asked before a run that costs more US dollars than this.",
        "1.00",
        dollars(MOST_USD),
    ),
)

_HTTP = (
    Setting(
        "api_keys",
        "Keys that callers of the HTTP server send: `name:key`, separated by commas; in the file, tables.",
        "none",
        keys_in_variable,
        keys_in_file,
    ),
    Setting(
        "requests_per_minute",
        "HTTP requests of each caller in a minute, where its key says nothing else.",
        "600",
        integer(1, MOST_PER_MINUTE),
    ),
    Setting(
        "public_url", "The address by which callers reach the HTTP server.", "http://HOST:PORT", web_address
    ),
    Setting(
        "allowed_hosts",
        "More host names, without ports, that the HTTP server answers to.",
        "none",
        list_of(host_name, "host names without ports, such as limner.example.com"),
    ),
    Setting(
        "allowed_origins",
        "Origins of web pages that may call the HTTP server.",
        "none",
        list_of(origin, "origins such as https://app.example.com"),
    ),
    Setting("max_request_mb", "Megabytes of the body of one HTTP request.", "4", integer(1, 1000)),
    Setting(
        "max_connections", "Connections that the HTTP server holds at once.", "1000", integer(1, 100_000)
    ),
    Setting(
        "allow_loopback_callbacks",
        "Whether callbacks may go to this machine, by http too: for development.",
        "off",
        switch,
    ),
    Setting(
        "callback_retry_seconds",
        "Seconds to wait after each try to deliver a callback that failed; after the last, it is given up.",
        "10, 60, 300",
        waits,
    ),
    Setting("oauth_issuer", "The OAuth issuer whose access tokens the HTTP server takes.", "none", issuer),
    Setting(
        "oauth_audience",
        "What a token's `aud` must name: one of these.",
        "`/mcp` below the public address",
        list_of(audience, "audiences such as https://limner.example.com/mcp"),
    ),
    Setting(
        "oauth_scopes",
        "Scopes that a token must have, all of them.",
        "none",
        list_of(scope, "scopes such as runs:write"),
    ),
    Setting(
        "oauth_jwks_url",
        "Where the issuer's signing keys are.",
        "as the issuer's metadata says",
        secure_address,
    ),
)

_PROVIDERS = (
    Setting(
        "providers",
        "Who makes media elsewhere: tables `[providers.NAME]`; in a variable, the same as TOML.",
        "none",
        providers_in_variable,
        providers_in_file,
    ),
    Setting(
        "routing",
        "Which model serves a request that names none: a table `[routing]`; in a variable, the same as TOML.",
        "the cheapest",
        routing_in_variable,
        routing_in_file,
    ),
)

SETTINGS = (*_GENERAL, *_AGENTS, *_PROVIDERS, *_HTTP)
