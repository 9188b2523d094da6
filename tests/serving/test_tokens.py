"""Access tokens of an OAuth issuer at the server's own door, and how a client finds that issuer."""

from collections.abc import Iterator
from typing import Any

import anyio
import httpx2
import pytest

from access.issuing import Issuer, Key, start_issuer, stop_issuer

from .sites import PATIENCE, Served, answered, ask, call, connected, modern, qr_call, serving

pytestmark = pytest.mark.anyio

PUBLIC = "https://limner.example"
METADATA = f"{PUBLIC}/.well-known/oauth-protected-resource/mcp"


@pytest.fixture(scope="module")
def issuer() -> Iterator[Issuer]:
    served = start_issuer([Key("first", "RS256")])
    served.serve_metadata()
    served.serve_keys()
    yield served
    stop_issuer(served)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, issuer: Issuer) -> Iterator[Served]:
    settings = {
        "LIMNER_PUBLIC_URL": PUBLIC,
        "LIMNER_OAUTH_ISSUER": issuer.url,
        "LIMNER_OAUTH_SCOPES": "runs",
        "LIMNER_API_KEYS": "robot:robot-key-0123456789",
    }
    with serving(tmp_path_factory.mktemp("tokens") / "home", **settings) as served:
        yield served


def asked_with(site: Served, token: str | None, sent: dict[str, Any] | None = None) -> httpx2.Response:
    return ask(site, key=token, **(sent or modern("tools/list")))


def test_a_good_token_is_let_in(site: Served, issuer: Issuer) -> None:
    assert answered(asked_with(site, issuer.token(scope="runs other")))["tools"]


def test_an_api_key_still_works_beside_tokens(site: Served) -> None:
    assert answered(asked_with(site, "robot-key-0123456789"))["tools"]


def test_without_a_token_the_answer_says_where_the_metadata_is(site: Served) -> None:
    answer = asked_with(site, None)
    assert answer.status_code == 401
    told = answer.headers["www-authenticate"]
    assert f'resource_metadata="{METADATA}"' in told and 'scope="runs"' in told
    assert "error=" not in told


def test_the_metadata_names_the_issuer_and_needs_no_token(site: Served, issuer: Issuer) -> None:
    for path in ("/.well-known/oauth-protected-resource/mcp", "/.well-known/oauth-protected-resource"):
        answer = ask(site, path, "GET")
        assert answer.status_code == 200
        document = answer.json()
        assert document["resource"] == f"{PUBLIC}/mcp"
        assert document["authorization_servers"] == [issuer.url]
        assert document["scopes_supported"] == ["runs"]


@pytest.mark.parametrize(
    "claims",
    [{"aud": "https://elsewhere.example/mcp"}, {"exp": 1}, {"iss": "https://elsewhere.example"}],
    ids=["audience", "expired", "issuer"],
)
def test_a_token_for_another_server_or_time_is_401(site: Served, issuer: Issuer, claims: Any) -> None:
    answer = asked_with(site, issuer.token(scope="runs", **claims))
    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]
    assert f'resource_metadata="{METADATA}"' in answer.headers["www-authenticate"]


def test_a_token_without_the_scope_is_403_and_names_it(site: Served, issuer: Issuer) -> None:
    answer = asked_with(site, issuer.token(scope="other"))
    assert answer.status_code == 403
    told = answer.headers["www-authenticate"]
    assert 'error="insufficient_scope"' in told and 'scope="runs"' in told


def test_a_token_signed_by_somebody_else_is_401(site: Served, issuer: Issuer) -> None:
    assert asked_with(site, issuer.token(Key("first", "RS256"), scope="runs")).status_code == 401


def test_links_name_the_public_address(site: Served, issuer: Issuer) -> None:
    token = issuer.token(scope="runs")
    run = answered(asked_with(site, token, call("start_run", qr_call("linked"))))["structuredContent"]
    url = run["outputs"][0]["url"]
    assert url.startswith(f"{PUBLIC}/media/")
    assert ask(site, url.replace(PUBLIC, site.url), "GET").status_code == 200


def test_the_public_name_is_one_of_the_servers_own(site: Served, issuer: Issuer) -> None:
    sent = modern("tools/list")
    headers = {"host": "limner.example", "origin": PUBLIC, **sent["headers"]}
    answered(ask(site, key=issuer.token(scope="runs"), json=sent["json"], headers=headers))


@pytest.mark.parametrize("transport", ["modern", "session", "sse"])
async def test_two_subjects_are_two_callers(site: Served, issuer: Issuer, transport: str) -> None:
    ada, eve = (issuer.token(sub=name, scope="runs") for name in ("ada", "eve"))
    with anyio.fail_after(PATIENCE):
        async with connected(site.url, transport, ada) as hers, connected(site.url, transport, eve) as theirs:
            run = (await hers.call_tool("start_run", qr_call(transport, transport))).structured_content
            assert run["status"] == "completed"
            refused = await theirs.call_tool("get_run", {"run_id": run["run_id"]})
    assert refused.structured_content["error"]["code"] == "not_found"
