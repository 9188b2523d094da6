"""No address that a caller writes, or is led to, makes the server ask its own network: inputs and uploads alike."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import anyio
import pytest
from anyio.abc import SocketStream
from changing_names import Names
from intake_room import Room
from test_public_addresses import NOT_PUBLIC
from tls_site import Site, answer, redirect

from limner.assets.addresses import is_public
from limner.assets.fetch import Fetcher, Timeouts
from limner.errors import InvalidInput
from limner.types import Asset, Kind

pytestmark = pytest.mark.anyio

PATIENT = Timeouts(connect_seconds=5, read_seconds=5, whole_seconds=20)

DOORS: dict[str, Callable[[Room, str], Awaitable[Asset]]] = {
    "input": lambda room, address: room.over_http.ingest(
        address, kind=Kind.IMAGE, field="inputs.image", caller="ada"
    ),
    "source": lambda room, address: room.over_http.receive_from(address, field="source", caller="ada"),
}
FIELDS = {"input": "inputs.image", "source": "source"}

HOSTS = [
    # loopback and "this network"
    "127.0.0.1", "127.0.0.2", "127.255.255.254", "0.0.0.0", "localhost", "LOCALHOST", "localhost.", "127.0.0.1.",
    # … in decimal, octal, hexadecimal, mixed, shortened, with leading zeros, too large for 32 bits
    "2130706433", "017700000001", "0x7f000001", "0X7F000001", "0177.0.0.1", "0x7f.0x0.0x0.0x1", "0x7f.1", "127.1",
    "127.0.1", "0177.1", "127.0x0.1", "00000177.0.0.1", "127.000.000.001", "0", "0x0", "00", "4294967297",
    "0x17f000001", "256.256.256.256", "1.2.3.4.5",
    # private, carrier, link-local and metadata, in all bases
    "10.0.0.1", "167772161", "012.0.0.1", "0xa.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.0.1", "3232235521",
    "0xc0a80001", "0300.0250.0.1", "100.64.0.1", "100.100.100.200", "169.254.169.254", "2852039166", "0xa9fea9fe",
    "0251.0376.0251.0376", "169.254.43518", "0xa9.0xfe.0xa9.0xfe", "168.63.129.16", "192.0.0.192", "198.18.0.1",
    "224.0.0.1", "240.0.0.1", "255.255.255.255",
    # IPv6
    "[::1]", "[0:0:0:0:0:0:0:1]", "[0000::0001]", "[::]", "[fc00::1]", "[fd00:ec2::254]", "[fe80::1]", "[fec0::1]",
    "[ff02::1]", "[2001:db8::1]", "[100::1]", "[3fff::1]", "[5f00::1]",
    # … that wraps IPv4: mapped, compatible, translated, NAT64, 6to4, Teredo
    "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:127.0.0.1]", "[::ffff:a9fe:a9fe]", "[::FFFF:10.0.0.1]",
    "[::127.0.0.1]", "[::7f00:1]", "[::ffff:0:127.0.0.1]", "[64:ff9b::127.0.0.1]", "[64:ff9b::a9fe:a9fe]",
    "[64:ff9b:1::7f00:1]", "[2002:7f00:1::]", "[2002:a9fe:a9fe::1]", "[2002:c0a8:1::]", "[2001:0:7f00:1::]",
    "[2001:0:4136:e378:8000:63bf:80ff:fffe]",
    # … with a zone, as a name, in brackets that do not belong
    "[fe80::1%25eth0]", "[fe80::1%eth0]", "[::1%25lo]", "[::1%lo]", "[::1%25]", "[127.0.0.1]", "[localhost]",
    "[::1].example", "[::1", "::1", "[v1.127]",
    # names that are other spellings of these
    "１２７.０.０.１", "127。0。0。1", "127．0．0．1", "①②⑦.⓪.⓪.①", "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ", "loc\u00adalhost", "localhost。",
    "%6c%6f%63%61%6c%68%6f%73%74", "%31%32%37.0.0.1", "127.0.0.1%2f", "127.0.0.1%00.example", "127%2e0%2e0%2e1",
    # what two parsers may read in two ways
    "media.example@127.0.0.1", "media.example%40127.0.0.1", "127.0.0.1\\@media.example", "127.0.0.1#@media.example",
    "127.0.0.1\t", "media.example\n127.0.0.1", "127.0.0.1 ", "media.example,127.0.0.1", "media.example;127.0.0.1",
    "media.example:443@127.0.0.1", "-127.0.0.1", "",
]  # fmt: skip
"""Hosts of addresses on the server's own network, or that some resolver or parser takes for one."""

