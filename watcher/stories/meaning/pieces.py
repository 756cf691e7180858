"""What of a document is encoded: its title, its lead, and what follows that, each by itself.

One vector of the whole opening says less than the sum of three (see `space`): a title names the news, a lead tells it,
the rest drifts into background. What lies behind 1,000 characters made nothing better.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b

from watcher.text.furniture import furniture
from watcher.text.normalise import normalise
from watcher.text.scripts import is_spaceless
from watcher.types import Document

RECIPE = 1
"""Goes up whenever other texts are encoded for the same document: vectors of two recipes never meet."""

LEAD, OPENING = 400, 1_000
"""Where the lead ends and where reading ends, in Latin letters; a text in a denser script ends sooner."""
_TITLE = 300
_READ = 20_000  # characters in which the opening is looked for; furniture takes some of them

KINDS = ("title", "lead", "rest")


def pieces(document: Document) -> Mapping[str, str]:
    """The texts to encode, by kind: cleaned, without the site's furniture. No kind for what the document lacks."""
    title = _plain(document.title)[:_TITLE]
    text = _plain(_story(document.text[:_READ]))
    lead, rest = _cut(text)
    found = {"title": title, "lead": lead, "rest": rest}
    return {kind: piece for kind, piece in found.items() if any(map(str.isalnum, piece))}


def text_hash(text: str) -> int:
    """The signed 64-bit number under which a text's vector is kept: a text once seen is never encoded again."""
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def _story(text: str) -> str:
    kept, done = [], 0
    for site in furniture(text, normalise(text)):
        kept.append(text[done : site.start])
        done = site.end
    return "".join([*kept, text[done:]])


def _plain(text: str) -> str:
    """One line that every encoder accepts: no controls, no lone surrogates."""
    shown = "".join(character if character >= " " and not "\x7f" <= character <= "\x9f" else " " for character in text)
    return " ".join(shown.encode("utf-8", "ignore").decode().split())


def _cut(text: str) -> tuple[str, str]:
    """The lead and what follows it, each ending with a word where the script has words."""
    end = _reach(text, 0, LEAD)
    return text[:end].strip(), text[end : _reach(text, end, OPENING - LEAD)].strip()


def _reach(text: str, start: int, size: float) -> int:
    """Where so much text ends. A Chinese or Japanese character says as much as 2.5 letters, a Korean one as two."""
    for position in range(start, len(text)):
        character = text[position]
        size -= 2.5 if is_spaceless(character) else 2.0 if "\uac00" <= character <= "\ud7a3" else 1.0
        if size < 0:
            space = text.rfind(" ", max(start, position - 30), position)
            return position if space < 0 else space
    return len(text)
