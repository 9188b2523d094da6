"""How settings that are hosts and addresses are read. Each raises ValueError, whose text says what is allowed."""

import re
from ipaddress import ip_address
from typing import Any
from urllib.parse import SplitResult, urlsplit

from limner.config.parsing import text_of

_NAME = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?")
_PRIVATE_NAMES = (".local", ".internal", ".lan", ".home.arpa", ".localhost")
"""Ends of names that are never of the internet. Sources: RFC 6762, RFC 8375, RFC 6761, ICANN on `.internal`."""


def host_name(text: str) -> str:
    """Return the name or the address of a host, without a port and in lower case."""
    name = text.lower()
    if name.startswith("[") and name.endswith("]"):
        name = name[1:-1]
    if not _NAME.fullmatch(name):
        ip_address(name)
    return name


def origin(text: str) -> str:
    """Return the origin of a web page: scheme, host and port, in lower case."""
    parts = _web_address(text.removesuffix("/"))
    if parts.path or parts.query:
        raise ValueError
    return f"{parts.scheme}://{parts.netloc}".lower()


def web_address(value: Any) -> str:
    """Return an http or https address, without a slash at the end."""
    try:
        address = text_of(value).rstrip("/")
        if _web_address(address).query:
            raise ValueError
    except ValueError:
        raise ValueError("an address such as https://limner.example.com") from None
    return address


def secure_address(value: Any) -> str:
    """Return an https address as it is written; http is taken where it leads to this machine."""
    try:
        address = text_of(value)
        if not is_secure(address):
            raise ValueError
    except ValueError:
        raise ValueError("an https:// address (http:// on this machine only)") from None
    return address


def issuer(value: Any) -> str:
    """Return an OAuth issuer, exactly as its tokens name it. Source: RFC 8414 §2, which allows no query."""
    address = secure_address(value)
    if "?" in address:
        raise ValueError("an https:// address without a query")
    return address


def provider_address(value: Any) -> str:
    """Return the address of a provider, without a slash at the end: https, or http within one's own network."""
    try:
        address = web_address(value)
        if not (is_secure(address) or _is_private(address)):
            raise ValueError
    except ValueError:
        raise ValueError(
            "an https:// address (http:// on this machine or in a private network only)"
        ) from None
    return address


def _is_private(address: str) -> bool:
    """Whether an address is of a private network: by number, or by a name that the internet does not have."""
    host = _web_address(address).hostname or ""
    try:
        return ip_address(host).is_private
    except ValueError:
        return "." not in host or host.endswith(_PRIVATE_NAMES)


def is_secure(address: str) -> bool:
    """Whether nobody between here and an address can change what it answers: https, or this machine."""
    parts = _web_address(address)
    return parts.scheme == "https" or is_this_machine(address)


def is_this_machine(address: str) -> bool:
    """Whether an address is one of loopback."""
    host = _web_address(address).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _web_address(address: str) -> SplitResult:
    parts = urlsplit(address)
    has_host = bool(parts.hostname) and parts.port != 0
    is_plain = address.isascii() and address.isprintable() and " " not in address
    if parts.scheme not in ("http", "https") or not has_host or not is_plain:
        raise ValueError("no http or https address")
    if parts.fragment or parts.username is not None:
        raise ValueError("an address with a fragment or a user")
    return parts
