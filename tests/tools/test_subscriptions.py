"""Being told what changes: streams of 2026-07-28, and subscriptions of the handshake eras."""

import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import mcp_types as t
import pytest
from mcp.client.subscriptions import ResourceUpdated, ToolsListChanged

from .hosts import TIMEOUT_SECONDS, RawHost, film_call
from .modern import SUBSCRIPTION_ID, ModernHost, official, publish
from .slow import SLOW, install_slow, slow_call

UPDATED = "notifications/resources/updated"
LISTS = ("tools", "resources", "prompts")
WORDS = """
technique_id: tech_NAME
name: Some Words
description: Make a code of words.
inputs: [{id: words, name: Words, type: text, description: TEXT}]
steps: {code: {action: qr-code-generator, inputs: {text: $inputs.words}}}
outputs: [{id: image, name: Image, type: imageUrl, from: $steps.code.image}]
"""


def words(name: str, text: str = "Words.") -> str:
    """Return a technique; another text is another revision."""
    return WORDS.replace("NAME", name).replace("TEXT", text)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("subscriptions") / "home"
    install_slow(home)
    return home


@pytest.fixture(scope="module")
def modern(home: Path) -> Iterator[ModernHost]:
    with ModernHost(home) as host:
        yield host


@pytest.fixture(scope="module")
def legacy(home: Path) -> Iterator[RawHost]:
    with RawHost(home) as host:
        yield host


class DeafHost(ModernHost):
    """A host that stops reading what the server says."""

    def __init__(self, home: Path) -> None:
        self._is_deaf = threading.Event()
        super().__init__(home)

    def stop_reading(self) -> None:
        """Read one more line at most."""
        self._is_deaf.set()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._incoming.put(line)
            if self._is_deaf.is_set():
                return


def begin(host: RawHost, call: dict[str, Any]) -> str:
    """Start a run and return its id at once."""
    return str(host.ask("start_run", {**call, "wait_seconds": 0})["run_id"])


def finished(host: RawHost, run_id: str) -> dict[str, Any]:
    """Return a run when it has ended."""
    run = host.ask("get_run", {"run_id": run_id, "wait_seconds": 45})
    assert run["status"] in ("completed", "cancelled"), run
    return run


def is_update_of(uri: str, stream: int | None = None) -> Any:
    """Return a test for news of a resource, on a stream or on the connection."""

    def test(note: dict[str, Any]) -> bool:
        if note["method"] != UPDATED or note["params"]["uri"] != uri:
            return False
        return bool(note["params"].get("_meta", {}).get(SUBSCRIPTION_ID) == stream)

    return test


def is_list_change(kind: str) -> Any:
    """Return a test for news that a list has changed."""
    return lambda note: note["method"] == f"notifications/{kind}/list_changed"


def test_a_stream_acknowledges_what_it_honours_and_leaves_out_what_is_not_there(modern: ModernHost) -> None:
    run_id = begin(modern, film_call("ack", 1.21))
    uris = [
        f"limner://runs/{run_id}",
        "limner://runs/run_none",
        "file:///etc/passwd",
        "limner://techniques/none",
    ]
    technique = "limner://techniques/palette-pull"
    _, honoured = modern.listen(
        toolsListChanged=True, promptsListChanged=False, resourceSubscriptions=[*uris, technique]
    )
    assert honoured == {"toolsListChanged": True, "resourceSubscriptions": [uris[0], technique]}
    _, nothing = modern.listen()
    assert nothing == {}
    finished(modern, run_id)


def test_a_stream_tells_of_its_run_to_the_end_and_of_no_other(modern: ModernHost) -> None:
    mine, other = begin(modern, film_call("mine", 1.22)), begin(modern, film_call("other", 1.23))
    uri = f"limner://runs/{mine}"
    stream, _ = modern.listen(resourceSubscriptions=[uri])
    status = ""
    while status != "completed":
        modern.notified(is_update_of(uri, stream))
        read = modern.result(modern.send("resources/read", {"uri": uri}))["contents"][0]["text"]
        status = "completed" if '"status":"completed"' in read else "working"
    finished(modern, other)
    told = [
        note
        for note in modern.notifications
        if note["params"].get("_meta", {}).get(SUBSCRIPTION_ID) == stream
    ]
    assert {note["params"]["uri"] for note in told} <= {uri}


def test_news_of_a_run_is_news_of_its_outputs_too(modern: ModernHost) -> None:
    run_id = begin(modern, film_call("output", 1.24))
    uri = f"limner://runs/{run_id}/outputs/video"
    stream, honoured = modern.listen(resourceSubscriptions=[uri])
    assert honoured == {"resourceSubscriptions": [uri]}
    modern.notified(is_update_of(uri, stream))
    finished(modern, run_id)


