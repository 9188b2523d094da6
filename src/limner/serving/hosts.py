"""Which names this server answers to, and which pages may call it: the defence against DNS rebinding."""

import ipaddress
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urlsplit

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
LOOPBACK_ORIGIN = re.compile(r"https?://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?")
"""Pages of this machine: the MCP Inspector, a developer's own."""
_HOST = re.compile(r"[A-Za-z0-9._\[\]:-]+")
"""What a Host header may hold at all: no user, path or query that a parser could read differently."""


def is_any_address(host: str) -> bool:
    """Whether an address to listen on stands for all of this machine's."""
    try:
        return ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return False


def is_loopback(host: str) -> bool:
    """Whether an address to listen on reaches this machine only."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@dataclass(frozen=True, slots=True)
class HostRules:
    """The rules of one server."""

    listens_on: str
    """The address it is bound to."""
    allowed_hosts: Collection[str] = field(default_factory=frozenset)
    """More names, without ports."""
    allowed_origins: Collection[str] = field(default_factory=frozenset)
    """Origins of pages that may call, such as `https://app.example.com`."""

    @classmethod
    def of(
        cls, listens_on: str, public_url: str | None, hosts: Collection[str], origins: Collection[str]
    ) -> Self:
        """Return the rules of the settings; the public address is one of the server's own names."""
        if public_url is None:
            return cls(listens_on, frozenset(hosts), frozenset(origins))
        parts = urlsplit(public_url)
        own = f"{parts.scheme}://{parts.netloc}".lower()
        return cls(listens_on, frozenset([*hosts, parts.hostname or ""]), frozenset([*origins, own]))

    def allows_host(self, header: str) -> bool:
        """Whether a Host header names this server, whatever its port.

        A numeric address is no name that somebody else's DNS could point here; it counts where the server listens
        beyond loopback.
        """
        if not _HOST.fullmatch(header) or (name := _host_of(f"//{header}")) is None:
            return False
        if name in LOOPBACK_NAMES or name == self.listens_on.lower() or name in self.allowed_hosts:
            return True
        return not is_loopback(self.listens_on) and _is_address(name)

    def allows_origin(self, header: str) -> bool:
        """Whether a page of this origin may change something here."""
        if header in self.allowed_origins:
            return True
        return is_loopback(self.listens_on) and LOOPBACK_ORIGIN.fullmatch(header) is not None


def _host_of(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
