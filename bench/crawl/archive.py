"""WARC files of made pages, packed record by record as crawlers do; made once, kept under `.cache`."""

from __future__ import annotations

import gzip
import json
import sys
import tomllib
from base64 import b32encode
from collections.abc import Sequence
from functools import cache
from hashlib import sha1
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".cache" / "crawl"
VERSION = 4  # of the pages: another one makes them anew
_SCRIPTS = {
    "latin": "en de pt es fr it nl pl cs sv hu ro vi tr id".split(),
    "cyrillic": ["ru", "uk"],
    "greek": ["el"],
    "arabic": ["ar", "fa"],
    "hebrew": ["he"],
    "devanagari": ["hi"],
    "hangul": ["ko"],
    "han": ["zh"],
    "katakana": ["ja"],
    "thai": ["th"],
}


def topics() -> dict[str, dict[str, list[str]]]:
    """The shipped topics as they are written in `config.toml`."""
    return tomllib.loads((ROOT / "config.toml").read_text("utf-8"))["topics"]


@cache
def names_by_language() -> dict[str, list[str]]:
    """Names of the topics that are enough on their own, by the languages in whose letters they are written."""
    found: dict[str, list[str]] = {}
    for rule in topics().values():
        for name in rule["names"]:
            for language in _SCRIPTS.get(_script(name), ()):
                found.setdefault(language, []).append(name)
    # News in other scripts names makers in Latin letters, too.
    return {
        language: own + (["DeepSeek", "Nvidia"] if language not in _SCRIPTS["latin"] else [])
        for language, own in found.items()
    }


def _script(name: str) -> str:
    sys.path.insert(0, str(ROOT))
    from watcher.text.finder import script
    from watcher.text.fold import folded

    kinds = {script(letter) for letter in folded(name) if letter.isalpha()}
    kind = kinds.pop() if len(kinds) == 1 else ""
    if kind == "spaceless":
        kind = "thai" if "\u0e00" <= name[0] <= "\u0e7f" else "han"
    return kind


def decoys() -> list[str]:
    """Weak names without what they need, and words that begin like names."""
    weak = [name for rule in topics().values() for name in rule["weak"] if name.isascii()]
    return [*weak, "Ascending", "Nvidi", "Deep seeker", "Atlas mountains"]


def made(pages: int, parts: int, seed: int = 20261122) -> tuple[list[Path], Path]:
    """The paths of the parts, and of a list of all pages with what each is; made when they are not there."""
    folder = CACHE / f"{VERSION}-{seed}-{pages}-{parts}"
    paths = [folder / f"part-{number}.warc.gz" for number in range(parts)]
    listing = folder / "pages.jsonl"
    if not listing.exists():
        folder.mkdir(parents=True, exist_ok=True)
        print(f"making {pages} pages in {folder}", file=sys.stderr)
        _write(paths, listing, pages, seed)
    return paths, listing


def _write(paths: Sequence[Path], listing: Path, pages: int, seed: int) -> None:
    from crawl.pages import Writer

    writer = Writer(seed, names_by_language(), decoys())
    rows = []
    each = -(-pages // len(paths))
    for number, path in enumerate(paths):
        with path.open("wb") as file:
            file.write(gzip.compress(_record("warcinfo", "", "application/warc-fields", b"software: bench\r\n"), 6))
            for place in range(number * each, min(pages, (number + 1) * each)):
                page = writer.page(place)
                head = f"HTTP/1.1 200 OK\r\nContent-Type: {page.content_type}\r\nServer: bench\r\n\r\n"
                block = head.encode("ascii") + page.body
                kind = "application/http; msgtype=response"
                file.write(gzip.compress(_record("response", page.url, kind, block), 6))
                rows.append(
                    {
                        "url": page.url,
                        "kind": page.kind,
                        "language": page.language,
                        "encoding": page.encoding,
                        "bytes": len(page.body),
                        "part": number,
                    }
                )
    listing.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")


def _record(kind: str, url: str, content_type: str, block: bytes) -> bytes:
    target = f"WARC-Target-URI: {url}\r\n" if url else ""
    digest = b32encode(sha1(block, usedforsecurity=False).digest()).decode("ascii")
    return (
        (
            f"WARC/1.0\r\nWARC-Type: {kind}\r\n{target}WARC-Date: 2026-03-01T10:00:00Z\r\n"
            f"WARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-000000000000>\r\nContent-Type: {content_type}\r\n"
            f"WARC-Block-Digest: sha1:{digest}\r\n"
            f"Content-Length: {len(block)}\r\n\r\n"
        ).encode()
        + block
        + b"\r\n\r\n"
    )
