"""Which addresses a run may name: nothing of a private network, however it is spelled or looked up."""

from collections.abc import Sequence

import pytest

from limner.callbacks.rules import CallbackRules
from limner.errors import InvalidInput

pytestmark = pytest.mark.anyio

NOT_PUBLIC = [
    "https://127.0.0.1/hook", "https://127.0.0.1:8443/hook", "https://127.8.9.1/", "https://0.0.0.0/", "https://[::1]/",
    "https://[::]/", "https://10.0.0.1/", "https://172.16.3.4/", "https://192.168.1.1/", "https://100.64.0.1/",
    "https://169.254.169.254/latest/meta-data", "https://168.63.129.16/", "https://100.100.100.200/",
    "https://[fd00:ec2::254]/", "https://[fe80::1]/", "https://[fc00::1]/", "https://[ff02::1]/",
    "https://[::ffff:127.0.0.1]/", "https://[::ffff:7f00:1]/", "https://[::ffff:169.254.169.254]/",
    "https://[64:ff9b::7f00:1]/", "https://[64:ff9b::a9fe:a9fe]/", "https://[2002:7f00:1::]/", "https://[::127.0.0.1]/",
    "https://2130706433/", "https://0x7f000001/", "https://0x7f.1/", "https://0177.0.0.1/", "https://0177.0.0.01/",
    "https://127.1/", "https://0/", "https://localhost/", "https://localhost./hook", "https://127.0.0.1./",
    "https://１２７.0.0.1/", "https://hooks.example@127.0.0.1/", "https://inner.example/", "https://mixed.example/",
]  # fmt: skip
MISSPELLED = [
    "", "hook", "hooks.example/x", "//hooks.example/", "http://hooks.example/", "ftp://hooks.example/",
    "https://", "https:///hook", "https://user:secret@hooks.example/", "https://hooks.example:0/",
    "https://hooks.example:99999/", "https://hooks.example\\@127.0.0.1/", "https://a b/", "https://hooks.example/\n",
    "javascript:alert(1)", "file:///etc/passwd", "https://\ud800/", f"https://hooks.example/{'x' * 2048}",
]  # fmt: skip


async def names(host: str, port: int) -> Sequence[str]:
    """Answer as a resolver does for some names."""
    known = {
        "hooks.example": ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"],
        "inner.example": ["10.1.2.3"],
        "mixed.example": ["93.184.215.14", "10.1.2.3"],
        "localhost": ["127.0.0.1", "::1"],
    }
    if host not in known:
        raise OSError("no such host")
    return known[host]


async def refused(text: str, *, allow_loopback: bool = False) -> str:
    with pytest.raises(InvalidInput) as caught:
        await CallbackRules(allow_loopback=allow_loopback, resolve=names).check(text)
    (field,) = caught.value.fields
    assert field.field == "callback_url"
    assert caught.value.code == "input_validation_error"
    assert caught.value.message.startswith("callback_url: ")
    assert "callback_url" in caught.value.next_step and "secret" not in caught.value.message
    return field.message


@pytest.mark.parametrize("address", [*NOT_PUBLIC, *MISSPELLED])
async def test_an_address_that_is_not_public_https_is_refused(address: str) -> None:
    await refused(address)


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1/",
        "http://localhost:9/x",
        "https://localhost/",
        "http://[::1]/",
        "https://127.0.0.1/",
    ],
)
async def test_this_machine_is_allowed_only_when_the_setting_says_so(address: str) -> None:
    await refused(address)
    assert await CallbackRules(allow_loopback=True, resolve=names).check(address) == address


ON_LOOPBACK = ("127.", "localhost", "[::1]", "１２７")


@pytest.mark.parametrize(
    "address",
    [each for each in NOT_PUBLIC if not each.removeprefix("https://").startswith(ON_LOOPBACK)] + MISSPELLED
    + ["http://hooks.example/", "http://93.184.215.14/", "http://10.0.0.1/", "http://mixed.example/", "http://127.1/"],
)  # fmt: skip
async def test_the_setting_for_this_machine_opens_nothing_else(address: str) -> None:
    await refused(address, allow_loopback=True)


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://hooks.example", "https://hooks.example/"),
        ("https://Hooks.Example:443?a=1#top", "https://hooks.example/?a=1"),
        ("https://hooks.example:8443/a/b?c=d", "https://hooks.example:8443/a/b?c=d"),
        ("https://not-known-now.example/hook", "https://not-known-now.example/hook"),
        ("https://[2606:2800:21f:cb07::1]/", "https://[2606:2800:21f:cb07::1]/"),
    ],
)
async def test_a_public_address_is_kept_with_a_path_and_without_a_fragment(address: str, kept: str) -> None:
    assert await CallbackRules(resolve=names).check(address) == kept
