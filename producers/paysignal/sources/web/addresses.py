"""Which addresses are fetched at all. Pure."""

import ipaddress
from urllib.parse import SplitResult, urlsplit

from paysignal.sources.errors import FetchError

_LONGEST = 2_048

#: IPv4 as networks without it write it (RFC 6052).
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def checked_url(url: str) -> SplitResult:
    """The parts of an address that may be fetched; raises `FetchError` for anything but plain http and https."""
    if len(url) > _LONGEST or not url.isprintable() or " " in url:
        raise FetchError(url[:80], len(url), f"an address is printable and at most {_LONGEST} long", "check it")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise FetchError(url, str(error), "an address is http://host/ or https://host/", "check it") from None
    if parts.scheme not in {"http", "https"} or not parts.hostname or port == 0:
        raise FetchError(url, parts.scheme, "only http and https are fetched", "give a file by its path")
    if parts.username or parts.password:
        raise FetchError(parts.hostname, "a password", "an address names no user", "leave user and password out")
    return parts


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet: not of this machine, a private network or a cloud's inside.

    An IPv6 address that carries an IPv4 one is judged by that.
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is None and ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)
        if inner is not None:
            ip = inner
    return ip.is_global and not ip.is_multicast
