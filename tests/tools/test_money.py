"""Techniques with a price, as agents meet them: told, checked before anything starts, charged once."""

from collections.abc import Iterator
from typing import Any

import pytest

from .hosts import RawHost

POSTER = """
technique_id: tech_paid-code
name: Paid Code
description: Make a code that costs something.
price_usd: 2.50
inputs: [{id: words, name: Words, type: text, description: Words.}]
steps: {code: {action: qr-code-generator, inputs: {text: $inputs.words}}}
outputs: [{id: image, name: Image, type: imageUrl, from: $steps.code.image}]
"""

UNKNOWN = """
technique_id: tech_unknown-price
name: Unknown Price
description: Make a picture at a price that nobody says.
inputs: [{id: words, name: Words, type: text, description: Words.}]
steps: {shot: {generate: image, prompt: "{{ inputs.words }}"}}
outputs: [{id: image, name: Image, type: imageUrl, from: $steps.shot.image}]
"""
PROVIDER = """
[quiet]
type = "queue"
base_url = "http://127.0.0.1:9"
models = [{id = "picture", type = "image"}]
[quiet.profile]
submit = {url = "jobs"}
accepted = {id = "id"}
status = {url = "jobs/{{id}}", state = "state", states = {ready = "done"}}
result = {image = ["url"]}
"""


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RawHost]:
    home = tmp_path_factory.mktemp("money") / "home"
    (home / "techniques").mkdir(parents=True)
    (home / "techniques" / "paid.yaml").write_text(POSTER, encoding="utf-8")
    (home / "techniques" / "unknown.yaml").write_text(UNKNOWN, encoding="utf-8")
    with RawHost(home, LIMNER_CONSENT_USD="1", LIMNER_PROVIDERS=PROVIDER) as raw:
        yield raw


def paid(words: str, **more: Any) -> dict[str, Any]:
    """Return arguments that start a run of $2.50."""
    return {
        "technique_id": "tech_paid-code",
        "revision": "draft",
        "inputs": {"words": words},
        "wait_seconds": 40,
        "max_cost_usd": 2.5,
        **more,
    }


def runs(host: RawHost) -> list[str]:
    """Return the ids of all runs."""
    return [row["run_id"] for row in host.ask("list_runs", {"limit": 100})["runs"]]


def test_the_price_is_told_in_the_list_and_with_the_technique(host: RawHost) -> None:
    listed = host.ask("list_techniques", {"query": "tech_paid-code"})["techniques"]
    shown = host.ask("get_technique", {"technique_id": "paid-code", "revision": "draft"})
    free = host.ask("get_technique", {"technique_id": "palette-pull"})
    assert [row["price_usd"] for row in listed] == [2.5]
    assert (shown["price_usd"], shown["run_cost"]) == (2.5, 2.5)
    assert (free["price_usd"], free["run_cost"]) == (0, 0)


def test_a_dry_run_prices_it_and_starts_nothing(host: RawHost) -> None:
    before = runs(host)
    cost = host.ask("start_run", paid("dry", dry_run=True))["cost"]
    assert cost["estimated_usd"] == 2.5
    assert sum(row["estimated_usd"] for row in cost["by_step"]) == 2.5
    over = host.ask("start_run", paid("dry", dry_run=True, max_cost_usd=1))
    assert over["error"]["code"] == "budget_exceeded"
    assert runs(host) == before


def test_a_run_above_max_cost_usd_is_refused_before_it_exists_and_its_key_stays_free(host: RawHost) -> None:
    before = runs(host)
    error = host.ask("start_run", paid("cap", max_cost_usd=2.49, idempotency_key="cap"))["error"]
    assert error["code"] == "budget_exceeded"
    assert error["fields"] == [{"field": "max_cost_usd", "message": "must be at least 2.50"}]
    assert runs(host) == before
    run = host.ask("start_run", paid("cap", max_cost_usd=2.5, idempotency_key="cap"))
    assert (run["status"], run["replayed"]) == ("completed", False)
    assert run["cost"] == {"estimated_usd": 2.5, "charged_usd": 2.5}


def test_a_replay_costs_nothing_so_that_no_cap_refuses_it(host: RawHost) -> None:
    first = host.ask("start_run", paid("again", idempotency_key="again"))
    again = host.ask("start_run", paid("again", idempotency_key="again", max_cost_usd=0))
    unasked = host.ask("start_run", paid("again", idempotency_key="again", max_cost_usd=None))
    assert (first["status"], again["run_id"], again["replayed"]) == ("completed", first["run_id"], True)
    assert (unasked["run_id"], unasked["replayed"]) == (first["run_id"], True)


def test_an_agent_whose_host_cannot_ask_is_told_to_name_max_cost_usd(host: RawHost) -> None:
    before = runs(host)
    error = host.ask("start_run", paid("ask", max_cost_usd=None, idempotency_key="ask"))["error"]
    assert (error["code"], error["estimated_usd"]) == ("consent_needed", 2.5)
    assert "max_cost_usd of at least 2.50" in error["next_step"]
    assert runs(host) == before
    run = host.ask("start_run", paid("ask", idempotency_key="ask"))
    assert (run["status"], run["replayed"]) == ("completed", False)


def test_an_unknown_price_is_shown_as_one_and_started_only_by_someone_who_agrees(host: RawHost) -> None:
    before = runs(host)
    wanted = {**paid("who knows", max_cost_usd=None), "technique_id": "tech_unknown-price"}
    [model] = host.ask("list_models", {"query": "quiet"})["models"]
    [row] = host.ask("list_techniques", {"query": "tech_unknown-price"})["techniques"]
    cost = host.ask("start_run", {**wanted, "dry_run": True})["cost"]
    asked = host.ask("start_run", wanted)["error"]
    capped = host.ask("start_run", {**wanted, "max_cost_usd": 100})["error"]
    dry = host.ask("start_run", {**wanted, "max_cost_usd": 100, "dry_run": True})["error"]
    assert (model["model_id"], model["price_usd"], row["price_usd"]) == ("quiet/picture", None, None)
    step = {"step": "shot", "estimated_usd": None, "count": 1, "model_id": "quiet/picture"}
    assert cost == {"estimated_usd": 0, "by_step": [step], "unpriced": ["quiet/picture"]}
    assert (asked["code"], capped["code"], dry["code"]) == (
        "consent_needed",
        "budget_exceeded",
        "budget_exceeded",
    )
    for error in (asked, capped, dry):
        assert "The price of quiet/picture is not known" in error["message"]
        assert error["unpriced"] == ["quiet/picture"]
    assert runs(host) == before
