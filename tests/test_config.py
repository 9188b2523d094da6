"""Settings: variables over the file over defaults; a bad value says its name, the value and what is allowed."""

from pathlib import Path

import pytest

from limner.config import SETTINGS, Settings, read_settings
from limner.errors import ConfigurationError


def test_variables_win_over_the_file_and_the_file_over_defaults(home: Path) -> None:
    home.mkdir()
    (home / "limner.toml").write_text('workers = 3\nmax_seconds = 90\ninput_roots = ["~/In"]\n')
    settings = read_settings({"LIMNER_HOME": str(home), "LIMNER_WORKERS": "5"})
    assert settings.workers == 5
    assert settings.limits.max_duration_seconds == 90
    assert settings.input_roots == (Path.home() / "In",)
    assert settings.idempotency_hours == 24


def test_the_default_roots_are_the_user_folders_and_the_working_folder(home: Path, tmp_path: Path) -> None:
    settings = read_settings({"LIMNER_HOME": str(home)}, working_folder=tmp_path)
    names = ("Pictures", "Downloads", "Desktop", "Documents")
    assert settings.input_roots == (*(Path.home() / name for name in names), tmp_path)


@pytest.mark.parametrize(
    ("variable", "value", "allowed"),
    [
        ("LIMNER_WORKERS", "many", "a whole number from 1 to 64"),
        ("LIMNER_WORKERS", "0", "a whole number from 1 to 64"),
        ("LIMNER_IDEMPOTENCY_HOURS", "1", "a whole number from 2 to 8760"),
        ("LIMNER_LOG_LEVEL", "LOUD", "DEBUG, INFO, WARNING or ERROR"),
    ],
)
def test_a_bad_variable_says_its_name_its_value_and_what_is_allowed(
    home: Path, variable: str, value: str, allowed: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read_settings({"LIMNER_HOME": str(home), variable: value})
    for part in (variable, repr(value), allowed):
        assert part in caught.value.message


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("workers = 'x'", "workers in"),
        ("wrokers = 2", "unknown key 'wrokers'"),
        ("workers =", "cannot be read"),
    ],
)
def test_a_mistake_in_the_file_names_the_file_and_the_key(home: Path, text: str, part: str) -> None:
    home.mkdir()
    (home / "limner.toml").write_text(text)
    with pytest.raises(ConfigurationError) as caught:
        read_settings({"LIMNER_HOME": str(home)})
    assert part in caught.value.message
    assert "limner.toml" in caught.value.message


def test_every_setting_has_a_variable_that_is_its_key_in_capitals() -> None:
    assert len({setting.key for setting in SETTINGS}) == len(SETTINGS)
    assert all(setting.variable == f"LIMNER_{setting.key.upper()}" for setting in SETTINGS)


def read(home: Path, **variables: str) -> Settings:
    return read_settings(
        {"LIMNER_HOME": str(home), **{f"LIMNER_{k.upper()}": v for k, v in variables.items()}}
    )


def test_a_server_needs_no_settings(home: Path) -> None:
    settings = read(home)
    assert (settings.api_keys, settings.oauth_issuer, settings.tools) == ((), None, ())
    assert (settings.daily_budget_usd, settings.consent_usd) == (None, 1.0)
    assert (settings.requests_per_minute, settings.max_connections) == (600, 1000)
    assert (settings.max_request_bytes, settings.public_url) == (4_000_000, None)
    assert not settings.has_own_roots


def test_lists_are_read_from_a_variable_and_from_the_file(home: Path) -> None:
    home.mkdir()
    (home / "limner.toml").write_text(
        'allowed_hosts = ["Limner.Example", "[::1]", "10.0.0.7"]\n'
        'tools = ["palette-pull", "quick-reframe"]\ninput_roots = []\n'
    )
    settings = read(
        home,
        allowed_origins="https://App.Example/, http://localhost:3000 https://app.example",
        oauth_issuer="https://issuer.example/tenant/",
        oauth_scopes="runs:read runs:write",
        public_url="https://limner.example/studio/",
    )
    assert settings.allowed_hosts == ("limner.example", "::1", "10.0.0.7")
    assert settings.tools == ("palette-pull", "quick-reframe")
    assert settings.allowed_origins == ("https://app.example", "http://localhost:3000")
    assert settings.oauth_scopes == ("runs:read", "runs:write")
    assert settings.oauth_issuer == "https://issuer.example/tenant/"
    assert settings.public_url == "https://limner.example/studio"
    assert settings.oauth_audience == ("https://limner.example/studio/mcp",)
    assert settings.has_own_roots
    assert read(home, tools="all").tools == ("all",)


