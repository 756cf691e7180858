"""The one click of RFC 8058: a form with one field, in either of the two encodings that a mail program may send."""

from __future__ import annotations

import re
from email import policy
from email.parser import BytesParser
from urllib.parse import parse_qsl

# Anything up to a quote or semicolon: not everybody puts quotes around signs that want them.
_BOUNDARY = re.compile(r';\s*boundary="?([^";\s]{1,100})', re.IGNORECASE)
FIELD, VALUE = "List-Unsubscribe", "One-Click"


def is_one_click(content_type: str, body: bytes) -> bool:
    """True for the body that asks to unsubscribe. A mail program that only follows links never sends one."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "application/x-www-form-urlencoded":
        fields = _urlencoded(body)
    elif kind == "multipart/form-data":
        fields = _multipart(content_type, body)
    else:
        return False
    return any(
        name.strip().lower() == FIELD.lower() and value.strip().lower() == VALUE.lower() for name, value in fields
    )


def _urlencoded(body: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(body.decode("ascii", "replace"), max_num_fields=20)
    except ValueError:
        return []


def _multipart(content_type: str, body: bytes) -> list[tuple[str, str]]:
    """The fields of a form in parts, which are written like those of a mail."""
    found = _BOUNDARY.search(content_type)
    if found is None:
        return []
    head = f'Content-Type: multipart/form-data; boundary="{found[1]}"\r\n\r\n'.encode("latin-1", "replace")
    parts = BytesParser(policy=policy.HTTP).parsebytes(head + body)
    fields = []
    for part in parts.iter_parts() if parts.is_multipart() else ():
        name = part.get_param("name", header="content-disposition")
        text = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(text, bytes):
            fields.append((name, text.decode("utf-8", "replace")))
    return fields
