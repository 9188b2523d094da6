"""Assets over REST: sent, announced and sent later, used as inputs, and read back."""

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from limner.access.links import LinkSigner
from limner.library import sample

from . import contract
from .calling import Api, fields_of, problem_of, serving_api, split, told

CHELSEA = sample("chelsea.png").read_bytes()
COFFEE = sample("coffee.png").read_bytes()
ANNOUNCED = {"source": "signed-url", "content_type": "image/png"}


def sent(api: Api, content: bytes, name: str = "a.png", path: str = "/assets") -> Any:
    return api.send("POST", path, files={"file": (name, content)})


def test_a_file_that_is_sent_is_an_asset(ann: Api) -> None:
    asset = contract.check(told(sent(ann, CHELSEA), 201), contract.ASSET)
    assert asset["asset_id"] == f"asset_{hashlib.sha256(CHELSEA).hexdigest()[:32]}"
    assert (asset["status"], asset["content_type"]) == ("ready", "image/png")
    assert (asset["width"], asset["height"], asset["size_bytes"]) == (451, 300, len(CHELSEA))
    assert contract.check(ann.get(f"/assets/{asset['asset_id']}"), contract.ASSET) == asset
    listed = ann.get("/assets", limit=100)
    assert asset in listed["assets"] and listed["meta"]["next_cursor"] is None
    assert Api(ann.site).send("GET", asset["url"]).content == CHELSEA


def test_an_asset_is_taken_wherever_an_address_is(ann: Api) -> None:
    asset_id = told(sent(ann, CHELSEA), 201)["asset_id"]
    data = f"data:image/png;base64,{base64.b64encode(CHELSEA).decode()}"
    made = []
    for value in (asset_id, data):
        body = {
            "technique_id": "palette-pull",
            "inputs": {"image": value, "colors": 5},
            "allow_duplicate": True,
        }
        run = ann.ended(ann.post("/runs/technique", body))
        made.append([each.get("asset_id") or each["url"] for each in run["outputs"]])
    assert made[0] == made[1]
    body = {"action_id": "image-metadata", "inputs": [{"type": "image", "url": asset_id}]}
    assert ann.sent("/runs/action", body).status_code in (200, 404)  # 404: no such action; never a bad input


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "a.png", "empty"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 40, "a.png", "file"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.svg", "svg"),
        (b"MZ" + bytes(range(256)) * 4, "a.exe", "file"),
    ],
    ids=["empty", "cut", "svg", "program"],
)
def test_what_is_no_media_is_refused(ann: Api, content: bytes, name: str, said: str) -> None:
    problem = problem_of(sent(ann, content, name), 400, "input_validation_error")
    assert fields_of(problem) == {"file"} and said in problem["message"].lower()


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"files": {"picture": ("a.png", CHELSEA)}}, "file"),
        ({"files": [("file", ("a.png", CHELSEA)), ("other", ("b.png", CHELSEA))]}, "body"),
        ({"data": {"file": "text"}, "files": {"x": ("a.png", b"x")}}, "file"),
        ({"content": b"--x\r\n", "headers": {"content-type": "multipart/form-data"}}, "body"),
        ({"content": b"abc", "headers": {"content-type": "image/png"}}, "body"),
        ({"json": {}}, "source"),
        ({"json": {"source": "signed-url"}}, "content_type"),
        ({"json": {"source": "signed-url", "content_type": "image/svg+xml"}}, "content_type"),
        ({"json": {"source": "https://example.com/a.png", "content_type": "image/png"}}, "content_type"),
        ({"json": {"source": "http://example.com/a.png"}}, "source"),
        ({"json": {"source": "https://127.0.0.1/a.png"}}, "source"),
        ({"json": {"source": "file:///etc/passwd"}}, "source"),
        ({"json": {"source": "/etc/passwd"}}, "source"),
    ],
)
def test_a_request_that_brings_no_file_names_what_is_wrong(
    ann: Api, form: dict[str, Any], field: str
) -> None:
    problem = ann.refused("POST", "/assets", 400, "input_validation_error", **form)
    assert fields_of(problem) == {field}
    assert "curl" in problem["message"] or field not in ("file",)


