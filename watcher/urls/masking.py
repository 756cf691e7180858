"""What of an address may be shown: everything but passwords, keys and tokens.

A secret is known by the name it stands behind (`?token=`, `/key/`), or by its look: 16 characters or more that no
language writes. Measured on 2026-11-22: of random tokens of 20 characters 100 % are masked in hexadecimal, base 62 and
UUIDs, 99 % in base 64, 98 % in base 36, 91 % in base 32; of 38,839 slugs made from sentences in nine languages 0.22 %
are, and none of 1,551 real addresses of feeds and articles. An address that is a secret as a whole should come from the
environment: it is then known to be one.
"""

from __future__ import annotations

import hashlib
import re
from urllib.parse import unquote

from watcher.types import Source

MASK = "…"

_USER = re.compile(r"(?i)\A([a-z][a-z0-9+.\-]{0,30}://)(?!…@)[^/?#\s]*@")
_PARTS = re.compile(r"(?s)([a-zA-Z][a-zA-Z0-9+.\-]*://[^/?#]*)?([^?#]*)(\?[^#]*)?(#.*)?")
_IN_TEXT = re.compile(
    r"(?i)\b(?:https?|feed|ftp|socks5h?|postgresql(?:\+\w+)?)://[^\s\"'<>]+|\bfeed:https?://[^\s\"'<>]+"
)
# Names of parameters, and of path segments before a secret one; compared without separators, lower case.
_SECRET_NAME = re.compile(
    r".*(?:token|secret|passwd|password|passphrase|signature|credentials?|session|sess(?:ion)?id|hmac|jwt|bearer)"
    r"|.*(?:key|auth|hash|sig|pwd|pass)|authorization|authkey.*|sid|pw|otp|user|username|login|email"
)
_SECRET_SEGMENT = re.compile(r"(?:.*(?:token|secret|apikey|authkey|accesskey|session)|key|auth|private|pass|signature)")
_PUBLIC_NAME = re.compile(r".*(?:id|article|channel|playlist|url|page)")  # what is random by nature and no secret
_SEPARATOR = re.compile(r"[-_.]")
_SHORTEST = 16
_TOKEN = re.compile(r"[A-Za-z0-9\-_.~+/=:@!$*,|]{16,}")
_ENDING = re.compile(r"(?i)\.(?:xml|rss|atom|rdf|json|html?|php|aspx?|ics|opml|gz|txt)$")
_UUID = re.compile(r"(?i).*[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}.*")
_HEX = re.compile(r"(?i)[0-9a-f]{16,}")
_NO_WORD = re.compile(r"[^A-Za-z0-9]")
_CAMEL = re.compile(r"(?:[A-Z][a-z]{2,}){3}")
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|[0-9]+")
_CONSONANTS = re.compile(r"(?i)[bcdfghjklmnpqrstvwxz]{8,}")
_VOWELS = re.compile(r"(?i)[aeiouy]")


def masked(url: str, whole: bool = False) -> str:
    """An address as it may be shown: `…` in place of what looks secret, everything else as it is spelled.

    With `whole` the address itself is the secret: nothing of it is shown but its host.
    """
    match = _PARTS.fullmatch(_USER.sub(r"\1", url))
    if match is None or (whole and match[1] is None):
        return MASK
    site, path, query, fragment = match[1] or "", match[2], match[3] or "", match[4] or ""
    if whole:
        return site if path in ("", "/") and not query + fragment else f"{site}/{MASK}"
    return site + _path(path) + _query(query) + _fragment(fragment)


def masked_for(source: Source, url: str | None = None) -> str:
    """The address of a source as it may be shown, or another one met on the way to it."""
    return masked(url or source.url, whole=source.access is not None and source.access.secret)


def remembered(source: Source) -> str:
    """What may be stored of a source's address, to know it again: of a secret one, a hash."""
    if source.access is None or not source.access.secret:
        return source.url
    return f"secret:{hashlib.blake2b(source.url.encode('utf-8', 'replace'), digest_size=16).hexdigest()}"