NUMERIC = [host for host in HOSTS if re.fullmatch(r"[0-9][0-9a-fx.]*", host, re.IGNORECASE)]
"""Those that are spelled as numbers: a resolver that knows them is not even asked."""
REFUSALS = (
    "redirects to an address that",
    "Invalid URL in location header",
    "is not on the public internet",
)

Trap = tuple[int, list[str]]


@pytest.fixture
async def trap() -> AsyncIterator[Trap]:
    """A port of loopback, and who connected to it: nobody may, not even to say hello."""
    caught: list[str] = []

    async def note(stream: SocketStream) -> None:
        caught.append(str(stream.extra(anyio.abc.SocketAttribute.remote_address)))
        await stream.aclose()

    listener = await anyio.create_tcp_listener(local_host="127.0.0.1", local_port=0)
    async with listener, anyio.create_task_group() as tasks:
        tasks.start_soon(listener.serve, note)
        yield listener.extra(anyio.abc.SocketAttribute.local_port), caught
        tasks.cancel_scope.cancel()


async def refuse(room: Room, door: str, address: str) -> InvalidInput:
    with anyio.fail_after(30), pytest.raises(InvalidInput) as caught:
        await DOORS[door](room, address)
    assert [each.field for each in caught.value.fields] == [FIELDS[door]]
    assert caught.value.next_step
    assert room.index.assets == {}
    assert room.leftovers() == []
    return caught.value


def room_with(tmp_path: Path, fetcher: Fetcher) -> Room:
    room = Room(tmp_path)
    room.over_http = room.make(None, fetcher)
    return room


async def anything_is_loopback(host: str, port: int) -> list[str]:
    return ["127.0.0.1"]


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("host", HOSTS)
async def test_no_spelling_of_an_inner_host_is_ever_connected_to(
    tmp_path: Path, trap: Trap, host: str, door: str
) -> None:
    port, caught = trap
    room = room_with(tmp_path, Fetcher(resolve=anything_is_loopback, timeouts=PATIENT))
    for address in (f"https://{host}:{port}/latest/meta-data", f"https://{host}/", f"HTTPS://{host}:{port}"):
        error = await refuse(room, door, address)
        assert error.code == "input_validation_error"
    assert caught == []


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("inner", [each for each in NOT_PUBLIC if each])
async def test_no_name_that_leads_inside_is_connected_to(
    tmp_path: Path, trap: Trap, inner: str, door: str
) -> None:
    port, caught = trap
    names = Names(
        media_example=[[inner]], mixed_example=[["8.8.8.8", "1.1.1.1", "8.8.4.4", "9.9.9.9", inner]]
    )
    room = room_with(tmp_path, Fetcher(resolve=names, timeouts=PATIENT))
    for host in ("media.example", "MEDIA.example.", "mixed.example"):
        error = await refuse(room, door, f"https://{host}:{port}/")
        assert "is not on the public internet" in error.message
    assert caught == []


@pytest.mark.parametrize("door", DOORS)
async def test_the_systems_own_name_for_loopback_is_not_connected_to(
    tmp_path: Path, trap: Trap, door: str
) -> None:
    port, caught = trap
    room = room_with(tmp_path, Fetcher(timeouts=PATIENT))
    error = await refuse(room, door, f"https://localhost:{port}/")
    assert "'localhost' is not on the public internet" in error.message
    assert caught == []


@pytest.mark.parametrize("host", NUMERIC)
async def test_a_number_is_read_as_what_it_is_whatever_a_resolver_makes_of_it(
    tmp_path: Path, host: str
) -> None:
    names = Names(**{host: [["8.8.8.8"]]})
    room = room_with(tmp_path, Fetcher(resolve=names, timeouts=PATIENT))
    error = await refuse(room, "source", f"https://{host}/")
    assert error.code == "input_validation_error"
    assert names.asked == []


