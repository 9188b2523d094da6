"""Every mistake a caller can make: what is wrong, where, and the way out; nothing is started by it."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .files import png_bomb, truncated_jpeg
from .hosts import COFFEE, RawHost

KEY = "mended-later"
PALETTE = {"technique_id": "palette-pull"}


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("errors")


@pytest.fixture(scope="module")
def host(shared: Path) -> Iterator[RawHost]:
    with RawHost(shared / "home") as raw:
        yield raw


def refused(host: RawHost, tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """Make a call that must be refused with nothing started; return the error."""
    before = host.ask("list_runs", {"limit": 100})
    result = host.result(host.call(tool, arguments))
    assert result["isError"] is True
    assert json.loads(result["content"][0]["text"]) == result["structuredContent"]
    error = result["structuredContent"]["error"]
    assert error["code"]
    assert error["message"]
    assert error["next_step"]
    assert len(json.dumps(error)) < 2500
    assert "Traceback" not in error["message"]
    assert host.ask("list_runs", {"limit": 100}) == before
    return error


def fields_of(error: dict[str, Any]) -> list[str]:
    """Return the names of the fields at fault."""
    assert all(each["message"] for each in error["fields"])
    return [each["field"] for each in error["fields"]]


def check_media_refusal(host: RawHost, value: str, *words: str) -> None:
    """Check that a picture is refused under a key, and that the key still starts the mended call."""
    call = {**PALETTE, "inputs": {"image": value}, "idempotency_key": KEY}
    error = refused(host, "start_run", call)
    assert error["code"] == "input_validation_error"
    assert fields_of(error) == ["inputs.image"]
    for word in words:
        assert word in error["message"], error["message"]
    check_key_is_free(host)


def check_key_is_free(host: RawHost) -> None:
    error = host.ask("get_run", {"idempotency_key": KEY})["error"]
    assert error["code"] == "not_found"


def test_a_truncated_jpeg_is_refused(host: RawHost, shared: Path) -> None:
    check_media_refusal(host, str(truncated_jpeg(shared)))


def test_a_decompression_bomb_is_refused_with_the_limit(host: RawHost, shared: Path) -> None:
    bomb = png_bomb(shared)
    assert bomb.stat().st_size < 10_000
    check_media_refusal(host, str(bomb), "60000", "limit")


def test_a_text_named_mp4_is_refused_for_what_it_is(host: RawHost, shared: Path) -> None:
    fake = shared / "fake.mp4"
    fake.write_text("this is no film\n" * 50)
    call = {"action_id": "reverse-video", "inputs": {"video": str(fake)}}
    error = refused(host, "start_run", call)
    assert error["code"] == "input_validation_error"
    assert fields_of(error) == ["inputs.video"]
    assert "text" in error["message"]


def test_a_path_outside_the_roots_is_refused_the_same_whether_it_exists_or_not(host: RawHost) -> None:
    check_media_refusal(host, "/etc/hostname", "outside the allowed folders")
    check_media_refusal(host, "/etc/no-such-file-here", "outside the allowed folders")
    check_media_refusal(host, "file:///etc/hostname", "outside the allowed folders")
    check_media_refusal(host, f"{Path(COFFEE).parent}/../../../../../../../../etc/hostname", "outside")


def test_a_link_that_leads_out_of_the_roots_is_refused(host: RawHost, shared: Path) -> None:
    link = shared / "link.png"
    link.symlink_to("/etc/hostname")
    check_media_refusal(host, str(link), "outside the allowed folders")


def test_a_missing_file_is_named(host: RawHost, shared: Path) -> None:
    check_media_refusal(host, str(shared / "gone.png"), "gone.png")


def test_a_folder_and_an_empty_file_are_refused(host: RawHost, shared: Path) -> None:
    check_media_refusal(host, str(shared), "folder")
    empty = shared / "empty.png"
    empty.write_bytes(b"")
    check_media_refusal(host, str(empty))


def test_a_data_url_over_two_megabytes_is_refused_with_the_limit(host: RawHost) -> None:
    data = base64.b64encode(bytes(2_000_001)).decode()
    check_media_refusal(host, f"data:image/png;base64,{data}", "2 MB")


def test_an_http_address_is_refused_with_the_way_out(host: RawHost) -> None:
    error = refused(host, "start_run", {**PALETTE, "inputs": {"image": "http://example.com/a.png"}})
    assert fields_of(error) == ["inputs.image"]
    assert "https://" in error["next_step"]


def test_an_asset_of_nobody_is_refused(host: RawHost) -> None:
    error = refused(host, "start_run", {**PALETTE, "inputs": {"image": "asset_0123456789abcdef"}})
    assert error["code"] == "not_found"
    assert fields_of(error) == ["inputs.image"]


WRONG_CALLS = {
    "an unknown technique": (
        {"technique_id": "palette-pul"},
        "not_found",
        ["technique_id"],
        "tech_palette-pull",
    ),
    "an unknown action": ({"action_id": "blur-imag"}, "not_found", ["action_id"], "blur-image"),
    "a missing input": (PALETTE, "input_validation_error", ["inputs.image"], "required"),
    "a value of the wrong type": (
        {**PALETTE, "inputs": {"image": COFFEE, "colors": "many"}},
        "input_validation_error",
        ["inputs.colors"],
        "3 to 12",
    ),
    "a value out of range": (
        {**PALETTE, "inputs": {"image": COFFEE, "colors": 13}},
        "input_validation_error",
        ["inputs.colors"],
        "3 to 12",
    ),
    "a list for a single input": (
        {**PALETTE, "inputs": {"image": [COFFEE]}},
        "input_validation_error",
        ["inputs.image"],
        "image",
    ),
    "an unknown input": (
        {**PALETTE, "inputs": {"image": COFFEE, "colours": 6}},
        "input_validation_error",
        ["inputs.colours"],
        "colors",
    ),
    "inputs that are no object": (
        {**PALETTE, "inputs": "coffee.png"},
        "input_validation_error",
        ["inputs"],
        "object",
    ),
    "inputs nested too deep": (
        {**PALETTE, "inputs": "[" * 100_000},
        "input_validation_error",
        ["inputs"],
        "object",
    ),
    "an unknown argument": (
        {**PALETTE, "input": {}},
        "input_validation_error",
        ["input"],
        "idempotency_key",
    ),
    "a technique and an action": (
        {**PALETTE, "action_id": "blur-image"},
        "input_validation_error",
        ["technique_id"],
        "one of",
    ),
    "nothing to run": ({"inputs": {}}, "input_validation_error", ["technique_id"], "one of"),
    "an unknown brand kit": (
        {**PALETTE, "inputs": {"image": COFFEE}, "brand_kit": "acme"},
        "input_validation_error",
        ["brand_kit"],
        "acme",
    ),
    "params for a technique": (
        {**PALETTE, "inputs": {"image": COFFEE}, "params": {"count": 3}},
        "input_validation_error",
        ["params"],
        "inputs",
    ),
    "an unknown parameter": (
        {"action_id": "blur-image", "inputs": {"image": COFFEE}, "params": {"radios": 3}},
        "input_validation_error",
        ["params.radios"],
        "radius",
    ),
    "an input of another kind": (
        {"action_id": "blur-image", "inputs": {"video": COFFEE}},
        "input_validation_error",
        ["inputs.video", "inputs.image"],
        "1 image",
    ),
    "a negative cap": (
        {**PALETTE, "inputs": {"image": COFFEE}, "max_cost_usd": -1},
        "input_validation_error",
        ["max_cost_usd"],
        "0",
    ),
    "a cap that is no number": (
        {**PALETTE, "inputs": {"image": COFFEE}, "max_cost_usd": "NaN"},
        "input_validation_error",
        ["max_cost_usd"],
        "finite",
    ),
    "a key that is too long": (
        {**PALETTE, "inputs": {"image": COFFEE}, "idempotency_key": "k" * 256},
        "input_validation_error",
        ["idempotency_key"],
        "255",
    ),
    "an empty key": (
        {**PALETTE, "inputs": {"image": COFFEE}, "idempotency_key": ""},
        "input_validation_error",
        ["idempotency_key"],
        "1 to 255",
    ),
    "a seed below zero": (
        {**PALETTE, "inputs": {"image": COFFEE}, "seed": -1},
        "input_validation_error",
        ["seed"],
        "0",
    ),
    "a wait below zero": (
        {**PALETTE, "inputs": {"image": COFFEE}, "wait_seconds": -1},
        "input_validation_error",
        ["wait_seconds"],
        "0",
    ),
    "a revision that is not there": (
        {**PALETTE, "inputs": {"image": COFFEE}, "revision": "rev_0"},
        "not_found",
        None,
        "rev_0",
    ),
}


@pytest.mark.parametrize("mistake", WRONG_CALLS)
def test_start_run_refuses(host: RawHost, mistake: str) -> None:
    call, code, fields, word = WRONG_CALLS[mistake]
    error = refused(host, "start_run", {"idempotency_key": KEY, **call})
    assert error["code"] == code
    if fields is not None:
        assert fields_of(error) == fields
    assert word in error["message"] + error["next_step"]
    check_key_is_free(host)


def test_several_mistakes_are_told_at_once(host: RawHost) -> None:
    error = refused(host, "start_run", {**PALETTE, "inputs": {"colors": 99, "extra": 1}})
    assert set(fields_of(error)) == {"inputs.image", "inputs.colors", "inputs.extra"}


# Sound is made here, wherever something speaks: `tests/engine/test_speaking.py` has its refusal.
@pytest.mark.parametrize("kind", ["image", "video", "text"])
def test_generating_without_a_provider_is_refused_and_nothing_is_faked(host: RawHost, kind: str) -> None:
    call = {"generate": kind, "prompt": "a mug on a table", "idempotency_key": KEY}
    error = refused(host, "start_run", call)
    assert error["code"] == "needs_provider"
    assert "list_techniques" in error["next_step"]
    check_key_is_free(host)


@pytest.mark.parametrize(
    ("tool", "arguments", "code", "field"),
    [
        ("list_techniques", {"cursor": "no cursor"}, "input_validation_error", "cursor"),
        ("list_runs", {"cursor": "no cursor"}, "input_validation_error", "cursor"),
        ("list_models", {"cursor": "no cursor"}, "input_validation_error", "cursor"),
        ("list_techniques", {"limit": 0}, "input_validation_error", "limit"),
        ("list_runs", {"limit": 0}, "input_validation_error", "limit"),
        ("list_runs", {"limit": 101}, "input_validation_error", "limit"),
        ("list_runs", {"limit": "ten"}, "input_validation_error", "limit"),
        ("list_runs", {"status": "finished"}, "input_validation_error", "status"),
        ("list_techniques", {"input_type": "image"}, "input_validation_error", "input_type"),
        ("get_technique", {"technique_id": "palette-pul"}, "not_found", "technique_id"),
        ("get_technique", {}, "input_validation_error", "technique_id"),
        ("get_run", {}, "input_validation_error", "run_id"),
        ("get_run", {"run_id": "run_a", "idempotency_key": "b"}, "input_validation_error", "run_id"),
        ("get_run", {"run_id": "run_nope"}, "not_found", None),
        ("get_run", {"run_id": "../../etc/passwd"}, "not_found", None),
        ("get_run", {"run_id": "run_nope", "since_seq": 0, "wait_seconds": 5}, "not_found", None),
        ("get_run", {"idempotency_key": "never-used"}, "not_found", None),
        ("cancel_run", {"run_id": "run_nope"}, "not_found", None),
        ("view_output", {"run_id": "run_nope"}, "not_found", None),
        ("view_output", {"run_id": "run_nope", "max_pixels": 10}, "input_validation_error", "max_pixels"),
    ],
)
def test_the_other_tools_refuse(
    host: RawHost, tool: str, arguments: dict[str, Any], code: str, field: str | None
) -> None:
    result = host.result(host.call(tool, arguments))
    assert result["isError"] is True
    error = json.loads(result["content"][0]["text"])["error"]
    assert error["code"] == code
    assert error["next_step"]
    if field is not None:
        assert fields_of(error) == [field]


def test_an_output_that_is_not_there_is_named_with_those_that_are(host: RawHost) -> None:
    run = host.ask(
        "start_run", {"action_id": "qr-code-generator", "inputs": {"text": "x"}, "wait_seconds": 40}
    )
    result = host.result(host.call("view_output", {"run_id": run["run_id"], "output_id": "swatches"}))
    assert result["isError"] is True
    error = json.loads(result["content"][0]["text"])["error"]
    assert "image" in error["message"]


def test_whole_numbers_and_json_sent_as_text_or_with_a_point_are_taken(host: RawHost) -> None:
    assert len(host.ask("list_techniques", {"limit": 2.0})["techniques"]) == 2
    assert len(host.ask("list_techniques", {"limit": "2"})["techniques"]) == 2
    assert host.ask("list_techniques", {"runnable_only": "true", "query": None})["techniques"]
    priced = host.ask(
        "start_run",
        {
            **PALETTE,
            "inputs": json.dumps({"image": COFFEE}),
            "seed": 5.0,
            "dry_run": "true",
            "brand_kit": None,
        },
    )
    assert priced["cost"]["estimated_usd"] == 0
    run = host.ask(
        "start_run", {"action_id": "qr-code-generator", "inputs": {"text": "y"}, "wait_seconds": 40}
    )
    found = host.ask("get_run", {"run_id": run["run_id"], "since_seq": 1e300})
    assert found["events"] == []


def test_the_server_does_the_job_after_all_those_mistakes(host: RawHost) -> None:
    call = {**PALETTE, "inputs": {"image": COFFEE}, "idempotency_key": KEY, "wait_seconds": 40}
    run = host.ask("start_run", call)
    assert run["status"] == "completed"
    assert run["replayed"] is False