def test_a_file_too_long_for_a_form_is_told_the_other_way(ann: Api) -> None:
    problem = problem_of(sent(ann, bytes(5_000_000)), 413, "payload_too_large")
    assert "signed-url" in problem["message"]


def test_a_form_that_does_not_say_its_length_is_refused_when_it_is_too_long(ann: Api, home: Path) -> None:
    def form() -> Iterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n'
        for _ in range(90):
            yield bytes(50_000)
        yield b"\r\n--x--\r\n"

    kind = {"content-type": "multipart/form-data; boundary=x"}
    problem_of(ann.send("POST", "/assets", content=form(), headers=kind), 413, "payload_too_large")
    with serving_api(home, LIMNER_MAX_INPUT_MB="2") as site:
        api = Api(site)
        url = api.post("/assets", ANNOUNCED, 201)["upload"]["url"]
        problem_of(api.send("POST", url, content=form(), headers=kind), 413, "payload_too_large")


def test_an_announced_file_is_sent_without_a_key_completed_and_used(ann: Api) -> None:
    promised = contract.check(ann.post("/assets", ANNOUNCED, 201), contract.ASSET)
    asset_id, form = promised["asset_id"], promised["upload"]
    assert promised["status"] == "pending_upload" and form["method"] == "POST"
    assert ann.get(f"/assets/{asset_id}")["upload"]["url"] == form["url"]

    use = {"technique_id": "palette-pull", "inputs": {"image": asset_id, "colors": 3}}
    early = ann.refused("POST", "/runs/technique", 404, "not_found", json=use)
    assert fields_of(early) == {"inputs.image"} and asset_id in early["message"]
    ann.refused("POST", f"/assets/{asset_id}/complete", 409, "conflict")

    nobody = Api(ann.site)
    assert told(sent(nobody, COFFEE, "c.png", form["url"])) == {"asset_id": asset_id, "status": "ready"}
    done = contract.check(ann.post(f"/assets/{asset_id}/complete"), contract.ASSET)
    assert (done["asset_id"], done["status"], done["size_bytes"]) == (asset_id, "ready", len(COFFEE))
    assert nobody.send("GET", done["url"]).content == COFFEE
    assert ann.ended(ann.post("/runs/technique", use))["status"] == "completed"
    problem_of(sent(nobody, CHELSEA, "d.png", form["url"]), 409, "conflict")


def test_an_announced_file_of_another_kind_is_refused_and_may_be_sent_again(ann: Api) -> None:
    promised = ann.post("/assets", ANNOUNCED, 201)
    nobody, url = Api(ann.site), promised["upload"]["url"]
    film = sample("bigbuckbunny.mp4").read_bytes()
    problem_of(sent(nobody, film, "a.png", url), 400, "input_validation_error")
    failed = contract.check(ann.post(f"/assets/{promised['asset_id']}/complete"), contract.ASSET)
    assert failed["status"] == "failed" and failed["error"]["message"]
    assert told(sent(nobody, CHELSEA, "a.png", url))["status"] == "ready"
    assert "error" not in ann.get(f"/assets/{promised['asset_id']}")


@pytest.mark.parametrize(
    "change",
    [
        lambda url: url[:-1] + ("0" if url[-1] != "0" else "1"),
        lambda url: url.partition("?")[0],
        lambda url: re.sub(r"until=\d", "until=9", url),
        lambda url: re.sub(r"asset_[0-9a-f]{4}", "asset_0000", url),
        lambda url: url.replace("until=", "until=-"),
    ],
    ids=["signature", "bare", "later", "another", "negative"],
)
def test_a_changed_upload_link_is_refused(ann: Api, change: Any) -> None:
    url = ann.post("/assets", ANNOUNCED, 201)["upload"]["url"]
    answer = sent(Api(ann.site), CHELSEA, "a.png", change(url))
    assert "signed-url" in problem_of(answer, 403, "forbidden")["message"]


def test_a_link_to_read_a_file_is_none_to_write_one(ann: Api, rest_home: Path) -> None:
    asset_id = ann.post("/assets", ANNOUNCED, 201)["asset_id"]
    signer = LinkSigner((rest_home / "secret").read_bytes())
    until, signature = signer.sign(asset_id, 4_000_000_000)
    url = f"{ann.site.url}/media/uploads/{asset_id}?until={until}&signature={signature}"
    problem_of(sent(Api(ann.site), CHELSEA, "a.png", url), 403, "forbidden")


