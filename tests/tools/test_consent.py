"""Asking the user before money is spent: through the host where it can ask, else by a refusal that says how."""

from pathlib import Path
from typing import Any

import anyio
import mcp_types as t
import pytest
from mcp import Client, MCPError

from engine.buying import environment
from engine.workshop import Workshop
from providers.fakes.serving import serving

from .hosts import TIMEOUT_SECONDS, RawHost
from .modern import ModernHost, official, task_host
from .test_money import POSTER

pytestmark = pytest.mark.anyio

ERAS = ("legacy", "2026-07-28")
SETTINGS = {"LIMNER_CONSENT_USD": "1"}
FORMS = {"elicitation": {"form": {}}}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home" / "techniques"
    folder.mkdir(parents=True)
    (folder / "paid.yaml").write_text(POSTER, encoding="utf-8")
    return folder.parent


class User:
    """Somebody who is asked, and answers what the test says."""

    def __init__(self, action: str, content: dict[str, Any] | None = None) -> None:
        self.questions: list[t.ElicitRequestFormParams] = []
        self._answer = t.ElicitResult.model_validate({"action": action, "content": content})

    async def __call__(self, context: Any, question: Any) -> t.ElicitResult:
        assert isinstance(question, t.ElicitRequestFormParams)
        self.questions.append(question)
        return self._answer


def paid(words: str, **more: Any) -> dict[str, Any]:
    """Return arguments that start a run of $2.50."""
    call = {"technique_id": "tech_paid-code", "revision": "draft", "inputs": {"words": words}}
    return {**call, "wait_seconds": 40, "idempotency_key": words, **more}