class FirstHop:
    """Takes the first address that it is asked about for public, wherever it is, and is honest afterwards."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, address: str) -> bool:
        self.asked.append(address)
        return len(self.asked) == 1 or is_public(address)


async def led(
    tmp_path: Path, site: Site, door: str, target: str, resolve: Callable[[str, int], Awaitable[list[str]]]
) -> InvalidInput:
    """Return the error of an address that redirects to `target`; its host was asked once, and nothing else."""
    head = b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + target.encode() + b"\r\n\r\n"
    site.routes["/a"] = head
    fetcher = Fetcher(
        is_allowed=FirstHop(), resolve=resolve, ssl_context=site.client_context, timeouts=PATIENT
    )
    error = await refuse(room_with(tmp_path, fetcher), door, site.url("/a"))
    assert [path for path, _ in site.requests] == ["/a"]
    return error


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("host", [each for each in HOSTS if "\n" not in each])
async def test_no_redirect_leads_to_an_inner_host(
    tmp_path: Path, site: Site, trap: Trap, host: str, door: str
) -> None:
    port, caught = trap
    await led(tmp_path, site, door, f"https://{host}:{port}/latest/meta-data", anything_is_loopback)
    assert caught == []


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(
    "target",
    [
        "http://8.8.8.8/", "http://127.0.0.1:{port}/", "//127.0.0.1:{port}/", "///127.0.0.1:{port}/",
        "\\\\127.0.0.1:{port}\\", "https:/127.0.0.1:{port}/", "https:127.0.0.1:{port}", "file:///etc/passwd",
        "gopher://127.0.0.1:{port}/_x", "ftp://127.0.0.1:{port}/", "data:text/plain,x", "javascript:1",
        "https://u:p@8.8.8.8/", "https://8.8.8.8:0/", "https://8.8.8.8:65536/",
    ],
)  # fmt: skip
async def test_a_redirect_goes_nowhere_but_to_another_public_https_address(
    tmp_path: Path, site: Site, trap: Trap, target: str, door: str
) -> None:
    port, caught = trap
    site.routes["/127.0.0.1"] = answer(b"", status="404 Not Found")
    resolve = Names(media_example=[["127.0.0.1"], ["10.0.0.1"]])
    error = await led(tmp_path, site, door, target.replace("{port}", str(port)), resolve)
    assert any(said in error.message for said in REFUSALS), error.message
    assert caught == []


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("inner", ["10.0.0.1", "169.254.169.254", "::1", "::ffff:127.0.0.1", "fd00:ec2::254"])
async def test_a_name_that_turns_inside_between_two_requests_is_left_there(
    tmp_path: Path, site: Site, inner: str, door: str
) -> None:
    names = Names(media_example=[["127.0.0.1"], [inner]])
    error = await led(tmp_path, site, door, site.url("/b"), names)
    assert "'media.example' is not on the public internet" in error.message
    assert names.asked == ["media.example", "media.example"]


@pytest.mark.parametrize("door", DOORS)
async def test_a_name_is_asked_once_for_a_request_so_that_what_was_checked_is_what_is_connected_to(
    tmp_path: Path, site: Site, trap: Trap, png: bytes, door: str
) -> None:
    """The attacker's resolver turns inside at its second answer: a check apart from the connection would miss it."""
    site.routes["/mug.png"] = answer(png)
    names = Names(media_example=[["127.0.0.1"], ["10.0.0.1"]])
    fetcher = Fetcher(is_allowed=FirstHop(), resolve=names, ssl_context=site.client_context, timeouts=PATIENT)
    room = room_with(tmp_path, fetcher)
    with anyio.fail_after(30):
        asset = await DOORS[door](room, site.url("/mug.png"))
    assert asset.size_bytes == len(png)
    assert names.asked == ["media.example"]


@pytest.mark.parametrize("door", DOORS)
async def test_a_chain_of_good_redirects_that_ends_inside_is_left_there(
    tmp_path: Path, site: Site, door: str
) -> None:
    site.routes |= {"/a": redirect("/b"), "/b": redirect("/c"), "/c": redirect("https://[::1]/")}
    fetcher = Fetcher(
        is_allowed=lambda address: address == "127.0.0.1",
        resolve=anything_is_loopback,
        ssl_context=site.client_context,
        timeouts=PATIENT,
    )
    error = await refuse(room_with(tmp_path, fetcher), door, site.url("/a"))
    assert "'::1' is not on the public internet" in error.message
    assert [path for path, _ in site.requests] == ["/a", "/b", "/c"]