@pytest.mark.parametrize(
    ("key", "value", "allowed"),
    [
        ("daily_budget_usd", "-1", "US dollars from 0"),
        ("daily_budget_usd", "nan", "US dollars from 0"),
        ("consent_usd", "inf", "US dollars from 0"),
        ("consent_usd", "$1", "US dollars from 0"),
        ("requests_per_minute", "0", "a whole number from 1"),
        ("max_request_mb", "0.5", "a whole number from 1 to 1000"),
        ("max_connections", "0", "a whole number from 1"),
        ("allow_loopback_callbacks", "maybe", "on or off"),
        ("callback_retry_seconds", "10,soon", "numbers of seconds from 0"),
        ("callback_retry_seconds", "-1", "numbers of seconds from 0"),
        ("callback_retry_seconds", "nan", "numbers of seconds from 0"),
        ("callback_retry_seconds", "1," * 11, "up to 10 numbers"),
        ("public_url", "limner.example", "an address such as"),
        ("public_url", "ftp://limner.example", "an address such as"),
        ("public_url", "https://limner.example?a=1", "an address such as"),
        ("public_url", "https://limner.example:99999", "an address such as"),
        ("allowed_hosts", "limner.example:8443", "without ports"),
        ("allowed_hosts", "https://limner.example", "without ports"),
        ("allowed_hosts", "*", "without ports"),
        ("allowed_origins", "*", "origins such as"),
        ("allowed_origins", "app.example", "origins such as"),
        ("allowed_origins", "https://app.example/page", "origins such as"),
        ("tools", "all,palette-pull", "`all`, or a list of slugs"),
        ("tools", "Palette Pull", "`all`, or a list of slugs"),
        ("oauth_issuer", "http://issuer.example", "https://"),
        ("oauth_issuer", "https://issuer.example?tenant=1", "without a query"),
        ("oauth_issuer", "https://user:pass@issuer.example", "https://"),
        ("oauth_jwks_url", "http://127.0.0.2.example/jwks", "https://"),
        ("oauth_scopes", 'a"b', "scopes such as"),
    ],
)
def test_a_bad_value_of_the_server_says_what_is_allowed(
    home: Path, key: str, value: str, allowed: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read(home, **{key: value})
    assert f"LIMNER_{key.upper()} is {value!r}, must be " in caught.value.message
    assert allowed in caught.value.message


def test_how_callbacks_go_is_read_from_a_variable_and_from_the_file(home: Path) -> None:
    settings = read(home)
    assert (settings.allow_loopback_callbacks, settings.callback_retry_seconds) == (False, (10, 60, 300))
    settings = read(home, allow_loopback_callbacks="On", callback_retry_seconds="1, 1, 0.5")
    assert (settings.allow_loopback_callbacks, settings.callback_retry_seconds) == (True, (1, 1, 0.5))
    home.mkdir()
    (home / "limner.toml").write_text("allow_loopback_callbacks = true\ncallback_retry_seconds = []\n")
    settings = read(home)
    assert (settings.allow_loopback_callbacks, settings.callback_retry_seconds) == (True, ())


@pytest.mark.parametrize("issuer", ["http://127.0.0.1:9000", "http://localhost", "http://[::1]:1/x"])
def test_an_issuer_on_this_machine_needs_no_tls(home: Path, issuer: str) -> None:
    assert read(home, oauth_issuer=issuer, oauth_audience="x").oauth_issuer == issuer


def test_settings_of_tokens_that_would_have_no_effect_are_refused(home: Path) -> None:
    with pytest.raises(ConfigurationError, match="oauth_audience is set without oauth_issuer"):
        read(home, oauth_audience="https://limner.example/mcp")
    with pytest.raises(ConfigurationError) as caught:
        read(home, oauth_issuer="https://issuer.example")
    assert "LIMNER_PUBLIC_URL" in caught.value.next_step
