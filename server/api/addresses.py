"""Under which addresses other machines may reach a server on this one. Asks the system only; nothing is sent anywhere."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from contextlib import suppress
from ipaddress import ip_address

_ANY = frozenset({"0.0.0.0", "::"})  # noqa: S104 - compared with, not listened on
# Addresses set aside for documentation (RFC 5737, RFC 3849): the system says from which of its own it would send there.
_ELSEWHERE = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))


def addresses(host: str, port: int, names: Sequence[str] = ()) -> list[str]:
    """`http://…:port` of a server that listens on `host`; the names it alone answers to, when there are some, come instead."""
    found = list(names) or (own_addresses() if host in _ANY else [host])
    return [f"http://{f'[{name}]' if ':' in name else name}:{port}" for name in dict.fromkeys(found)]


def own_addresses() -> list[str]:
    """Numeric addresses of this machine towards others, those of the present routes first."""
    found = [address for family, place in _ELSEWHERE if (address := _towards(family, place)) is not None]
    with suppress(OSError):
        found += [str(entry[4][0]) for entry in socket.getaddrinfo(socket.gethostname(), None, type=socket.SOCK_STREAM)]
    return [address for address in dict.fromkeys(found) if _reachable(address)]


def _towards(family: socket.AddressFamily, place: str) -> str | None:
    """Our end of a datagram socket to a place; connecting one sends nothing."""
    with suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as probe:
        probe.connect((place, 9))
        return str(probe.getsockname()[0])
    return None


def _reachable(address: str) -> bool:
    """Neither of this machine only nor of one cable only, which would need the name of the cable."""
    with suppress(ValueError):
        found = ip_address(address)
        return not (found.is_loopback or found.is_link_local or found.is_unspecified)
    return False
