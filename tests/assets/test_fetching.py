from pathlib import Path

import anyio
import pytest
from anyio.abc import ByteStream
from changing_names import Names
from tls_site import Site, answer, redirect

from limner.assets.addresses import is_public
from limner.assets.fetch import Fetcher, Timeouts
from limner.errors import InvalidInput, InvalidMedia
from limner.types import Limits

pytestmark = pytest.mark.anyio

PATIENT = Timeouts(connect_seconds=5, read_seconds=5, whole_seconds=20)


def fetcher(site: Site, names: Names | None = None, **changes: object) -> Fetcher:
    collaborators = {"timeouts": PATIENT, "limits": Limits(max_input_bytes=100_000), **changes}
    return Fetcher(
        is_allowed=lambda address: address.startswith("127.0.0.") or is_public(address),
        resolve=names or Names(),
        ssl_context=site.client_context,
        **collaborators,  # type: ignore[arg-type]  # what a test replaces varies
    )


async def refused(
    site: Site, path: str, tmp_path: Path, names: Names | None = None, **changes: object
) -> InvalidInput:
    with anyio.fail_after(30), pytest.raises(InvalidInput) as caught:
        await fetcher(site, names, **changes).fetch(site.url(path), "inputs.image", tmp_path / "got")
    assert caught.value.message.startswith("inputs.image: ")
    assert caught.value.fields[0].field == "inputs.image"
    assert caught.value.next_step
    return caught.value


async def test_a_file_arrives_whole_from_the_pinned_address_under_its_own_name(
    site: Site, png: bytes, tmp_path: Path
) -> None:
    site.routes["/mug.png"] = answer(png)
    names = Names()
    await fetcher(site, names).fetch(site.url("/mug.png"), "image", tmp_path / "got")
    assert (tmp_path / "got").read_bytes() == png
    assert names.asked == ["media.example"]
    ((_, headers),) = site.requests
    assert headers["host"] == f"media.example:{site.port}"
    assert headers["accept-encoding"] == "identity"


async def test_redirects_are_followed_without_carrying_anything_along(
    site: Site, png: bytes, tmp_path: Path
) -> None:
    site.routes |= {"/a": redirect("/b"), "/b": redirect(site.url("/c", "other.example")), "/c": answer(png)}
    names = Names()
    await fetcher(site, names).fetch(site.url("/a"), "image", tmp_path / "got")
    assert (tmp_path / "got").read_bytes() == png
    assert names.asked == ["media.example", "media.example", "other.example"]
    for _, headers in site.requests:
        assert not {"cookie", "referer", "authorization"} & headers.keys()


async def test_a_redirect_loop_ends_after_three_redirects(site: Site, tmp_path: Path) -> None:
    site.routes["/a"] = redirect("/a")
    error = await refused(site, "/a", tmp_path)
    assert "redirects more than 3 times" in error.message
    assert len(site.requests) == 4


@pytest.mark.parametrize(
    ("target", "says"),
    [
        ("http://media.example/mug.png", "redirects to an address that is not https"),
        ("https://user:secret@media.example/", "carries a user name or password"),
        ("https://169.254.169.254/latest/meta-data", "not on the public internet"),
        ("https://[::1]/", "not on the public internet"),
        ("https://[::ffff:10.0.0.1]/", "not on the public internet"),
        ("https://inner.example/", "not on the public internet"),
        ("https://2130706433/", "does not name its host in the usual way"),
        ("file:///etc/passwd", "is not https"),
        ("https://１２７.0.0.1/", "Invalid URL in location header"),
    ],
)
async def test_a_redirect_is_checked_like_a_first_address(
    site: Site, tmp_path: Path, target: str, says: str
) -> None:
    site.routes["/a"] = answer(b"", status="307 Temporary Redirect", headers="Location: ").replace(
        b"Location: ", b"Location: " + target.encode() + b"\r\n"
    )
    error = await refused(site, "/a", tmp_path, Names(inner_example=[["10.1.2.3"]]))
    assert says in error.message
    assert "secret" not in error.message
    assert len(site.requests) == 1


