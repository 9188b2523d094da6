"""The issuer's keys: where they are found, how long they are kept, and what happens when it is away."""

import functools
import json
import threading

import anyio
import pytest

from limner.access import issuer as times
from limner.access.documents import MOST_BYTES, fetch_document
from limner.access.issuer import IssuerKeys, metadata_addresses
from limner.access.tokens import TokenVerifier
from limner.errors import IssuerUnavailable, Unauthorized
from limner.types import Json

from .conftest import Clock
from .issuing import AUDIENCE, Issuer, Key, start_issuer, stop_issuer

pytestmark = pytest.mark.anyio

OAUTH, OPENID = "/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"


def verifier_of(keys: IssuerKeys) -> TokenVerifier:
    return TokenVerifier(keys, audiences=(AUDIENCE,))


async def test_keys_are_fetched_once_and_kept(issuer: Issuer, clock: Clock) -> None:
    verifier = verifier_of(IssuerKeys(issuer.url, clock=clock))
    for _ in range(3):
        await verifier.verify(issuer.token())
    assert issuer.asked == [OAUTH, "/jwks"]
    clock.now += times.FRESH_SECONDS + 1
    await verifier.verify(issuer.token())
    assert issuer.asked == [OAUTH, "/jwks"] * 2


async def test_many_at_once_ask_the_issuer_once(issuer: Issuer, clock: Clock) -> None:
    verifier = verifier_of(IssuerKeys(issuer.url, clock=clock))

    async def all_at_once(token: str) -> None:
        async with anyio.create_task_group() as tasks:
            for _ in range(20):
                tasks.start_soon(verifier.verify, token)

    await all_at_once(issuer.token())
    assert issuer.asked == [OAUTH, "/jwks"]
    issuer.keys = [Key("second", "ES256")]
    await all_at_once(issuer.token())
    assert issuer.asked == [OAUTH, "/jwks"] * 2


async def test_a_rotated_key_is_known_at_once_and_the_old_one_no_longer(issuer: Issuer, clock: Clock) -> None:
    verifier, old = verifier_of(IssuerKeys(issuer.url, clock=clock)), issuer.token()
    await verifier.verify(old)
    issuer.keys = [Key("second", "RS256")]
    await verifier.verify(issuer.token())
    with pytest.raises(Unauthorized):
        await verifier.verify(old)


async def test_unknown_keys_make_it_ask_once_a_minute(issuer: Issuer, clock: Clock) -> None:
    verifier = verifier_of(IssuerKeys(issuer.url, clock=clock))
    for number in range(5):
        with pytest.raises(Unauthorized):
            await verifier.verify(issuer.token(header={"kid": f"made up {number}"}))
    assert issuer.asked.count("/jwks") == 2
    clock.now += times.RENEW_SECONDS + 1
    with pytest.raises(Unauthorized):
        await verifier.verify(issuer.token(header={"kid": "made up"}))
    assert issuer.asked.count("/jwks") == 3


async def test_an_issuer_that_is_away_is_no_fault_of_the_token(issuer: Issuer, clock: Clock) -> None:
    verifier, token = verifier_of(IssuerKeys(issuer.url, clock=clock)), issuer.token()
    stop_issuer(issuer)
    with pytest.raises(IssuerUnavailable) as caught:
        await verifier.verify(token)
    assert caught.value.code == "issuer_unavailable"
    assert issuer.url in caught.value.message
    assert "same token" in caught.value.next_step


async def test_an_issuer_that_failed_is_left_alone_for_a_while(issuer: Issuer, clock: Clock) -> None:
    verifier = verifier_of(IssuerKeys(issuer.url, clock=clock))
    issuer.pages["/jwks"] = lambda: (500, b"")
    for _ in range(3):
        with pytest.raises(IssuerUnavailable, match="500"):
            await verifier.verify(issuer.token())
    assert issuer.asked.count("/jwks") == 1
    issuer.serve_keys()
    clock.now += times.RETRY_SECONDS
    assert await verifier.verify(issuer.token())


async def test_known_keys_bridge_an_outage_but_not_for_ever(issuer: Issuer, clock: Clock) -> None:
    verifier = verifier_of(IssuerKeys(issuer.url, clock=clock))
    await verifier.verify(issuer.token())
    issuer.pages["/jwks"] = lambda: (503, b"")
    clock.now += times.FRESH_SECONDS
    assert await verifier.verify(issuer.token())
    with pytest.raises(IssuerUnavailable):  # it may be good: only the issuer could tell
        await verifier.verify(issuer.token(header={"kid": "unknown"}))
    assert issuer.asked.count("/jwks") == 2
    clock.now += times.STALE_SECONDS - times.FRESH_SECONDS
    with pytest.raises(IssuerUnavailable):
        await verifier.verify(issuer.token())


async def test_a_slow_issuer_keeps_nobody_waiting_who_can_be_served(issuer: Issuer, clock: Clock) -> None:
    verifier = verifier_of(IssuerKeys(issuer.url, clock=clock))
    await verifier.verify(issuer.token())
    answer, asked = threading.Event(), threading.Event()

    def slow() -> tuple[int, bytes]:
        asked.set()
        answer.wait(30)
        return 503, b""

    issuer.pages["/jwks"] = slow
    clock.now += times.FRESH_SECONDS
    with anyio.fail_after(30):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(verifier.verify, issuer.token())
            await anyio.to_thread.run_sync(asked.wait, 30)
            assert await verifier.verify(issuer.token())
            answer.set()


