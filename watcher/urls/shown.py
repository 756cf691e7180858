"""An address as people get to see it."""

from __future__ import annotations

import re

_USER = re.compile(r"(?i)^([a-z][a-z0-9+.\-]*://)[^/?#\s]*@")
_SECRET = re.compile(r"(?i)([?&;](?:[\w-]*(?:token|secret|key|auth|signature|password|passwd)[\w-]*|sid|sig)=)[^&;#]+")


def shown_address(url: str) -> str:
    """The address without what gives access: a password, a token."""
    return _SECRET.sub(r"\1…", _USER.sub(r"\1", url))
