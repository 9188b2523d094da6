"""The gate: by which headers callers come in, whose they are, and what the others are told."""

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from limner.access.challenges import challenge
from limner.access.gate import Gatekeeper
from limner.config import read_settings
from limner.config.api_keys import keys_in_variable
from limner.errors import (
    Forbidden,
    InvalidInput,
    IssuerUnavailable,
    LimnerError,
    TooManyRequests,
    Unauthorized,
)
from limner.types import ApiKey, Principal

from .conftest import Clock
from .issuing import AUDIENCE, Issuer, Key, stop_issuer

pytestmark = pytest.mark.anyio

STUDIO, INTERN = "studio-key-0123456789", "intern-key-0123456789"
METADATA = "https://limner.example/.well-known/oauth-protected-resource/mcp"


def gate_of(home: Path, clock: Clock, **variables: Any) -> Gatekeeper:
    environ = {f"LIMNER_{name.upper()}": str(value) for name, value in variables.items()}
    return Gatekeeper.from_settings(read_settings({"LIMNER_HOME": str(home), **environ}), clock=clock)


@pytest.fixture
def gate(home: Path, clock: Clock) -> Gatekeeper:
    """Two keys, no issuer."""
    return gate_of(home, clock, api_keys=f"studio:{STUDIO},intern:{INTERN}")


@pytest.fixture
def both(home: Path, clock: Clock, issuer: Issuer) -> Gatekeeper:
    """Keys and an issuer."""
    return gate_of(
        home,
        clock,
        api_keys=f"studio:{STUDIO}",
        oauth_issuer=issuer.url,
        oauth_audience=AUDIENCE,
        oauth_scopes="runs:read,runs:write",
    )


async def refusal_of(gate: Gatekeeper, authorization: str | None, api_key: str | None = None) -> Unauthorized:
    with pytest.raises(Unauthorized) as caught:
        await gate.admit(authorization, api_key)
    return caught.value


@pytest.mark.parametrize(
    ("authorization", "api_key"),
    [
        (f"Bearer {STUDIO}", None),
        (f"bearer  {STUDIO} ", None),
        (f"BEARER {STUDIO}", INTERN),
        (None, STUDIO),
        (None, f" {STUDIO} "),
        ("", STUDIO),
        ("Basic dXNlcjpwYXNz", STUDIO),
    ],
)
async def test_a_key_is_taken_from_either_header(
    gate: Gatekeeper, authorization: str | None, api_key: str | None
) -> None:
    assert await gate.admit(authorization, api_key) == Principal("key:studio", "studio")


async def test_without_keys_or_issuer_everybody_is_the_local_caller(home: Path, clock: Clock) -> None:
    gate = gate_of(home, clock, requests_per_minute=1)
    assert gate.is_open
    for header in (None, "Bearer whatever", "Basic x"):
        assert await gate.admit(header, None) == Principal("local", "local")


async def test_keys_or_an_issuer_close_the_server(gate: Gatekeeper, both: Gatekeeper) -> None:
    assert (gate.is_open, both.is_open) == (False, False)


@pytest.mark.parametrize(
    ("authorization", "api_key", "part", "is_missing"),
    [
        (None, None, "needs a key or a token", True),
        ("", " ", "needs a key or a token", True),
        ("Bearer", None, "must read `Bearer`", False),
        ("Bearer ", None, "must read `Bearer`", False),
        (STUDIO, None, "must read `Bearer`", False),
        (f"Basic {STUDIO}", None, "must read `Bearer`", False),
        (f"Bearer {STUDIO}x", None, "not one of this server's", False),
        (f"Bearer {STUDIO} {STUDIO}", None, "not one of this server's", False),
        (f"Bearer {STUDIO.upper()}", None, "not one of this server's", False),
        ("Bearer ключ-ключ-ключ-ключ", None, "not one of this server's", False),
        ("Bearer wrong", STUDIO, "not one of this server's", False),
        (None, "eyJ.e30.e30", "not one of this server's", False),
        ("Bearer eyJhbGciOiJub25lIn0.e30.", None, "not one of this server's", False),
    ],
)
async def test_anybody_else_is_told_how_to_come_in(
    gate: Gatekeeper, authorization: str | None, api_key: str | None, part: str, is_missing: bool
) -> None:
    error = await refusal_of(gate, authorization, api_key)
    assert (part in error.message, error.is_missing) == (True, is_missing)
    assert "X-API-Key" in error.next_step
    assert STUDIO not in str(error.document())


async def test_tokens_and_keys_come_in_at_one_gate(both: Gatekeeper, issuer: Issuer) -> None:
    token = issuer.token(scope="runs:read runs:write")
    assert (await both.admit(f"Bearer {token}", None)).caller == f"oauth:{issuer.url}:ada"
    assert (await both.admit(f"Bearer {STUDIO}", None)).caller == "key:studio"
    assert (await both.admit(None, STUDIO)).caller == "key:studio"
    assert "X-API-Key" in (await refusal_of(both, None, token)).next_step
    assert issuer.url in (await refusal_of(both, "Bearer wrong")).next_step
    with pytest.raises(Forbidden):
        await both.admit(f"Bearer {issuer.token()}", None)


async def test_keys_still_open_the_gate_while_the_issuer_is_away(both: Gatekeeper, issuer: Issuer) -> None:
    token = issuer.token(scope="runs:read runs:write")
    stop_issuer(issuer)
    with pytest.raises(IssuerUnavailable):
        await both.admit(f"Bearer {token}", None)
    assert await both.admit(f"Bearer {STUDIO}", None)