@pytest.mark.parametrize(
    ("url", "addresses"),
    [
        ("https://a.example", [f"https://a.example{OAUTH}", f"https://a.example{OPENID}"]),
        ("https://a.example/", [f"https://a.example{OAUTH}", f"https://a.example{OPENID}"]),
        (
            "https://a.example:8443/tenant/one",
            [
                f"https://a.example:8443{OAUTH}/tenant/one",
                f"https://a.example:8443{OPENID}/tenant/one",
                f"https://a.example:8443/tenant/one{OPENID}",
            ],
        ),
    ],
)
def test_metadata_is_looked_for_where_the_standards_put_it(url: str, addresses: list[str]) -> None:
    assert list(metadata_addresses(url)) == addresses


@pytest.mark.parametrize("place", [f"{OAUTH}/t", f"{OPENID}/t", f"/t{OPENID}"])
async def test_an_issuer_with_a_path_is_found(rsa_key: Key, clock: Clock, place: str) -> None:
    issuer = start_issuer([rsa_key], path="/t")
    try:
        issuer.serve_keys()
        issuer.serve_metadata(place)
        assert await verifier_of(IssuerKeys(issuer.url, clock=clock)).verify(issuer.token())
        assert issuer.asked[-2:] == [place, "/jwks"]
    finally:
        stop_issuer(issuer)


async def test_keys_at_a_known_address_need_no_metadata(issuer: Issuer, clock: Clock) -> None:
    issuer.serve_keys("/elsewhere")
    keys = IssuerKeys(issuer.url, jwks_url=f"{issuer.url}/elsewhere", clock=clock)
    assert await verifier_of(keys).verify(issuer.token())
    assert issuer.asked == ["/elsewhere"]


async def reason_of(issuer: Issuer) -> str:
    with pytest.raises(IssuerUnavailable) as caught:
        await verifier_of(IssuerKeys(issuer.url, clock=Clock())).verify(issuer.token())
    return caught.value.message


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"issuer": "https://other.example"}, "another issuer"),
        ({"jwks_uri": None}, "no jwks_uri"),
        ({"jwks_uri": "http://keys.example/jwks"}, "no jwks_uri"),
        ({"jwks_uri": "file:///etc/passwd"}, "no jwks_uri"),
        ({"jwks_uri": "https://[::1/jwks"}, "no jwks_uri"),
    ],
)
async def test_metadata_that_cannot_be_trusted_is_not_followed(
    issuer: Issuer, changes: dict[str, str], reason: str
) -> None:
    issuer.serve_metadata(**changes)
    assert reason in await reason_of(issuer)
    assert issuer.asked == [OAUTH]


async def test_a_remote_issuer_cannot_point_to_this_machine(clock: Clock) -> None:
    asked: list[str] = []

    async def fetch(address: str) -> Json:
        asked.append(address)
        return {"issuer": "https://issuer.example", "jwks_uri": "https://127.0.0.1:9/jwks"}

    keys = IssuerKeys("https://issuer.example", clock=clock, fetch=fetch)
    with pytest.raises(IssuerUnavailable, match="no jwks_uri"):
        await keys.find("first", "RS256")
    assert asked == [f"https://issuer.example{OAUTH}"]


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (200, b"<html>", "JSON"),
        (200, b"[]", "JSON object"),
        (200, b"[" * 100_000, "JSON"),
        (200, b"\xff", "JSON"),
        (200, b" " * (MOST_BYTES + 1), "more than"),
        (200, b"{}", "no public key"),
        (200, b'{"keys": []}', "no public key"),
        (200, json.dumps({"keys": [{"kty": "oct", "k": "c2VjcmV0"}]}).encode(), "no public key"),
        (404, b"{}", "404"),
        (500, b"{}", "500"),
    ],
)
async def test_an_answer_that_holds_no_keys_is_said(
    issuer: Issuer, status: int, body: bytes, reason: str
) -> None:
    issuer.pages["/jwks"] = lambda: (status, body)
    assert reason in await reason_of(issuer)


async def test_redirects_are_not_followed(issuer: Issuer) -> None:
    issuer.serve_keys("/moved")
    issuer.headers["Location"] = f"{issuer.root}/moved"
    issuer.pages["/jwks"] = lambda: (302, b"")
    assert "302" in await reason_of(issuer)
    assert "/moved" not in issuer.asked


async def test_an_issuer_that_never_answers_is_given_up(issuer: Issuer, clock: Clock) -> None:
    answer = threading.Event()

    def never() -> tuple[int, bytes]:
        answer.wait(30)
        return 200, b"{}"

    issuer.pages["/jwks"] = never
    hasty = functools.partial(fetch_document, whole_seconds=0.5)
    try:
        with anyio.fail_after(20), pytest.raises(IssuerUnavailable, match=r"did not answer within 0\.5 s"):
            await verifier_of(IssuerKeys(issuer.url, clock=clock, fetch=hasty)).verify(issuer.token())
    finally:
        answer.set()


async def test_who_gives_up_waiting_leaves_the_issuer_to_the_others(issuer: Issuer, clock: Clock) -> None:
    verifier = verifier_of(IssuerKeys(issuer.url, clock=clock))
    asked = threading.Event()
    answer = threading.Event()
    serve = issuer.pages["/jwks"]

    def slow() -> tuple[int, bytes]:
        asked.set()
        answer.wait(30)
        return serve()

    issuer.pages["/jwks"] = slow
    with anyio.fail_after(30):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(verifier.verify, issuer.token())
            await anyio.to_thread.run_sync(asked.wait, 30)
            tasks.cancel_scope.cancel()
        answer.set()
        assert await verifier.verify(issuer.token())