async def test_a_name_that_turns_private_between_two_answers_is_refused(site: Site, tmp_path: Path) -> None:
    site.routes["/a"] = redirect("/b")
    names = Names(media_example=[["127.0.0.1"], ["192.168.0.1"]])
    error = await refused(site, "/a", tmp_path, names)
    assert "not on the public internet" in error.message
    assert [path for path, _ in site.requests] == ["/a"]


async def test_one_private_address_among_public_ones_spoils_the_host(site: Site, tmp_path: Path) -> None:
    error = await refused(site, "/a", tmp_path, Names(media_example=[["127.0.0.1", "10.0.0.1"]]))
    assert "not on the public internet" in error.message
    assert site.requests == []


async def test_the_next_address_is_tried_when_one_refuses_the_connection(
    site: Site, png: bytes, tmp_path: Path
) -> None:
    site.routes["/mug.png"] = answer(png)
    names = Names(media_example=[["127.0.0.9", "127.0.0.1"]])
    await fetcher(site, names).fetch(site.url("/mug.png"), "image", tmp_path / "got")
    assert (tmp_path / "got").read_bytes() == png


async def test_a_certificate_for_another_name_is_refused(site: Site, tmp_path: Path) -> None:
    with pytest.raises(InvalidMedia) as caught:
        await fetcher(site).fetch(site.url("/x", "stranger.example"), "image", tmp_path / "got")
    assert caught.value.code == "input_unreachable"
    assert "certificate" in caught.value.message
    assert site.requests == []


@pytest.mark.parametrize(
    "status", ["404 Not Found", "403 Forbidden", "500 Server Error", "206 Partial Content"]
)
async def test_any_answer_but_200_makes_the_input_unreachable(
    site: Site, tmp_path: Path, status: str
) -> None:
    site.routes["/x"] = answer(b"", status=status)
    error = await refused(site, "/x", tmp_path)
    assert error.code == "input_unreachable"
    assert f"media.example answered {status}" in error.message


async def test_a_file_that_announces_too_many_bytes_is_refused_before_it_is_read(
    site: Site, png: bytes, tmp_path: Path
) -> None:
    site.routes["/x"] = answer(png, length=700_000_000)
    error = await refused(site, "/x", tmp_path)
    assert "is 700 MB, the limit is 0.1 MB" in error.message
    assert "LIMNER_MAX_INPUT_MB" in error.next_step
    assert not (tmp_path / "got").exists()


async def test_a_file_of_unknown_length_is_cut_off_at_the_limit(
    site: Site, png: bytes, tmp_path: Path
) -> None:
    async def endless(stream: ByteStream) -> None:
        await stream.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        await stream.send(b"%x\r\n%s\r\n" % (len(png), png))
        while True:
            await stream.send(b"1000\r\n" + bytes(4096) + b"\r\n")

    site.routes["/x"] = endless
    error = await refused(site, "/x", tmp_path)
    assert "is too large, the limit is 0.1 MB" in error.message
    assert (tmp_path / "got").stat().st_size <= 100_000


async def test_a_file_that_breaks_off_is_refused(site: Site, png: bytes, tmp_path: Path) -> None:
    site.routes["/x"] = answer(png, length=len(png) + 1)
    error = await refused(site, "/x", tmp_path)
    assert error.code == "input_unreachable"
    assert "broke off" in error.message


async def test_a_server_that_falls_silent_is_given_up(site: Site, png: bytes, tmp_path: Path) -> None:
    async def silent(stream: ByteStream) -> None:
        await stream.send(answer(png, length=50_000))
        await anyio.sleep_forever()

    site.routes["/x"] = silent
    error = await refused(site, "/x", tmp_path, timeouts=Timeouts(5, 0.2, 20))
    assert (error.code, "stopped sending" in error.message) == ("input_unreachable", True)


