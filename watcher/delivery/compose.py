"""A mail as bytes: what is stored in the outbox is what every attempt sends.

Headers are cleaned first: one line break or lone surrogate in a headline would stop the whole digest, since the
standard library refuses both. Every line is ASCII, ends with CRLF and has at most 998 characters.
"""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from urllib.parse import quote

from watcher import urls
from watcher.keys import values
from watcher.types import Message

# For the bodies only. The headers are written here: `policy.SMTP` turns a long unsubscribe address into encoded
# words, which no mail program follows; the 998 that keep it whole make subjects and base64 lines grow too long.
_SMTP = policy.SMTP.clone(cte_type="7bit")
_LONGEST_SUBJECT = 200  # characters; a list of mails shows about 70
_ENCODED_BYTES = 45  # in one encoded word: 60 letters of base64, under the 75 that RFC 2047 allows
_ATOM = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
# Marks that reorder text: in a subject they can make a line read as another one.
_REORDERING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")


def compose_mail(
    message: Message,
    *,
    sender: str,
    recipient: str,
    message_id: str,
    date: datetime,
    list_id: str,
    unsubscribe: str | None = None,
    language: str = "en",
) -> bytes:
    """The whole mail for one recipient: plain text and HTML, every line short and ended by CRLF.

    `sender` may hold a name (`Watcher <a@b.example>`); `unsubscribe` is a web address that takes a one-click POST.
    Without it, and where it is not encrypted (RFC 8058, 3.1), readers unsubscribe by a mail to the sender. There is no
    `Precedence`: no standard knows it, and what it is for is said by Auto-Submitted and List-Id.
    """
    if unsubscribe is not None and not _is_private(unsubscribe):
        unsubscribe = None
    name, address = parseaddr(clean_line(sender))
    subject = clean_line(message.subject)
    if len(subject) > _LONGEST_SUBJECT:
        subject = subject[: _LONGEST_SUBJECT - 1].rstrip() + "…"
    mailto = f"<{leaving_by_mail(sender)}>"
    headers = {
        "Date": format_datetime(date),
        "From": _named(name, address),
        "To": ascii_address(clean_line(recipient)),
        "Subject": _encoded(subject),
        "Message-ID": clean_line(message_id),
        "List-Id": f"<{_ascii_domain(clean_line(list_id).strip('<>')) or 'localhost'}>",
        "List-Unsubscribe": f"<{_web(unsubscribe)}>, {mailto}" if unsubscribe else mailto,
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click" if unsubscribe else "",
        "Auto-Submitted": "auto-generated",
        "Content-Language": language if _LANGUAGE.fullmatch(language) else "",
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items() if value)
    return head.encode("utf-8") + _bodies(message, message_id)


def leaving_by_mail(sender: str) -> str:
    """The `mailto:` by which a reader leaves where no service takes a click."""
    address = parseaddr(clean_line(sender))[1]
    return f"mailto:{quote(ascii_address(address), safe='@+')}?subject=unsubscribe"


def message_id(edition_key: str, recipient: str, domain: str) -> str:
    """The same for every attempt to deliver one edition to one recipient, so that a second copy is known as one."""
    digest = hashlib.sha256(f"{edition_key}\0{recipient}".encode("utf-8", "surrogatepass")).hexdigest()
    return f"<{digest[:32]}@{_ascii_domain(clean_line(domain)) or 'localhost'}>"


def ascii_address(address: str) -> str:
    """The address with its domain in ASCII (`user@xn--...`): then only a local part in other letters needs SMTPUTF8."""
    local, at, domain = address.rpartition("@")
    return f"{local}{at}{_ascii_domain(domain)}" if at else address


def clean_line(text: str) -> str:
    """One line of text for a header: breaks become spaces; controls, reordering marks and lone surrogates go."""
    spaced = "".join(" " if character.isspace() else character for character in text)
    return " ".join(character for character in _without_controls(spaced).split(" ") if character)


def _without_controls(text: str, kept: str = "") -> str:
    return "".join(
        character
        for character in text
        if character in kept or (unicodedata.category(character) not in ("Cc", "Cs") and character not in _REORDERING)
    )


def _body(text: str) -> str:
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in lines if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))


def _bodies(message: Message, seed: str) -> bytes:
    """Both bodies as multipart/alternative, 7-bit whatever the script."""
    mail = EmailMessage(policy=_SMTP)
    text, html = _body(message.text), _body(message.html)
    mail.set_content(text, cte=_encoding(text))
    mail.add_alternative(html, subtype="html", cte=_encoding(html))
    mail.set_boundary("=_" + hashlib.sha256(seed.encode("utf-8", "surrogatepass")).hexdigest()[:32])
    return mail.as_bytes()


def _encoding(text: str) -> str:
    """The shorter one: quoted-printable costs 3 for each byte that is not ASCII, base64 a third of everything."""
    other = sum(len(character.encode()) for character in text if character > "\x7f" or character == "=")
    return "base64" if other * 2 > len(text.encode()) / 3 else "quoted-printable"


def _encoded(text: str) -> str:
    """A header's text as it may travel: plain ASCII, or encoded words on lines of their own.

    Split between characters, so that every word can be read alone.
    """
    if text.isascii() and "=?" not in text:
        return text
    pieces, piece = [], b""
    for character in text:
        raw = character.encode()
        if len(piece) + len(raw) > _ENCODED_BYTES:
            pieces.append(piece)
            piece = b""
        piece += raw
    return "\r\n ".join(f"=?utf-8?b?{base64.b64encode(piece).decode()}?=" for piece in [*pieces, piece])


def _named(name: str, address: str) -> str:
    shown = ascii_address(address)
    if not name:
        return shown
    if not name.isascii() or "=?" in name:
        return f"{_encoded(name)} <{shown}>"
    if _ATOM.fullmatch(name):
        return f"{name} <{shown}>"
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}" <{shown}>'


def _is_private(address: str) -> bool:
    """True for an address that nobody on the way can read: an encrypted one, or one of this machine."""
    parsed = urls.split(address)
    return parsed is not None and (parsed.scheme == "https" or values.is_loopback(parsed.host))


def _web(address: str) -> str:
    """A web address that cannot end its angle brackets early."""
    return quote(clean_line(address), safe="%/:=&?~#+!$,;'@()*[]-._")


def _ascii_domain(domain: str) -> str:
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return domain if domain.isascii() else ""
