"""What stands before the @ of an address: no address of ours has it, but a proxy's or a person's may be written so."""

from __future__ import annotations

import re
from urllib.parse import unquote

_AUTHORITY = re.compile(r"(?s)([a-zA-Z][a-zA-Z0-9+.\-]*://)([^/?#]*)@([^/?#@]*.*)")


def apart(url: str) -> tuple[str, tuple[str, str] | None]:
    """An address without its credentials, and those decoded as (user, password); None where it carries none."""
    match = _AUTHORITY.fullmatch(url.strip())
    if match is None:
        return url.strip(), None
    user, _, password = match[2].partition(":")
    return match[1] + match[3], (unquote(user), unquote(password))
