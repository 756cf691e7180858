"""Which IP addresses may be connected to: public ones, and private ones the operator listed.

`ipaddress.is_global` is not enough: on Python 3.11 it says True for 192.0.0.192 (a cloud's metadata service),
224.0.0.1, 6to4 and NAT64 forms of 127.0.0.1, `::127.0.0.1`, `fec0::1` and `3fff::1`. So the table is our own, and an
IPv4 address inside an IPv6 one is unpacked and judged itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from watcher.errors import ConfigError
from watcher.urls import split

# IANA's special-purpose registry (RFC 6890 and its updates) without exceptions, multicast, and one address that is
# public by number and a cloud's host by use.
_DENIED_4 = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 "
        "192.31.196.0/24 192.52.193.0/24 192.88.99.0/24 192.168.0.0/16 192.175.48.0/24 198.18.0.0/15 198.51.100.0/24 "
        "203.0.113.0/24 224.0.0.0/4 240.0.0.0/4 "
        "168.63.129.16/32"  # Azure: metadata and DNS of the machine itself
    ).split()
)
# Everything outside 2000::/3 is special (loopback, unique local, link local, fec0::/10, ff00::/8, ::/96, 100::/64 ...).
_GLOBAL_6 = IPv6Network("2000::/3")
_DENIED_6 = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23 "  # protocol assignments, Teredo (2001::/32) among them
        "2001:db8::/32 2002::/16 2620:4f:8000::/48 3fff::/20"  # documentation, 6to4, AS112, documentation
    ).split()
)
_MAPPED = IPv6Network("::ffff:0:0/96")
_NAT64 = IPv6Network("64:ff9b::/96")  # on networks without IPv4 the resolver hands out public sites in this form
_ISATAP = frozenset({0x00005EFE, 0x02005EFE})  # behind any prefix, a tunnel to the IPv4 address in the last 32 bits

Ip = IPv4Address | IPv6Address


def innermost(address: Ip) -> Ip:
    """The address that a connection would really reach: an IPv4 address out of its mapped or NAT64 form."""
    if isinstance(address, IPv6Address) and (address in _MAPPED or address in _NAT64):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def is_public(address: Ip) -> bool:
    """True for an address on the public internet, judged by where a connection to it would end."""
    address = innermost(address)
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _DENIED_4)
    if int(address) >> 32 & 0xFFFFFFFF in _ISATAP and not is_public(IPv4Address(int(address) & 0xFFFFFFFF)):
        return False
    return address in _GLOBAL_6 and not any(address in network for network in _DENIED_6)


class Guard:
    """Says for every connection whether it may be made. `allow` holds "host:port", "ip:port", or networks."""

    def __init__(self, allow: Sequence[str] = ()) -> None:
        self._allow = tuple(allow)
        self._names: set[str] = set()  # host:port, IP addresses in one spelling
        self._networks: list[IPv4Network | IPv6Network] = []
        for entry in allow:
            self._add(entry.strip())

    def refused(self, host: str, port: int, addresses: Sequence[str]) -> str | None:
        """None when every address of the host may be connected to; else one line that says which may not, and the cure.

        One bad record refuses the name: a name that points inside as well as outside is made to be tried again.
        """
        if self.lists(host, port):
            return None
        bad = next((text for text in addresses if not self._permits(text, port)), None)
        if bad is None:
            return None
        points = "is" if bad == host else f"points to {bad},"
        return (
            f"{_spelled(host, port)} was not connected to: {host} {points} a private or reserved address. "
            f"If it is yours and may be asked, {self.line_for(host, port)}"
        )

    def lists(self, host: str, port: int) -> bool:
        """True for a host that `allow` names itself, with its port."""
        return _spelled(host, port) in self._names

    def line_for(self, host: str, port: int) -> str:
        """The line to paste, so that a host may be asked too."""
        entries = ", ".join(f'"{entry}"' for entry in (*self._allow, _spelled(host, port)))
        return f"add to [network]: allow = [{entries}]"

    def _permits(self, text: str, port: int) -> bool:
        try:
            address = ip_address(text)
        except ValueError:
            return False
        if is_public(address):
            return True
        inner = innermost(address)
        return _spelled(str(inner), port) in self._names or any(inner in network for network in self._networks)

    def _add(self, entry: str) -> None:
        try:
            self._networks.append(ip_network(entry))
        except ValueError:
            parsed = split(f"http://{entry}/")
            if parsed is None or parsed.target != "/" or not entry.rpartition("]")[2].rpartition(":")[1]:
                raise ConfigError(
                    f'[network] allow: "{entry}" is neither "host:port", "address:port" nor a network; '
                    'write for example "127.0.0.1:8080", "rss-bridge.local:3000" or "10.0.0.0/8"'
                ) from None
            self._names.add(_spelled(parsed.host, parsed.port))


def _spelled(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


class Trusting(Guard):
    """Lets every address through: it was written by the operator, not found on the web."""

    def refused(self, host: str, port: int, addresses: Sequence[str]) -> str | None:  # noqa: ARG002  # Guard's signature
        return None