def test_a_stream_that_is_cancelled_says_no_more(modern: ModernHost) -> None:
    run_id = begin(modern, slow_call("quiet", 31))
    uri = f"limner://runs/{run_id}"
    stream, _ = modern.listen(resourceSubscriptions=[uri])
    control, _ = modern.listen(resourceSubscriptions=[uri])
    modern.notified(is_update_of(uri, stream))
    modern.write({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": stream}})
    modern.ask("list_models", {})  # what was being sent has come
    modern.notifications.clear()
    modern.ask("cancel_run", {"run_id": run_id})
    modern.notified(is_update_of(uri, control))
    modern.ask("list_models", {})
    assert not [note for note in modern.notifications if is_update_of(uri, stream)(note)]


def test_one_stream_watches_at_most_100_things(modern: ModernHost) -> None:
    uris = [f"limner://runs/run_{number}" for number in range(101)]
    _, honoured = modern.listen(resourceSubscriptions=[*uris[:100], uris[0]])
    over = modern.answer(
        modern.send("subscriptions/listen", {"notifications": {"resourceSubscriptions": uris}})
    )
    assert honoured == {}
    assert over["error"]["code"] == t.INVALID_PARAMS
    assert "100" in over["error"]["message"]


def test_streams_end_in_order_when_the_server_is_told_to_leave(home: Path) -> None:
    with ModernHost(home) as host:
        run_id = begin(host, slow_call("leave", 32))
        stream, _ = host.listen(resourceSubscriptions=[f"limner://runs/{run_id}"])
        host.process.send_signal(signal.SIGTERM)
        result = host.result(stream)
        assert result["_meta"][SUBSCRIPTION_ID] == stream
        assert result["resultType"] == "complete"
        assert host.process.wait(timeout=20) == 0


def test_a_call_that_waits_is_answered_when_the_server_is_told_to_leave(home: Path) -> None:
    with RawHost(home) as host:
        run_id = begin(host, slow_call("leave-call", 33))
        waiting = host.call("get_run", {"run_id": run_id, "wait_seconds": 45})
        host.result(host.send("ping"))
        host.process.send_signal(signal.SIGTERM)
        run = host.result(waiting)["structuredContent"]
        assert (run["run_id"], run["status"]) == (run_id, "running")
        assert host.process.wait(timeout=20) == 0


def test_a_subscriber_of_the_handshake_eras_is_told_to_the_end_of_the_run(legacy: RawHost) -> None:
    run_id = begin(legacy, film_call("told", 1.25))
    uri = f"limner://runs/{run_id}"
    legacy.result(legacy.send("resources/subscribe", {"uri": uri}))
    finished(legacy, run_id)
    seen = 0
    while True:
        legacy.notified(is_update_of(uri))
        seen += 1
        read = legacy.result(legacy.send("resources/read", {"uri": uri}))["contents"][0]["text"]
        if '"status":"completed"' in read:
            break
    assert seen >= 1


@pytest.mark.parametrize("times", [1, 3])
def test_unsubscribing_ends_the_news_however_often_it_was_subscribed(legacy: RawHost, times: int) -> None:
    run_id = begin(legacy, slow_call(f"unsubscribed-{times}", 34 + times))
    uri, control = f"limner://runs/{run_id}", f"limner://runs/{run_id}/outputs/film"
    for each in (*[uri] * times, control):
        legacy.result(legacy.send("resources/subscribe", {"uri": each}))
    legacy.notified(is_update_of(uri))
    legacy.result(legacy.send("resources/unsubscribe", {"uri": uri}))
    legacy.result(legacy.send("ping"))  # what was being sent has come
    legacy.notifications.clear()
    legacy.ask("cancel_run", {"run_id": run_id})
    legacy.notified(is_update_of(control))
    legacy.result(legacy.send("ping"))
    assert not [note for note in legacy.notifications if is_update_of(uri)(note)]


def test_one_connection_watches_at_most_100_things_at_once(home: Path) -> None:
    with RawHost(home) as host:
        run_id = begin(host, slow_call("many", 38))
        uris = [f"limner://runs/{run_id}/outputs/film/{number}" for number in range(101)]
        requests = [host.send("resources/subscribe", {"uri": uri}) for uri in uris]
        answers = [host.answer(request) for request in requests]
        (error,) = [answer["error"] for answer in answers if "error" in answer]
        assert error["code"] == t.INVALID_PARAMS
        assert "100" in error["message"]
        host.ask("cancel_run", {"run_id": run_id})
        for uri, answer in zip(uris, answers, strict=True):
            if "result" in answer:
                host.notified(is_update_of(uri))
        request = host.send("resources/subscribe", {"uri": uris[0]})
        assert host.result(request) == {}, "what has ended is watched no more, and leaves room"


@pytest.mark.parametrize(
    "uri", ["limner://runs/run_none", "limner://techniques/none", "https://example.com/"]
)
def test_subscribing_to_what_is_not_there_is_an_error_that_names_it(legacy: RawHost, uri: str) -> None:
    error = legacy.answer(legacy.send("resources/subscribe", {"uri": uri}))["error"]
    assert error["code"] == t.INVALID_PARAMS
    assert uri in error["message"]


def test_publishing_a_technique_is_told_in_both_eras(home: Path, legacy: RawHost, modern: ModernHost) -> None:
    legacy.result(legacy.send("tools/list"))
    stream, _ = modern.listen(toolsListChanged=True, resourcesListChanged=True, promptsListChanged=True)
    only_tools, _ = modern.listen(toolsListChanged=True)
    legacy.notifications.clear()
    publish(home, "published-words", words("published-words"))
    for kind in LISTS:
        legacy.notified(is_list_change(kind))
        modern.told(f"notifications/{kind}/list_changed", stream)
    modern.told("notifications/tools/list_changed", only_tools)
    others = [
        note
        for note in modern.notifications
        if note["params"].get("_meta", {}).get(SUBSCRIPTION_ID) == only_tools
    ]
    assert others == []
    for host in (legacy, modern):
        start = next(
            tool for tool in host.result(host.send("tools/list"))["tools"] if tool["name"] == "start_run"
        )
        assert "tech_published-words" in start["inputSchema"]["properties"]["technique_id"]["enum"]
        named = [each["name"] for each in host.result(host.send("prompts/list"))["prompts"]]
        assert "published-words" in named


def test_what_is_published_right_after_the_list_was_shown_is_told(home: Path) -> None:
    with RawHost(home) as host:
        host.result(host.send("tools/list"))
        publish(home, "at-once", words("at-once"))
        host.notified(is_list_change("tools"))


def test_a_client_that_listed_nothing_is_told_nothing_of_lists(home: Path, legacy: RawHost) -> None:
    with RawHost(home) as host:
        legacy.result(legacy.send("tools/list"))
        legacy.notifications.clear()
        publish(home, "unasked", words("unasked"))
        legacy.notified(is_list_change("prompts"))
        host.result(host.send("ping"))
        assert host.notifications == []


def test_a_new_revision_of_a_technique_is_told_to_those_who_watch_it(
    home: Path, legacy: RawHost, modern: ModernHost
) -> None:
    publish(home, "watched-words", words("watched-words"))
    uri, other = "limner://techniques/watched-words", "limner://techniques/palette-pull"
    stream, honoured = modern.listen(resourceSubscriptions=[uri, other])
    for each in (uri, other):
        legacy.result(legacy.send("resources/subscribe", {"uri": each}))
    assert honoured == {"resourceSubscriptions": [uri, other]}
    publish(home, "watched-words", words("watched-words", "Other words."))
    modern.notified(is_update_of(uri, stream))
    legacy.notified(is_update_of(uri))
    legacy.result(legacy.send("ping"))
    assert not [
        note
        for note in (*legacy.notifications, *modern.notifications)
        if note.get("params", {}).get("uri") == other
    ]


def test_a_host_that_does_not_read_delays_neither_its_run_nor_other_hosts(
    home: Path, modern: ModernHost
) -> None:
    with DeafHost(home) as deaf:
        run_id = begin(deaf, film_call("deaf", 1.28))
        uri = f"limner://runs/{run_id}"
        deaf.stop_reading()
        for _ in range(20):
            deaf.send("tools/list")  # more than a pipe holds
        deaf.send("subscriptions/listen", {"notifications": {"resourceSubscriptions": [uri]}})
        stream, _ = modern.listen(resourceSubscriptions=[uri])
        modern.notified(is_update_of(uri, stream))
        assert finished(modern, run_id)["status"] == "completed"


@pytest.mark.anyio
async def test_the_official_client_listens(home: Path) -> None:
    with anyio.fail_after(TIMEOUT_SECONDS):
        async with official(home, "2026-07-28") as host:
            result = await host.call_tool("start_run", {**film_call("official", 1.26), "wait_seconds": 0})
            assert result.structured_content is not None
            uri = f"limner://runs/{result.structured_content['run_id']}"
            async with host.listen(tools_list_changed=True, resource_subscriptions=[uri]) as events:
                assert events.honored.resource_subscriptions == [uri]
                assert await anext(events) == ResourceUpdated(uri=uri)
                await anyio.to_thread.run_sync(publish, home, "slow-steps", SLOW)
                while await anext(events) != ToolsListChanged():
                    pass


@pytest.mark.filterwarnings("ignore::mcp.shared.exceptions.MCPDeprecationWarning")
@pytest.mark.anyio
async def test_the_official_client_subscribes_in_the_handshake_eras(home: Path) -> None:
    heard: list[str] = []
    told = anyio.Event()

    async def hear(message: Any) -> None:
        if isinstance(message, t.ResourceUpdatedNotification):
            heard.append(str(message.params.uri))
            told.set()

    with anyio.fail_after(TIMEOUT_SECONDS):
        async with official(home, "legacy", message_handler=hear) as host:
            result = await host.call_tool("start_run", {**film_call("handler", 1.27), "wait_seconds": 0})
            assert result.structured_content is not None
            uri = f"limner://runs/{result.structured_content['run_id']}"
            await host.subscribe_resource(uri)
            await told.wait()
            await host.unsubscribe_resource(uri)
    assert set(heard) == {uri}
