"""Signal: do both documents stand at the same address?"""

from __future__ import annotations

from hashlib import blake2b
from urllib.parse import SplitResult, urlsplit

from watcher.stories.signal import NOTHING, Score
from watcher.types import Document, Fact, Key


class AddressSignal:
    """One address, one article. A front page is no article's address."""

    name = "address"
    version = 1

    def keys(self, document: Document) -> tuple[Key, ...]:
        """The address as one number; none where there is no address of an article."""
        if not (address := _address(document.url)):
            return ()
        digest = blake2b(address.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        return (Key(self.name, self.version, int.from_bytes(digest, "big", signed=True)),)

    def score(self, a: Document, b: Document) -> Score:
        """Symmetric: 1 for the same address, else 0."""
        ours = _address(a.url)
        if not ours or ours != _address(b.url):
            return NOTHING
        return Score(1.0, shared=(Fact("address", ours),))


def _address(url: str | None) -> str:
    """An address (canonical already, see `urls`) without what never tells two articles apart; empty: none."""
    try:
        parts = urlsplit((url or "").strip())
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not parts.netloc or _is_front_page(parts):
        return ""
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.netloc.lower().removeprefix('www.')}{parts.path.rstrip('/')}{query}"


def _is_front_page(parts: SplitResult) -> bool:
    return not parts.path.strip("/") and not parts.query