async def test_with_an_issuer_alone_a_key_is_no_token(home: Path, clock: Clock, issuer: Issuer) -> None:
    gate = gate_of(home, clock, oauth_issuer=issuer.url, public_url="https://limner.example/")
    assert (await gate.admit(f"Bearer {issuer.token()}", None)).name == "ada"
    for headers in ((f"Bearer {STUDIO}", None), (None, STUDIO)):
        assert "no access token" in (await refusal_of(gate, *headers)).message


async def test_each_caller_has_its_own_rate(clock: Clock) -> None:
    keys = keys_in_variable(f"studio:{STUDIO}")
    slow = ApiKey("intern", keys_in_variable(INTERN)[0].sha256, requests_per_minute=1)
    gate = Gatekeeper(keys=[*keys, slow], requests_per_minute=3, clock=clock)
    for _ in range(3):
        await gate.admit(None, STUDIO)
    await gate.admit(None, INTERN)
    for key, wait in ((STUDIO, 20), (INTERN, 60)):
        with pytest.raises(TooManyRequests) as caught:
            await gate.admit(None, key)
        assert caught.value.retry_after_seconds == wait


async def test_a_refused_key_uses_up_nobodys_rate(clock: Clock) -> None:
    gate = Gatekeeper(keys=keys_in_variable(f"studio:{STUDIO}"), requests_per_minute=1, clock=clock)
    for _ in range(5):
        await refusal_of(gate, f"Bearer {STUDIO}x")
    assert await gate.admit(None, STUDIO)


async def test_a_token_has_the_rate_of_its_subject(home: Path, clock: Clock, issuer: Issuer) -> None:
    gate = gate_of(home, clock, oauth_issuer=issuer.url, oauth_audience=AUDIENCE, requests_per_minute=1)
    await gate.admit(f"Bearer {issuer.token()}", None)
    with pytest.raises(TooManyRequests):
        await gate.admit(f"Bearer {issuer.token(jti='another')}", None)
    assert await gate.admit(f"Bearer {issuer.token(sub='grace')}", None)


def test_a_budget_is_the_keys_own_or_everybodys() -> None:
    keys = [ApiKey("rich", "0" * 64, daily_budget_usd=50.0), ApiKey("none", "1" * 64, daily_budget_usd=0.0)]
    keys.append(ApiKey("usual", "2" * 64))
    gate = Gatekeeper(keys=keys, daily_budget_usd=5.0)
    callers = ("key:rich", "key:none", "key:usual", "key:gone", "oauth:https://a.example:ada", "local")
    assert [gate.budget_of(caller) for caller in callers] == [50.0, 0.0, 5.0, 5.0, 5.0, 5.0]
    assert Gatekeeper(keys=keys).budget_of("key:usual") is None


def parsed(header: str) -> dict[str, str]:
    scheme, _, rest = header.partition(" ")
    assert scheme == "Bearer"
    fields = re.findall(r'(\w+)="([^"\\]*)"(?:, |$)', rest)
    assert ", ".join(f'{name}="{value}"' for name, value in fields) == rest
    return dict(fields)


async def test_a_challenge_says_where_to_get_what(gate: Gatekeeper, both: Gatekeeper, issuer: Issuer) -> None:
    missing = await refusal_of(both, None)
    assert parsed(both.challenge(METADATA, missing)) == {
        "realm": "limner",
        "scope": "runs:read runs:write",
        "resource_metadata": METADATA,
    }
    wrong = await refusal_of(both, f"Bearer {issuer.token(exp=1)}")
    assert parsed(both.challenge(METADATA, wrong)) == {
        "realm": "limner",
        "error": "invalid_token",
        "error_description": "The token has expired.",
        "scope": "runs:read runs:write",
        "resource_metadata": METADATA,
    }
    with pytest.raises(Forbidden) as caught:
        await both.admit(f"Bearer {issuer.token(scope='runs:read')}", None)
    assert parsed(both.challenge(METADATA, caught.value)) == {
        "realm": "limner",
        "error": "insufficient_scope",
        "error_description": "The token lacks: runs:write.",
        "scope": "runs:read runs:write",
        "resource_metadata": METADATA,
    }
    # Without an issuer there is no metadata that a client could find one by.
    assert parsed(gate.challenge(METADATA, missing)) == {"realm": "limner"}


@settings(deadline=None)
@given(st.text(), st.sampled_from([Unauthorized, InvalidInput]))
def test_any_message_makes_a_header_that_can_be_sent(message: str, kind: type[LimnerError]) -> None:
    header = challenge(kind(message), resource_metadata_url=METADATA, scopes=("a",))
    assert header.isascii()
    assert header.isprintable()
    assert parsed(header)["resource_metadata"] == METADATA


async def test_resource_metadata_names_the_issuer(gate: Gatekeeper, both: Gatekeeper, issuer: Issuer) -> None:
    assert gate.resource_metadata(AUDIENCE) is None
    assert both.resource_metadata(AUDIENCE) == {
        "resource": AUDIENCE,
        "resource_name": "Limner",
        "authorization_servers": [issuer.url],
        "bearer_methods_supported": ["header"],
        "scopes_supported": ["runs:read", "runs:write"],
    }


async def test_an_issuer_is_not_asked_before_a_token_comes(both: Gatekeeper, issuer: Issuer) -> None:
    await both.admit(None, STUDIO)
    await refusal_of(both, "Bearer a.b.c")
    assert issuer.asked == []


async def test_a_token_of_another_key_is_refused_at_the_gate(both: Gatekeeper, issuer: Issuer) -> None:
    forged = issuer.token(Key("first", "RS256"), scope="runs:read runs:write")
    assert "signature" in (await refusal_of(both, f"Bearer {forged}")).message