async def ask(client: Client, tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """Call a tool and return its structured content."""
    with anyio.fail_after(TIMEOUT_SECONDS):
        result = await client.call_tool(tool, arguments)
    assert isinstance(result, t.CallToolResult)
    assert result.structured_content is not None
    return result.structured_content


@pytest.mark.parametrize("era", ERAS)
async def test_a_run_that_the_user_agrees_to_is_started_and_charged_once(home: Path, era: str) -> None:
    user = User("accept", {"agree": True})
    async with official(home, era, SETTINGS, elicitation_callback=user) as client:
        run = await ask(client, "start_run", paid("yes"))
        again = await ask(client, "start_run", paid("yes"))
        runs = await ask(client, "list_runs", {})
    assert run["status"] == "completed"
    assert run["cost"] == {"estimated_usd": 2.5, "charged_usd": 2.5}
    assert (again["run_id"], again["replayed"]) == (run["run_id"], True)
    assert len(runs["runs"]) == 1
    assert len(user.questions) == 1, "a replay costs nothing, so nobody is asked"
    assert "$2.50" in user.questions[0].message
    assert "Paid Code" in user.questions[0].message


@pytest.mark.parametrize("era", ERAS)
async def test_a_price_that_nobody_knows_is_asked_about_by_the_models_name(home: Path, era: str) -> None:
    workshop, user = Workshop(cost_usd=0.03), User("accept", {"agree": True})
    with serving(workshop.app()) as base_url:
        variables = environment(home, workshop.section("pixels", base_url, price_usd=None))
        call = {"technique_id": "one", "revision": "draft", "inputs": {"words": "a"}, "wait_seconds": 40}
        async with official(home, era, {**variables, **SETTINGS}, elicitation_callback=user) as client:
            run = await ask(client, "start_run", {**call, "idempotency_key": "unknown"})
    assert run["status"] == "completed"
    assert run["cost"] == {"estimated_usd": 0, "charged_usd": 0.03, "has_unpriced": True}
    [question] = user.questions
    assert "costs what pixels/picture asks for, which is not known" in question.message


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize(
    "user",
    [User("decline"), User("cancel"), User("accept", {"agree": False})],
    ids=["decline", "cancel", "untick"],
)
async def test_a_run_that_the_user_does_not_agree_to_is_not_started_and_its_key_stays_free(
    home: Path, era: str, user: User
) -> None:
    user.questions.clear()
    async with official(home, era, SETTINGS, elicitation_callback=user) as client:
        refused = await ask(client, "start_run", paid("no"))
        runs = await ask(client, "list_runs", {})
        key = await ask(client, "get_run", {"idempotency_key": "no"})
        other = await ask(client, "start_run", paid("other words", idempotency_key="no", max_cost_usd=2.5))
    assert refused["error"]["code"] == "consent_declined"
    assert "$2.50" in refused["error"]["message"]
    assert runs["runs"] == []
    assert key["error"]["code"] == "not_found"
    assert other["status"] == "completed"
    assert len(user.questions) == 1


@pytest.mark.parametrize("era", ERAS)
async def test_what_max_cost_usd_covers_is_not_asked(home: Path, era: str) -> None:
    user = User("decline")
    async with official(home, era, SETTINGS, elicitation_callback=user) as client:
        run = await ask(client, "start_run", paid("covered", max_cost_usd=2.5))
        over = await ask(client, "start_run", paid("over", max_cost_usd=2.4))
    assert run["status"] == "completed"
    assert over["error"]["code"] == "budget_exceeded"
    assert user.questions == []


@pytest.mark.parametrize("era", ERAS)
async def test_what_costs_less_than_the_threshold_is_not_asked(home: Path, era: str) -> None:
    user = User("decline")
    async with official(home, era, {"LIMNER_CONSENT_USD": "2.5"}, elicitation_callback=user) as client:
        run = await ask(client, "start_run", paid("cheap"))
    assert run["cost"]["charged_usd"] == 2.5
    assert user.questions == []


@pytest.mark.parametrize("era", ERAS)
async def test_a_host_that_cannot_ask_is_told_to_name_max_cost_usd(home: Path, era: str) -> None:
    async with official(home, era, SETTINGS) as client:
        refused = await ask(client, "start_run", paid("unasked"))
        runs = await ask(client, "list_runs", {})
        run = await ask(client, "start_run", paid("unasked", max_cost_usd=2.5))
    assert refused["error"]["code"] == "consent_needed"
    assert "max_cost_usd of at least 2.50" in refused["error"]["next_step"]
    assert runs["runs"] == []
    assert run["status"] == "completed"


async def test_a_host_whose_user_cannot_be_reached_is_one_that_cannot_ask(home: Path) -> None:
    async def broken(context: Any, question: Any) -> t.ErrorData:
        return t.ErrorData(code=t.INTERNAL_ERROR, message="no window")

    async with official(home, "legacy", SETTINGS, elicitation_callback=broken) as client:
        refused = await ask(client, "start_run", paid("broken"))
    assert refused["error"]["code"] == "consent_needed"
    async with official(home, "2026-07-28", SETTINGS, elicitation_callback=broken) as client:
        with pytest.raises(MCPError, match="no window"):
            await ask(client, "start_run", paid("broken"))
        assert (await ask(client, "list_runs", {}))["runs"] == []


def call(
    host: ModernHost, arguments: dict[str, Any], answers: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Call start_run with the answers to what it asked before, and return the result."""
    params = {"name": "start_run", "arguments": arguments, "inputResponses": answers}
    return host.result(host.send("tools/call", {k: v for k, v in params.items() if v is not None}))


def test_the_question_and_its_answer_on_the_wire(home: Path) -> None:
    agree = {"action": "accept", "content": {"agree": True}}
    with ModernHost(home, capabilities=FORMS, **SETTINGS) as host:
        asked = call(host, paid("wire"))
        name, question = next(iter(asked["inputRequests"].items()))
        for_another_price = call(host, paid("wire"), {"spend_0.10_usd": agree})
        for_nothing = call(host, paid("wire"), {})
        nothing_yet = host.ask("list_runs", {})["runs"]
        run = call(host, paid("wire"), {name: agree})["structuredContent"]
    assert asked["resultType"] == "input_required"
    assert question["method"] == "elicitation/create"
    assert question["params"]["requestedSchema"]["properties"]["agree"]["type"] == "boolean"
    assert for_another_price["inputRequests"] == for_nothing["inputRequests"] == asked["inputRequests"]
    assert nothing_yet == []
    assert (run["status"], run["cost"]["charged_usd"]) == ("completed", 2.5)


def test_a_client_that_takes_tasks_is_asked_first_and_gets_the_task_then(home: Path) -> None:
    with task_host(home, **SETTINGS) as host:
        host.capabilities |= FORMS
        asked = call(host, paid("task"))
        (name,) = asked["inputRequests"]
        task = call(host, paid("task"), {name: {"action": "accept", "content": {"agree": True}}})
        replayed = call(host, paid("task"))
    assert task["resultType"] == "task"
    assert replayed["taskId"] == task["taskId"]


@pytest.mark.parametrize(("capability", "is_asked"), [({}, True), ({"form": {}}, True), ({"url": {}}, False)])
def test_only_hosts_that_show_forms_are_asked(home: Path, capability: dict[str, Any], is_asked: bool) -> None:
    hello = {
        "protocolVersion": "2025-11-25",
        "capabilities": {"elicitation": capability},
        "clientInfo": {"name": "raw", "version": "0"},
    }
    host = RawHost(home, **SETTINGS)
    host.result(host.send("initialize", hello))
    host.write({"jsonrpc": "2.0", "method": "notifications/initialized"})
    request = host.call("start_run", paid("form"))
    if is_asked:
        question = host.notified(lambda note: note["method"] == "elicitation/create")
        host.write({"jsonrpc": "2.0", "id": question["id"], "result": {"action": "decline"}})
    error = host.result(request)["structuredContent"]["error"]
    host.close()
    assert error["code"] == ("consent_declined" if is_asked else "consent_needed")
