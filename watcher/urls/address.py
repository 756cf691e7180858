"""One parser for every address: what it refuses is asked nowhere.

Two programs that read an address differently are how a guard is walked around ("http://a\\\\@b", full-width digits,
"127.1"). So an address is parsed here and only here: `split` says which host is meant, `http` connects to that host
and `canonical` compares by it. What two parsers could read differently is no address at all.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

DEFAULT_PORTS = {"http": 80, "https": 443}
LONGEST = 8_000  # characters; servers answer 414 from about here on (RFC 9110, section 4.1, asks for 8,000)

_SHAPE = re.compile(r"(?ais)(https?)://([^/?#]*)([^?#]*)(\?[^#]*)?(#.*)?")
_AUTHORITY = re.compile(r"(\[[0-9a-fA-F:.]+\]|[^:\[\]]+)(?::([0-9]{0,5}))?")
_REFERENCE = re.compile(r"(?s)(?:([a-zA-Z][a-zA-Z0-9+.\-]*):)?(?://([^/?#]*))?([^?#]*)(\?[^#]*)?(#.*)?")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_ESCAPED = re.compile(r"%([0-9A-Fa-f]{2})")
_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_UNSAFE = re.compile(r"[^A-Za-z0-9\-._~!$&'()*+,;=:@/?%]")
# White space, quotes and brackets end an address in text; bidirectional controls make it look like another one.
_READABLE_UNSAFE = re.compile(r"[\s\"<>\\^`{|}\u202a-\u202e\u2066-\u2069]")
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


@dataclass(frozen=True, slots=True)
class Address:
    """The parts of an absolute http(s) address, ready to be asked: host in ASCII, path and query percent-encoded."""

    scheme: str
    host: str  # lower case; an IPv6 address without its brackets
    port: int
    path: str
    query: str  # without "?"; empty when there is none
    fragment: str  # without "#"

    @property
    def netloc(self) -> str:
        """The host as it stands in an address and in a Host header: brackets kept, default port left out."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return name if self.port == DEFAULT_PORTS[self.scheme] else f"{name}:{self.port}"

    @property
    def target(self) -> str:
        """What a request asks for: path and query."""
        return f"{self.path}?{self.query}" if self.query else self.path

    @property
    def host_port(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def origin(self) -> str:
        """Whom a secret may be given to: another scheme, host or port is somebody else."""
        return f"{self.scheme}://{self.host_port}"


def split(url: str) -> Address | None:
    """Reads an absolute http(s) address; None for anything that is none, or that two parsers could read differently."""
    url = url.strip()
    if len(url) > LONGEST or _CONTROL.search(url):
        return None
    match = _SHAPE.fullmatch(url)
    authority = _AUTHORITY.fullmatch(match[2]) if match else None
    if match is None or authority is None or "\\" in match[3]:
        return None
    scheme, name, port = match[1].lower(), _host(authority[1]), authority[2]
    number = int(port) if port else DEFAULT_PORTS[scheme]
    if name is None or not 0 < number < 65_536:
        return None
    return Address(
        scheme=scheme,
        host=name,
        port=number,
        path=without_dots(encoded(match[3])) or "/",
        query=encoded((match[4] or "?")[1:]),
        fragment=(match[5] or "#")[1:],
    )


def absolute(base: str | None, link: str) -> str | None:
    """The absolute http(s) address that `link` means on the page `base`, as its author spelled it, or None.

    Only what would break an address in text (white space, quotes, angle brackets) is percent-encoded.
    """
    link = link.strip()
    if not link or _CONTROL.search(link):
        return None
    if link[:5].lower() == "feed:":  # "feed://host/path" and "feed:https://host/path" are how browsers hand feeds over
        link = link[5:] if link[5:9].lower() == "http" else "http:" + link[5:]
    link = _readable(link)
    match = _REFERENCE.fullmatch(link)
    if match is None:
        return None
    if match[1] is not None:
        return link if split(link) else None
    whole = _resolved(base, match) if base else None
    return whole if whole and split(whole) else None


def host(url: str) -> str:
    """The host of an address, lower case and in ASCII; empty when it is no address."""
    address = split(url)
    return address.host if address else ""


@lru_cache(maxsize=4096)  # a page asks it of every source, and each costs 15 µs to read
def host_port(url: str) -> str:
    """Host and port of an address, the port always written: the lane its requests wait in. Empty for no address."""
    address = split(url)
    return address.host_port if address else ""


def origin(url: str) -> str:
    """Scheme, host and port of an address, the port always written. Empty for no address."""
    address = split(url)
    return address.origin if address else ""


def _resolved(base: str, link: re.Match[str]) -> str | None:
    """RFC 3986, section 5.2.2, for a link without a scheme."""
    ground = _SHAPE.fullmatch(_readable(base.strip()))
    if ground is None:
        return None
    scheme, authority, base_path, base_query = ground[1].lower(), ground[2], ground[3], ground[4] or ""
    path, query, fragment = link[3], link[4] or "", link[5] or ""
    if link[2] is not None:
        return f"{scheme}://{link[2]}{path}{query}{fragment}"
    if not path:
        path, query = base_path, query or base_query
    elif not path.startswith("/"):
        path = base_path[: base_path.rfind("/") + 1] + path if base_path else "/" + path
    return f"{scheme}://{authority}{without_dots(path)}{query}{fragment}"


def _host(name: str) -> str | None:
    """A host name in lower-case ASCII, or a plain IP address; None for every other spelling of one."""
    if name.startswith("["):
        try:
            return ipaddress.IPv6Address(name[1:-1]).compressed
        except ValueError:
            return None
    name = unicodedata.normalize("NFC", name.lower()).removesuffix(".")
    if not name.isascii():
        # Full-width digits, ligatures, circled letters: another parser would fold them into a different host.
        if unicodedata.normalize("NFKC", name) != name:
            return None
        labels = [_ascii_label(label) for label in name.split(".")]
        if None in labels:
            return None
        name = ".".join(label for label in labels if label is not None)
    if len(name) > 253 or not all(_LABEL.fullmatch(label) for label in name.split(".")):
        return None
    # "Ends in a number" makes it an IPv4 address for a browser: 127.1, 0x7f.1, 2130706433. Only a dotted quad is one.
    if _NUMBER.fullmatch(name.rpartition(".")[2]) and not is_ip(name):
        return None
    return name


def _ascii_label(label: str) -> str | None:
    if label.isascii():
        return label
    if not all(character in "-_" or unicodedata.category(character)[0] in "LMN" for character in label):
        return None
    return "xn--" + label.encode("punycode").decode("ascii")


def is_ip(name: str) -> bool:
    """True for a plain IP address, without brackets."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def encoded(part: str) -> str:
    """Percent-encoding in one spelling: only where needed, upper case, UTF-8."""
    if "%" in part:
        part = _STRAY_PERCENT.sub("%25", part)
        part = _ESCAPED.sub(_escape, part)
    return _UNSAFE.sub(lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode("utf-8")), part)


def _escape(match: re.Match[str]) -> str:
    byte = int(match[1], 16)
    return chr(byte) if byte in _UNRESERVED else f"%{match[1].upper()}"


def _readable(link: str) -> str:
    return _READABLE_UNSAFE.sub(lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode("utf-8")), link)


def without_dots(path: str) -> str:
    """RFC 3986, section 5.2.4."""
    if "/." not in path:
        return path
    kept: list[str] = []
    segments = path.split("/")
    for segment in segments:
        if segment == "..":
            if len(kept) > 1:
                kept.pop()
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in (".", ".."):
        kept.append("")
    return "/".join(kept)