def test_an_upload_link_whose_time_has_passed_is_refused(ann: Api, rest_home: Path) -> None:
    asset_id = ann.post("/assets", ANNOUNCED, 201)["asset_id"]
    until, signature = LinkSigner((rest_home / "secret").read_bytes()).sign(
        f"upload:{asset_id}", 1_700_000_000
    )
    url = f"{ann.site.url}/media/uploads/{asset_id}?until={until}&signature={signature}"
    problem_of(sent(Api(ann.site), CHELSEA, "a.png", url), 403, "forbidden")


def test_a_form_without_its_file_is_named_at_the_upload_link_too(ann: Api) -> None:
    url = ann.post("/assets", ANNOUNCED, 201)["upload"]["url"]
    nobody = Api(ann.site)
    for form in ({"data": {"file": "text"}}, {"files": {"x": ("a", b"a")}}, {"content": b"abc"}):
        problem_of(nobody.send("POST", url, **form), 400, "input_validation_error")
    problem_of(nobody.send("PUT", url, content=CHELSEA), 405, "method_not_allowed")


def test_an_upload_longer_than_the_server_takes_is_refused(home: Path) -> None:
    with serving_api(home, LIMNER_MAX_INPUT_MB="1") as site:
        api = Api(site)
        promised = api.post("/assets", ANNOUNCED, 201)
        assert promised["upload"]["max_bytes"] == 1_000_000
        said = problem_of(
            sent(api, bytes(1_300_000), "a.png", promised["upload"]["url"]), 413, "payload_too_large"
        )
        assert "1," in said["message"]
        just_over = sent(api, CHELSEA + bytes(1_000_001 - len(CHELSEA)), "a.png", promised["upload"]["url"])
        assert fields_of(problem_of(just_over, 400, "input_validation_error")) == {"file"}
        assert told(sent(api, CHELSEA, "a.png", promised["upload"]["url"]))["status"] == "ready"


def test_assets_are_listed_newest_first_page_by_page(home: Path) -> None:
    with serving_api(home) as site:
        api = Api(site)
        made = [told(sent(api, f"number {n}".encode(), "a.txt"), 201)["asset_id"] for n in range(5)]
        listed, cursor = [], {}
        while True:
            page = api.get("/assets", limit=2, **cursor)
            listed += [each["asset_id"] for each in page["assets"]]
            if page["meta"]["next_cursor"] is None:
                break
            cursor = {"cursor": page["meta"]["next_cursor"]}
    assert listed == made[::-1]


def test_media_is_shown_or_saved_by_what_it_is(ann: Api) -> None:
    picture = told(sent(ann, CHELSEA), 201)
    text = told(sent(ann, b"some words", "words.txt"), 201)
    nobody = Api(ann.site)
    shown, saved = nobody.send("GET", picture["url"]), nobody.send("GET", text["url"])
    assert shown.headers["content-disposition"].startswith("inline;")
    assert saved.headers["content-disposition"].startswith("attachment;")
    for answer in (shown, saved):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in answer.headers["content-security-policy"]
        assert answer.headers["accept-ranges"] == "bytes"
    part = nobody.send("GET", picture["url"], headers={"range": "bytes=100-199"})
    assert part.status_code == 206 and part.content == CHELSEA[100:200]
    tag = {"if-none-match": shown.headers["etag"]}
    assert nobody.send("GET", picture["url"], headers=tag).status_code == 304
    assert nobody.send("GET", picture["url"].replace("until=1", "until=2")).status_code == 403


def test_words_of_a_text_asset_are_an_input(ann: Api) -> None:
    """A text input takes words, not addresses: an asset's id is a word like any other."""
    asset_id = told(sent(ann, b"some words", "words.txt"), 201)["asset_id"]
    run = ann.ended(ann.post("/runs/action", split(asset_id)))
    assert json.dumps([each["url"] for each in run["outputs"]]) == json.dumps([asset_id])
