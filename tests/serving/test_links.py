"""Signed links: any reader fetches a file whole or in parts, without a key, until the link ends."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

from .sites import Served, answered, ask, call, qr_call, serving

KEY = "ann-key-0123456789abc"


@dataclass
class Shop:
    """A server with keys, and a file that a run made there."""

    site: Served
    home: Path
    url: str
    size: int
    asset_id: str

    def get(self, url: str = "", method: str = "GET", **headers: str) -> httpx2.Response:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return ask(self.site, url or self.url, method, headers=sent)

    def file(self) -> bytes:
        (path,) = (self.home / "assets").rglob(f"{self.asset_id.removeprefix('asset_')}*")
        return path.read_bytes()


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    home = tmp_path_factory.mktemp("links") / "home"
    with serving(home, LIMNER_API_KEYS=f"ann:{KEY}") as site:
        (output,) = made(site, qr_call("linked"))
        yield Shop(site, home, output["url"], output["size_bytes"], output["asset_id"])


def made(site: Served, arguments: dict[str, object]) -> list[dict]:
    """Run something and return its outputs."""
    run = answered(ask(site, key=KEY, **call("start_run", arguments)))["structuredContent"]
    assert run["status"] == "completed"
    return run["outputs"]


def test_a_link_gives_the_file_without_a_key(shop: Shop) -> None:
    answer = shop.get()
    assert answer.status_code == 200
    assert answer.content == shop.file() and len(answer.content) == shop.size
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["content-length"] == str(shop.size)
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["content-disposition"].startswith("inline; filename=")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"].startswith("private, max-age=")


def test_head_says_the_same_without_the_file(shop: Shop) -> None:
    whole, head = shop.get(), shop.get(method="HEAD")
    assert head.status_code == 200 and head.content == b""
    for name in ("content-length", "content-type", "etag", "content-disposition"):
        assert head.headers[name] == whole.headers[name]


@pytest.mark.parametrize(
    ("asked", "first", "last"), [("bytes=0-9", 0, 9), ("bytes=10-", 10, None), ("bytes=-5", -5, None)]
)
def test_a_range_is_answered_with_that_part(shop: Shop, asked: str, first: int, last: int | None) -> None:
    whole = shop.file()
    answer = shop.get(range=asked)
    assert answer.status_code == 206
    assert answer.content == whole[first : None if last is None else last + 1]
    begins = first % len(whole)
    assert answer.headers["content-range"] == f"bytes {begins}-{last or len(whole) - 1}/{len(whole)}"


def test_a_range_beyond_the_end_is_416(shop: Shop) -> None:
    answer = shop.get(range=f"bytes={shop.size}-")
    assert answer.status_code == 416
    assert answer.headers["content-range"] == f"bytes */{shop.size}"


def test_what_a_reader_has_already_is_not_sent_again(shop: Shop) -> None:
    tag = shop.get().headers["etag"]
    for known in (tag, f'"other", W/{tag}', "*"):
        answer = shop.get(if_none_match=known)
        assert answer.status_code == 304 and answer.content == b""
        assert answer.headers["etag"] == tag
    assert shop.get(if_none_match='"other"').status_code == 200


@pytest.mark.parametrize(
    "change",
    [
        lambda url: url[:-1] + ("0" if url[-1] != "0" else "1"),
        lambda url: url.partition("?")[0],
        lambda url: url.replace("until=1", "until=2"),
        lambda url: url.replace("until=", f"until={'9' * 5000}"),
        lambda url: url.replace("until=", "until=-"),
        lambda url: url.replace("signature=", "signature=%ff%00"),
        lambda url: url.replace("/media/asset_", "/media/asset_0"),
    ],
    ids=["signature", "none", "later", "endless", "negative", "no text", "another asset"],
)
def test_a_changed_link_is_403_and_says_what_to_do(shop: Shop, change) -> None:
    answer = shop.get(change(shop.url))
    assert answer.status_code == 403
    assert answer.json()["error"]["code"] == "forbidden"
    assert "again" in answer.json()["error"]["next_step"]


def test_a_link_whose_time_has_passed_is_403(shop: Shop) -> None:
    from limner.access.links import LinkSigner

    signer = LinkSigner((shop.home / "secret").read_bytes())
    until, signature = signer.sign(shop.asset_id, 1_700_000_000)
    old = f"{shop.url.partition('?')[0]}?until={until}&signature={signature}"
    assert shop.get(old).status_code == 403


def test_a_link_to_a_file_that_was_deleted_is_404(shop: Shop) -> None:
    (output,) = made(shop.site, qr_call("vanishing", "vanishing"))
    (path,) = (shop.home / "assets").rglob(f"{output['asset_id'].removeprefix('asset_')}*")
    path.unlink()
    answer = shop.get(output["url"])
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "not_found"


def test_a_link_works_as_a_picture_of_any_page(shop: Shop) -> None:
    assert shop.get(origin="https://blog.example").status_code == 200


def test_other_methods_are_405(shop: Shop) -> None:
    answer = shop.get(method="POST")
    assert answer.status_code == 405
    assert answer.json()["error"]["code"] == "method_not_allowed"
