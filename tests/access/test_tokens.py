"""Access tokens: what is let in, and everything that is not."""

import json
import time
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from limner.access.issuer import IssuerKeys
from limner.access.jwks import ALGORITHMS, KeySet
from limner.access.tokens import TokenVerifier, scopes_of
from limner.errors import Forbidden, Unauthorized

from .conftest import Clock
from .issuing import AUDIENCE, Issuer, Key, encode, hmac_with, pack

pytestmark = pytest.mark.anyio


def verifier_of(
    issuer: Issuer, scopes: Sequence[str] = (), audiences: Sequence[str] = (AUDIENCE,)
) -> TokenVerifier:
    return TokenVerifier(IssuerKeys(issuer.url, clock=Clock()), audiences=audiences, required_scopes=scopes)


async def refusal_of(issuer: Issuer, token: str) -> str:
    with pytest.raises(Unauthorized) as caught:
        await verifier_of(issuer).verify(token)
    assert issuer.url in caught.value.next_step
    return caught.value.message


async def test_a_good_token_is_its_subject_at_its_issuer_with_its_scopes(issuer: Issuer) -> None:
    principal = await verifier_of(issuer).verify(issuer.token(scope="runs:read runs:write"))
    assert principal.caller == f"oauth:{issuer.url}:ada"
    assert (principal.name, principal.scopes) == ("ada", ("runs:read", "runs:write"))


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("named", [True, False], ids=["with alg in the key", "without"])
async def test_every_asymmetric_algorithm_is_taken(issuer: Issuer, algorithm: str, named: bool) -> None:
    key = Key("other", algorithm)
    document = {"keys": [key.jwk(**({"alg": algorithm} if named else {}))]}
    issuer.pages["/jwks"] = lambda: (200, json.dumps(document).encode())
    assert (await verifier_of(issuer).verify(issuer.token(key))).name == "ada"


@pytest.mark.parametrize("audience", [AUDIENCE, [AUDIENCE], ["https://other.example", AUDIENCE]])
async def test_one_of_the_tokens_audiences_is_enough(issuer: Issuer, audience: Any) -> None:
    assert (await verifier_of(issuer).verify(issuer.token(aud=audience))).name == "ada"
    several = verifier_of(issuer, audiences=("https://limner.example/sse", AUDIENCE))
    assert (await several.verify(issuer.token(aud=audience))).name == "ada"


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"exp": 1_000_000_000}, "expired"),
        ({"exp": None}, "'exp'"),
        ({"exp": "soon"}, "malformed"),
        ({"nbf": 9_000_000_000}, "not valid yet"),
        ({"aud": "https://other.example/mcp"}, "another server"),
        ({"aud": f"{AUDIENCE}/"}, "another server"),
        ({"aud": []}, "'aud'"),
        ({"aud": None}, "'aud'"),
        ({"iss": "https://other.example"}, "another issuer"),
        ({"iss": None}, "'iss'"),
        ({"sub": None}, "'sub'"),
        ({"sub": ""}, "subject"),
        ({"sub": 7}, "malformed"),
        ({"sub": "a" * 256}, "subject"),
        ({"sub": "ada\n"}, "subject"),
    ],
)
async def test_a_token_with_wrong_claims_is_refused_with_the_reason(
    issuer: Issuer, claims: dict[str, Any], reason: str
) -> None:
    assert reason in await refusal_of(issuer, issuer.token(**claims))


async def test_clocks_may_differ_a_little(issuer: Issuer) -> None:
    now = int(time.time())
    assert await verifier_of(issuer).verify(issuer.token(exp=now - 5, nbf=now + 5))


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ({"alg": "none"}, "not accepted"),
        ({"alg": "HS256"}, "not accepted"),
        ({"alg": "RS1"}, "not accepted"),
        ({"alg": ["RS256"]}, "not accepted"),
        ({"alg": None}, "not accepted"),
        ({"alg": "PS256"}, "signature"),
        ({"alg": "ES256"}, "not signed with a key"),
        ({"kid": "unknown"}, "not signed with a key"),
        ({"kid": 7}, "no JWT"),
        ({"typ": "dpop+jwt"}, "no access token"),
        ({"crit": ["exp"], "exp": 1}, "The token "),
    ],
)
async def test_a_token_with_a_wrong_header_is_refused(
    issuer: Issuer, header: dict[str, Any], reason: str
) -> None:
    assert reason in await refusal_of(issuer, issuer.token(header=header))


async def test_a_token_that_is_not_signed_is_refused(issuer: Issuer) -> None:
    for algorithm in ("none", "None", "RS256"):
        token = pack({"alg": algorithm, "kid": "first"}, issuer.claims(), lambda data: b"")
        assert await refusal_of(issuer, token)


async def test_a_public_key_is_no_shared_secret(issuer: Issuer, rsa_key: Key) -> None:
    """The classic confusion: HMAC with the published key as its secret."""
    jwk = json.dumps(rsa_key.jwk()).encode()
    for secret in (rsa_key.public_pem(), rsa_key.public_pem().strip(), jwk):
        token = pack({"alg": "HS256", "kid": "first"}, issuer.claims(), hmac_with(secret))
        assert "not accepted" in await refusal_of(issuer, token)
        claimed = pack({"alg": "RS256", "kid": "first"}, issuer.claims(), hmac_with(secret))
        assert "signature" in await refusal_of(issuer, claimed)


