"""Pages for agents are fetched from public addresses only, as text, and no more of them than is allowed."""

import anyio
import pytest
from changing_names import Names
from tls_site import Site, answer, redirect

from limner.assets.addresses import is_public
from limner.assets.pages import MAX_BYTES, Fetched, PageFetcher
from limner.assets.public_address import Timeouts
from limner.errors import InvalidInput, InvalidMedia

pytestmark = pytest.mark.anyio
PATIENT = Timeouts(connect_seconds=5, read_seconds=5, whole_seconds=20)
HTML = "Content-Type: text/html; charset=ISO-8859-1\r\n"


def fetcher(site: Site) -> PageFetcher:
    return PageFetcher(
        is_allowed=lambda address: address.startswith("127.0.0.") or is_public(address),
        resolve=Names(inner_example=[["10.0.0.7"]]),
        ssl_context=site.client_context,
        timeouts=PATIENT,
    )


async def fetched(site: Site, path: str) -> Fetched:
    with anyio.fail_after(30):
        return await fetcher(site).fetch(site.url(path))


async def test_a_page_arrives_with_its_type_its_charset_and_where_it_was_found(site: Site) -> None:
    site.routes |= {"/a": redirect("/b"), "/b": answer("<p>caf\xe9</p>".encode("latin-1"), headers=HTML)}
    found = await fetched(site, "/a")
    assert found == Fetched(site.url("/b"), "text/html", "iso-8859-1", b"<p>caf\xe9</p>", False)
    for _, headers in site.requests:
        assert not {"cookie", "referer", "authorization"} & headers.keys()


async def test_of_a_long_page_the_beginning_is_read(site: Site) -> None:
    site.routes["/long"] = answer(b"a" * (MAX_BYTES + 10), headers="Content-Type: text/plain\r\n")
    found = await fetched(site, "/long")
    assert (len(found.content), found.is_cut) == (MAX_BYTES, True)


@pytest.mark.parametrize(
    ("target", "says"),
    [
        ("http://media.example/", "not https"),
        ("https://user:secret@media.example/", "user name or password"),
        ("https://169.254.169.254/latest/meta-data", "not on the public internet"),
        ("https://[::1]/", "not on the public internet"),
        ("https://inner.example/", "not on the public internet"),
        ("https://0x7f000001/", "does not name its host"),
    ],
)
@pytest.mark.parametrize("is_redirect", [False, True])
async def test_only_public_addresses_are_asked(site: Site, target: str, says: str, is_redirect: bool) -> None:
    site.routes["/a"] = redirect(target)
    with pytest.raises(InvalidInput, match=says):
        await fetcher(site).fetch(site.url("/a") if is_redirect else target)
    assert len(site.requests) == is_redirect


async def test_what_is_no_text_or_not_there_is_refused(site: Site) -> None:
    site.routes["/picture"] = answer(b"\x89PNG", headers="Content-Type: image/png\r\n")
    site.routes["/packed"] = answer(b"\x1f\x8b", headers=f"{HTML}Content-Encoding: gzip\r\n")
    site.routes["/loop"] = redirect("/loop")
    for path, says in (
        ("/picture", "holds image/png, not a page of text"),
        ("/packed", "compressed"),
        ("/gone", "answered 404"),
    ):
        with pytest.raises(InvalidMedia, match=says):
            await fetched(site, path)
    with pytest.raises(InvalidInput, match="redirects more than 3 times"):
        await fetched(site, "/loop")
