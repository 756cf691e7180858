"""Character references of HTML, read without a limit that a text could break."""

from __future__ import annotations

import re
from html import unescape

# Python refuses to read a number of more than 4,300 digits; no character has more than seven.
_ENDLESS = re.compile(r"&#(?:[0-9]{8,}|[xX][0-9a-fA-F]{7,});?")


def unescaped(text: str) -> str:
    """The text with its references read, those that stand for no character as U+FFFD. Never raises."""
    return unescape(_ENDLESS.sub("\ufffd", text) if "&#" in text else text)
