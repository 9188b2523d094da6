"""Decide whether an IP address or host may be fetched from: public ones only, however they are spelled."""

import re
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

_REFUSED_V4 = tuple(
    IPv4Network(text)
    for text in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",  # shared by carriers; also a cloud's metadata service at 100.100.100.200
        "127.0.0.0/8",
        "169.254.0.0/16",  # link-local; the metadata service of most clouds
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/3",  # multicast, reserved, broadcast
        "168.63.129.16/32",  # Azure's metadata service, in public space
    )
)
"""Not for the public, source: IANA IPv4 Special-Purpose Address Registry. Spelled out because the
standard library's `is_global` differs between Python versions."""
_GLOBAL_V6 = IPv6Network("2000::/3")
_REFUSED_V6 = tuple(
    IPv6Network(text)
    for text in (
        "2001::/23",  # protocol assignments, Teredo among them
        "2001:db8::/32",
        "2002::/16",  # 6to4: wraps an IPv4 address
        "3fff::/20",
    )
)
"""Inside the global unicast range, yet not for the public. Source: IANA IPv6 registry."""
_NAT64 = IPv6Network("64:ff9b::/96")
_NUMERIC = re.compile(r"(0x[0-9a-f]*|[0-9]+)", re.IGNORECASE)


def is_public(address: str) -> bool:
    """Whether an IP address is global and public; IPv4 inside IPv6 is judged as what it wraps."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, IPv4Address):
        return _is_public_v4(parsed)
    wrapped = _wrapped_v4(parsed)
    if wrapped is not None:
        return _is_public_v4(wrapped)
    return parsed in _GLOBAL_V6 and not any(parsed in network for network in _REFUSED_V6)


def _is_public_v4(address: IPv4Address) -> bool:
    return not any(address in network for network in _REFUSED_V4)


def _wrapped_v4(address: IPv6Address) -> IPv4Address | None:
    """Return the IPv4 address that is meant: mapped (RFC 4291) or behind NAT64 (RFC 6052)."""
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return IPv4Address(int(address) & 0xFFFFFFFF) if address in _NAT64 else None


def is_disguised(host: str) -> bool:
    """Whether a host is an IPv4 address in disguise: decimal, octal, hexadecimal, or with parts left out.

    Resolvers still take `2130706433`, `0x7f.1` and `0177.0.0.1` for 127.0.0.1.
    Source: the "ends in a number" check of the WHATWG URL standard, §3.5.
    """
    last = host.rstrip(".").rpartition(".")[2]
    if ":" in host or not _NUMERIC.fullmatch(last):
        return False
    try:
        IPv4Address(host)
    except ValueError:
        return True
    return False
