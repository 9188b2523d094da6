"""Which names this server answers to, and which pages may call it: the defence against DNS rebinding."""

import ipaddress
from collections.abc import Collection
from dataclasses import dataclass, field
from urllib.parse import urlsplit

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})


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

    def allows_host(self, header: str) -> bool:
        """Whether a Host header names this server, whatever its port.

        A numeric address is no name that somebody else's DNS could point here; it counts where the server listens
        beyond loopback.
        """
        name = _host_of(f"//{header}")
        if name is None:
            return False
        if name in LOOPBACK_NAMES or name == self.listens_on.lower() or name in self.allowed_hosts:
            return True
        return not is_loopback(self.listens_on) and _is_address(name)

    def allows_origin(self, header: str) -> bool:
        """Whether a page of this origin may change something here."""
        if header in self.allowed_origins:
            return True
        name = _host_of(header)
        return name is not None and name in LOOPBACK_NAMES and is_loopback(self.listens_on)


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