async def test_a_server_that_drips_is_given_up_when_the_whole_time_is_over(
    site: Site, png: bytes, tmp_path: Path
) -> None:
    async def drip(stream: ByteStream) -> None:
        await stream.send(answer(png, length=50_000))
        while True:
            await stream.send(b".")
            await anyio.sleep(0.01)  # the fault itself: always sooner than the read time-out

    site.routes["/x"] = drip
    error = await refused(site, "/x", tmp_path, timeouts=Timeouts(5, 5, 0.5))
    assert "did not arrive within 0.5 s" in error.message


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"<!DOCTYPE html><title>Sign in</title>", "is a web page (text/html)"),
        (b"PK\x03\x04" + bytes(40), "no media of a known type"),
        (b"", "holds no data"),
    ],
)
async def test_what_is_no_media_is_refused_whatever_type_it_claims(
    site: Site, tmp_path: Path, body: bytes, says: str
) -> None:
    site.routes["/x.png"] = answer(body, headers="Content-Type: image/png\r\n")
    error = await refused(site, "/x.png", tmp_path)
    assert isinstance(error, InvalidMedia)
    assert says in error.message


async def test_a_compressed_answer_is_refused(site: Site, png: bytes, tmp_path: Path) -> None:
    site.routes["/x"] = answer(png, headers="Content-Encoding: gzip\r\n")
    assert "compressed" in (await refused(site, "/x", tmp_path)).message


async def test_a_host_without_an_address_is_unreachable(site: Site, tmp_path: Path) -> None:
    error = await refused(site, "/x", tmp_path, Names(media_example=[[]]))
    assert (error.code, "media.example" in error.message) == ("input_unreachable", True)


@pytest.mark.parametrize(
    "address",
    [
        "https://127.0.0.1:{port}/", "https://localhost:{port}/", "https://localhost.:{port}/",
        "https://[::1]:{port}/", "https://[::ffff:127.0.0.1]:{port}/", "https://[::ffff:7f00:1]:{port}/",
        "https://2130706433:{port}/", "https://0x7f000001:{port}/", "https://0177.0.0.1:{port}/",
        "https://127.1:{port}/", "https://0:{port}/", "https://127.0.0.1.:{port}/", "https://１２７.0.0.1:{port}/",
        "https://0.0.0.0:{port}/", "https://169.254.169.254/", "https://[fd00:ec2::254]/", "https://100.100.100.200/",
        "https://[64:ff9b::7f00:1]:{port}/", "https://[2002:7f00:1::]:{port}/", "https://media.example@127.0.0.1:{port}/",
        "https://u:p@media.example/", "https://:{port}/", "https:///x", "https://127.0.0.1%2f.example/",
        "https://media.example\\@127.0.0.1:{port}/", "https://127.0.0.1:{port}#@media.example/", "https://a b/",
        "https://127.0.0.1:0/", "https://127.0.0.1:99999/", "https://%6c%6f%63%61%6c%68%6f%73%74/",
        "http://127.0.0.1:{port}/", "ftp://127.0.0.1/", "https:127.0.0.1:{port}", "//127.0.0.1:{port}/", "https://\ud800/",
    ],
)  # fmt: skip
async def test_no_spelling_of_a_private_host_is_ever_asked(site: Site, tmp_path: Path, address: str) -> None:
    plain = Fetcher(ssl_context=site.client_context, timeouts=PATIENT)
    with anyio.fail_after(30), pytest.raises(InvalidInput) as caught:
        await plain.fetch(address.format(port=site.port), "image", tmp_path / "got")
    assert caught.value.code == "input_validation_error"
    assert site.requests == []
    assert not (tmp_path / "got").exists()


async def test_proxy_settings_of_the_environment_are_not_used(
    site: Site, png: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTPS_PROXY", "ALL_PROXY", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    site.routes["/mug.png"] = answer(png)
    await fetcher(site).fetch(site.url("/mug.png"), "image", tmp_path / "got")
    assert (tmp_path / "got").read_bytes() == png