async def test_a_symmetric_key_that_the_issuer_publishes_is_not_used(issuer: Issuer, rsa_key: Key) -> None:
    shared = {"kty": "oct", "kid": "shared", "k": encode(b"s" * 32), "alg": "HS256"}
    document = {"keys": [shared, {**shared, "alg": "RS256"}, rsa_key.jwk()]}
    issuer.pages["/jwks"] = lambda: (200, json.dumps(document).encode())
    for algorithm in ("HS256", "RS256"):
        token = pack({"alg": algorithm, "kid": "shared"}, issuer.claims(), hmac_with(b"s" * 32))
        assert await refusal_of(issuer, token)


async def test_a_key_that_the_token_brings_along_is_not_used(issuer: Issuer) -> None:
    own = Key("first", "RS256")
    header = {"jwk": own.jwk(), "jku": f"{issuer.root}/mine", "x5u": f"{issuer.root}/mine"}
    assert "signature" in await refusal_of(issuer, issuer.token(own, header=header))
    assert "/mine" not in issuer.asked


async def test_changed_claims_are_refused(issuer: Issuer) -> None:
    header, _, signature = issuer.token().split(".")
    claims = encode(json.dumps(issuer.claims(sub="root")).encode())
    assert "signature" in await refusal_of(issuer, f"{header}.{claims}.{signature}")


@pytest.mark.parametrize(
    "entry",
    [
        {"use": "enc"},
        {"key_ops": ["encrypt"]},
        {"alg": "RS512"},
        {"alg": "RSA-OAEP"},
        {"kty": "EC"},
        {"n": "!"},
        {"n": None},
        {"kid": ["first"]},
    ],
    ids=str,
)
async def test_a_key_that_is_not_for_this_is_not_used(
    issuer: Issuer, rsa_key: Key, entry: dict[str, Any]
) -> None:
    document = {"keys": [rsa_key.jwk(**entry), Key("spare", "ES256").jwk(), "no key", None, {"kty": ["RSA"]}]}
    issuer.pages["/jwks"] = lambda: (200, json.dumps(document).encode())
    assert "not signed with a key" in await refusal_of(issuer, issuer.token())


async def test_a_short_rsa_key_is_not_used(issuer: Issuer) -> None:
    short = Key("short", "RS256", bits=1024)
    issuer.keys = [*issuer.keys, short]
    assert "not signed with a key" in await refusal_of(issuer, issuer.token(short))


async def test_a_token_without_key_id_is_taken_when_only_one_key_fits(issuer: Issuer, rsa_key: Key) -> None:
    issuer.keys = [Key("curve", "ES256"), rsa_key]
    assert await verifier_of(issuer).verify(issuer.token(header={"kid": None}))
    issuer.keys = [Key("second", "RS256"), rsa_key]
    assert "not signed with a key" in await refusal_of(issuer, issuer.token(header={"kid": None}))


async def test_all_required_scopes_are_needed_and_the_missing_ones_named(issuer: Issuer) -> None:
    verifier = verifier_of(issuer, scopes=("runs:read", "runs:write"))
    assert await verifier.verify(issuer.token(scope="runs:write other runs:read"))
    for claims in ({"scope": "runs:read"}, {"scp": ["runs:read"]}, {"scope": "runs:read", "scp": ["x"]}):
        with pytest.raises(Forbidden) as caught:
            await verifier.verify(issuer.token(**claims))
        assert caught.value.message == "The token lacks: runs:write."
        assert caught.value.scopes == ("runs:read", "runs:write")
    assert (await verifier.verify(issuer.token(scope="runs:read", scp="runs:write"))).scopes == (
        "runs:read",
        "runs:write",
    )


@pytest.mark.parametrize("value", [7, None, {"a": 1}, [7, None, {}], ""])
def test_scopes_of_another_kind_are_none(value: Any) -> None:
    assert scopes_of({"scope": value, "scp": value}) == ()


async def test_a_token_that_is_too_long_is_refused_before_it_is_read(issuer: Issuer) -> None:
    assert "longer than" in await refusal_of(issuer, issuer.token(padding="x" * 20_000))
    assert issuer.asked == []


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(
        st.text(max_size=80),
        st.lists(st.binary(max_size=60).map(encode), min_size=1, max_size=5).map(".".join),
        st.recursive(st.none() | st.integers() | st.text(max_size=5), st.lists, max_leaves=5).map(
            lambda claims: pack({"alg": "RS256", "kid": "first"}, claims, lambda data: b"x" * 256)
        ),
        st.just("[" * 5000).map(lambda text: f"{encode(text.encode())}.e30.e30"),
    )
)
async def test_whatever_is_sent_is_refused_in_order(issuer: Issuer, token: str) -> None:
    with pytest.raises(Unauthorized):
        await verifier_of(issuer).verify(token)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(
                st.sampled_from(["kty", "kid", "use", "alg", "crv", "n", "e", "x", "y", "key_ops"]),
                inner,
                max_size=6,
            )
        ),
        max_leaves=12,
    )
)
@settings(deadline=None)
def test_a_key_set_of_any_shape_is_read_without_a_crash(listed: Any) -> None:
    keys = KeySet({"keys": listed})
    for algorithm in ALGORITHMS:
        assert keys.find("first", algorithm) is None
        keys.find(None, algorithm)
