"""Links as Google News writes them, and what Google answers to the question where one leads."""

from __future__ import annotations

import base64
import json

GOOGLE = "https://news.google.com/rss/articles/"
OPAQUE = "CBMiVkFVX3lxTE9wYXF1ZU9uZTAwMDAwMDAwMDAwMDAwMDAwMDE"


def link(url: str, amp: str = "") -> str:
    """A link as it was up to 2024, with its target in it."""
    address, other = url.encode(), amp.encode()
    data = b"\x08\x13\x22" + _length(address) + address + b"\xd2\x01" + _length(other) + other
    return GOOGLE + base64.urlsafe_b64encode(data).decode().rstrip("=") + "?oc=5"


def opaque(number: int) -> str:
    """A link that does not say where it leads."""
    return f"{GOOGLE}AU_yqLopaque{number:08d}"


def marks(number: int) -> bytes:
    """The page of such a link, as far as it matters."""
    return f'<div data-n-a-id="AU_yqLopaque{number:08d}" data-n-a-ts="17731" data-n-a-sg="s{number}">'.encode()


def reply(url: object) -> bytes:
    """What Google says to the question where a link leads."""
    row = ["wrb.fr", "Fbv4je", json.dumps(["garturlres", url, 1]), None, None, None, "generic"]
    return b")]}'\n\n" + json.dumps([row, ["di", 12], ["af.httprm", 12, "1", 5]]).encode()


def _length(data: bytes) -> bytes:
    low, high = len(data) & 0x7F, len(data) >> 7
    return bytes([low | 0x80, high]) if high else bytes([low])