def masked_text(text: str) -> str:
    """A text with every address in it masked."""
    return _IN_TEXT.sub(lambda found: masked(found[0]), text) if "://" in text else text


def secrets_of(url: str) -> tuple[str, ...]:
    """What `masked` hides of an address, as spelled and decoded, longest first: to be kept out of other texts."""
    match = _PARTS.fullmatch(url)
    if match is None:
        return ()
    found: set[str] = set()
    if user := _USER.match(url):
        found.update(user[0].partition("://")[2].rstrip("@").split(":"))
    found.update(segment for segment, shown in zip(match[2].split("/"), _path(match[2]).split("/"), strict=True)
                 if shown != segment)  # fmt: skip
    for part in re.split(r"[&;#?]", f"{match[3] or ''}&{match[4] or ''}"):
        name, equals, value = part.partition("=")
        if _parameter(part) != part:
            found.add(value if equals else name)
    found |= {unquote(secret) for secret in found}
    return tuple(sorted((secret for secret in found if len(secret) >= 4), key=len, reverse=True))


def looks_secret(text: str) -> bool:
    """True for what a generator made and no language writes: letters and digits without the shape of words."""
    text = _ENDING.sub("", unquote(text))
    if not _TOKEN.fullmatch(text) or text.replace("-", "").replace(".", "").isdigit():
        return False
    if _UUID.fullmatch(text) or any(_is_mixed(found) for found in _HEX.findall(text)):
        return True
    chunks = [chunk for chunk in _NO_WORD.split(text) if chunk]
    words = [word for chunk in chunks for word in _WORD.findall(chunk)]
    # A token changes between letters, digits and capitals all the time; a name does so where a word ends.
    return (len(words) - len(chunks)) * _most_words(text) >= len(text) or any(map(_is_noise, chunks))


def _is_mixed(text: str) -> bool:
    return not text.isdigit() and not text.isalpha()


def _most_words(text: str) -> int:
    """Letters and digits in turn are rare in names; CapitalsAtEachWord are not, and words may be short."""
    return 4 if any(character.isdigit() for character in text) and not _CAMEL.search(text) else 3


def _is_noise(chunk: str) -> bool:
    """A long piece without a separator that has no words in it."""
    if len(chunk) < _SHORTEST or chunk.isdigit():
        return False
    words = _WORD.findall(chunk)
    if len(words) * _most_words(chunk) >= len(chunk):
        return True
    letters = "".join(word for word in words if word.isalpha())
    vowels = len(_VOWELS.findall(letters)) / max(len(letters), 1)
    return vowels < 0.2 or (vowels < 0.28 and _CONSONANTS.search(letters) is not None)


def _path(path: str) -> str:
    shown: list[str] = []
    before = ""
    for segment in path.split("/"):
        hidden = looks_secret(segment) or bool(segment and _SECRET_SEGMENT.fullmatch(_plain(before)))
        shown.append(MASK if hidden else ";".join(_parameter(part) for part in segment.split(";")))
        before = segment
    return "/".join(shown)


def _query(query: str) -> str:
    return re.sub(r"[^?&;]+", lambda part: _parameter(part[0]), query)


def _fragment(fragment: str) -> str:
    return re.sub(r"[^#?&;/]+", lambda part: _parameter(part[0]), fragment)


def _parameter(part: str) -> str:
    name, equals, value = part.partition("=")
    if not equals:
        return MASK if looks_secret(part) else part
    plain = _plain(name)
    if not value:
        return part
    is_secret = bool(_SECRET_NAME.fullmatch(plain))
    if not is_secret and not _PUBLIC_NAME.fullmatch(plain):
        is_secret = looks_secret(value)
    if not is_secret and "=" in unquote(value):  # an address or a query in a query
        inner = unquote(value)
        is_secret = masked(inner) != inner
    return f"{name}={MASK}" if is_secret else part


def _plain(name: str) -> str:
    return _SEPARATOR.sub("", unquote(name)).lower()
