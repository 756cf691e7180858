"""One mail as a document: newsletters and alerts, in whatever shape a mail program kept them.

A newsletter's address is where it can be read on the web: its Archived-At (RFC 5064), else the link behind "view in
your browser". A mail that says neither is still a document with a text, a date and a sender, so it is not dropped as
`no-address`: it gets an address below `https://mail.invalid/`, made from its Message-ID and its words. No such
host can exist (RFC 6761), so nothing is ever asked there, and the same mail has the same address in every archive. What
it says is in it too: letters that a broken program sent with one Message-ID are different letters.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime
from html import escape

from watcher.sources.dates import read_date
from watcher.sources.plain import plain_line, plain_text
from watcher.text.references import unescaped
from watcher.types import Capture, Lead
from watcher.urls import canonical, split

NOWHERE = "https://mail.invalid/"
_CHARSET = re.compile(r"[A-Za-z0-9._:\-]{1,40}")
_LINK = re.compile(
    r"""(?is)<a\s[^<>]{0,2000}?href\s*=\s*(?:"([^"<>]{1,8000})"|'([^'<>]{1,8000})')[^<>]{0,2000}>(.{0,600}?)</a"""
)
_MARKUP = re.compile(r"<[^<>]{0,2000}>")
_PLAIN_LINK = re.compile(r"https?://[^\s<>\"'\]]{4,2000}")
# What such a link is called, in the languages of newsletters.
_BROWSER = re.compile(
    r"(?i)\b(?:view|read|open|see|show|display)\b.{0,40}\b(?:browser|online|on (?:the )?web|web ?page)\b"
    r"|\b(?:web|online|browser)[ -]?version\b|\bview online\b|\bread (?:it )?online\b"
    r"|\bim (?:web)?browser\b|\bonline[ -]?(?:ansicht|version|lesen|ansehen)\b|\bwebansicht\b|\bweb-?version\b"
    r"|\b(?:dans|sur) (?:votre|ton|le|un) navigateur\b|\bversion (?:en ligne|web)\b|\blire en ligne\b"
    r"|\ben (?:tu|su|el|un) navegador\b|\bversión (?:web|en línea|online)\b|\bver (?:en línea|online)\b"
    r"|\bno (?:seu |teu )?navegador\b|\bversão (?:web|online)\b|\bver online\b"
    r"|\bnel (?:tuo )?browser\b|\bversione (?:web|online)\b|\bin (?:je|uw|de) browser\b|\bwebversie\b"
    r"|\bw przeglądarce\b|\bв браузере\b|\bвеб-верси|\bонлайн-верси|\bу браузері\b|\btarayıcıda\b"
    r"|浏览器|瀏覽器|网页版|網頁版|在线阅读|ブラウザ|ウェブ版|オンラインで(?:読|見)|브라우저|웹에서 보기"
)
_BOUNDARY = re.compile(rb"(?m)^--([!-~]{1,70})\r?\nContent-[A-Za-z-]{1,40}:")
_LONGEST_WORDS = 200_000  # characters
_LOOKED_AT = 100_000  # characters of a letter's beginning and end, where such a link stands
_UNSUBSCRIBE = re.compile(
    r"(?i)unsubscri|abmeld|abbestell|désabonn|desinscri|darse de baja|cancel|退订|配信停止|отписа"
)
_PARAGRAPHS = re.compile(r"\n[ \t]*\n+")
_DATED = re.compile(r";\s*([^;]{6,80})\s*$")


def captures(raw: bytes, envelope: datetime | None = None) -> Iterator[Capture]:
    """The documents of one message: one, or as many as a digest of messages holds. Never raises.

    `envelope` is when the mailbox says it came.
    """
    try:
        message = message_from_bytes(raw)
        inner = list(_digested(message))
        found = [_capture(part, raw if part is message else b"", envelope) for part in inner or [message]]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError, HeaderParseError):
        # What a mail's headers lead the standard library into: kept as it came, and unreadable.
        found = [Capture(_nowhere(raw), b"", captured=envelope)]
    yield from found


def header(message: Message, name: str) -> str:
    """A header as text on one line, whatever its bytes are; empty where there is none."""
    # The raw ones: of a header with bytes beyond ASCII `get` gives an object that has put "?" in their place.
    values = (value for key, value in message.raw_items() if key.lower() == name.lower())
    return " ".join(_decoded(next(values, "")).split())


def moment(text: str) -> datetime | None:
    """A mail's date in UTC; None where it is none."""
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return read_date(text)
    if not 1990 <= found.year <= 2099:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def body_of(part: Message) -> tuple[bytes, str]:
    """A part's bytes, and the charset it names; a broken transfer encoding gives what can be had."""
    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    named = part.get_param("charset")
    text = named[2] if isinstance(named, tuple) else named
    return data, text if isinstance(text, str) and _CHARSET.fullmatch(text) else ""


# --- one message ---


def _capture(message: Message, raw: bytes, envelope: datetime | None) -> Capture:
    html, plain = _parts(message)
    body, headers = _page(html, plain)
    subject = plain_line(header(message, "Subject"))
    id = header(message, "Message-ID").strip("<> ")
    sender, address = parseaddr(header(message, "From"))
    sent = moment(header(message, "Date"))
    received = envelope or _received(message) or sent
    url = _archived(message) or _in_browser(html, plain)
    lead = Lead(
        url=url or _nowhere(_own(id, subject, body) if id or body else raw or subject.encode("utf-8", "replace")),
        title=subject,
        link=url,
        content=_words(html, plain),  # where it is no page that an article can be found in
        published=sent or received,
        id=id or None,
        language=_language(header(message, "Content-Language")),
        outlet=_list_name(header(message, "List-Id")) or plain_line(sender) or address.rpartition("@")[2] or None,
    )
    return Capture(lead.url or "", body, headers, captured=received, lead=lead)


def _digested(message: Message) -> Iterator[Message]:
    """The messages of a digest; nothing where it is none. A forwarded message is a part of the one around it."""
    for part in message.walk():
        if part.get_content_type() == "multipart/digest" and part.is_multipart():
            for each in part.get_payload():
                inner = each.get_payload() if isinstance(each, Message) and each.is_multipart() else [each]
                yield from (found for found in inner if isinstance(found, Message))


def _parts(message: Message) -> tuple[Message | None, Message | None]:
    """What is read of a message, as HTML and as plain text. Where its parts cannot be told apart, all of it."""
    html, plain = _part(message, "text/html"), _part(message, "text/plain")
    if any(part is not None and body_of(part)[0].strip() for part in (html, plain)):
        return html, plain
    if (mended := _divided(message)) is not None:
        return _parts(mended)
    others = (_part(message, kind) for kind in ("text/", "multipart/"))
    return html, next((part for part in others if part is not None and body_of(part)[0].strip()), _around(message))


def _divided(message: Message) -> Message | None:
    """A message whose header names another boundary than stands between its parts, cut at those."""
    if message.get_content_maintype() != "multipart" or message.is_multipart():
        return None
    body, _ = body_of(message)
    if (match := _BOUNDARY.search(body)) is None:
        return None
    mended = message_from_bytes(b'Content-Type: multipart/mixed; boundary="%s"\n\n%s' % (match[1], body))
    return mended if mended.is_multipart() else None


def _around(message: Message) -> Message | None:
    """What stands before the first part of a message and behind its last, where the parts are empty or are none."""
    text = f"{message.preamble or ''}\n{message.epilogue or ''}"
    if not text.strip():
        return None
    return message_from_bytes(b"\n" + text.encode("utf-8", "surrogateescape"))


def _own(id: str, subject: str, body: bytes) -> bytes:
    """What tells a letter from others: also of one Message-ID, whatever ends its lines."""
    return b"\n".join((id.encode("utf-8", "replace"), subject.encode("utf-8", "replace"), b" ".join(body.split())))


def _part(message: Message, kind: str) -> Message | None:
    """The longest part of a kind ("text/": any) that is no attachment: a second one is a footer a list put below."""
    parts = [
        part
        for part in message.walk()
        if (part.get_content_type() == kind or (kind.endswith("/") and part.get_content_type().startswith(kind)))
        and not part.is_multipart()
        and not str(part.get("Content-Disposition", "")).lower().lstrip().startswith("attachment")
    ]
    return max(parts, key=lambda part: len(part.get_payload()), default=None)


def _page(html: Message | None, plain: Message | None) -> tuple[bytes, tuple[tuple[str, str], ...]]:
    if html is not None:
        data, charset = body_of(html)
        if data.strip():
            return data, (("Content-Type", f"text/html; charset={charset}" if charset else "text/html"),)
    text = _text(plain) if plain is not None else ""
    if not text.strip():
        return b"", ()
    paragraphs = (" ".join(paragraph.split()) for paragraph in _PARAGRAPHS.split(text))
    written = "\n".join(f"<p>{escape(paragraph)}</p>" for paragraph in paragraphs if paragraph)
    page = (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"></head><body><article>\n{written}\n</article></body></html>'
    )
    return page.encode("utf-8", "replace"), (("Content-Type", "text/html; charset=utf-8"),)


def _words(html: Message | None, plain: Message | None) -> str:
    """All of its text, for what no article can be found in: a few lines, or nothing but a list."""
    text = _text(plain) if plain is not None else ""
    if text.strip() or html is None:
        return plain_text(text[:_LONGEST_WORDS], is_html=False)
    return plain_text(_text(html)[:_LONGEST_WORDS], is_html=True)


def _text(part: Message) -> str:
    data, charset = body_of(part)
    for name in ("utf-8", charset, "cp1252"):
        try:
            return data.decode(name).replace("\r\n", "\n")
        except (LookupError, ValueError):
            continue
    return data.decode("latin-1").replace("\r\n", "\n")


# --- where it can be read ---


def _archived(message: Message) -> str | None:
    match = _PLAIN_LINK.search(header(message, "Archived-At"))
    return match[0] if match and canonical(match[0]) else None


def _in_browser(html: Message | None, plain: Message | None) -> str | None:
    """The link behind "view in your browser"; of a mail without one nothing is guessed: its links lead elsewhere."""
    if html is not None:
        text = _text(html)
        for match in _LINK.finditer(text if len(text) < 2 * _LOOKED_AT else text[:_LOOKED_AT] + text[-_LOOKED_AT:]):
            words = " ".join(unescaped(_MARKUP.sub(" ", match[3])).split())
            url = unescaped(match[1] or match[2]).strip()
            if _BROWSER.search(words) and not _UNSUBSCRIBE.search(words) and _is_page(url):
                return url
    lines = _text(plain).split("\n") if plain is not None else []
    for place, line in enumerate(lines):
        words = _PLAIN_LINK.sub(" ", line)
        if len(words) < 200 and _BROWSER.search(words) and not _UNSUBSCRIBE.search(words):
            link = _PLAIN_LINK.search(" ".join(lines[place : place + 3]))
            if link and _is_page(url := link[0].rstrip(").,;]")):
                return url
    return None


def _is_page(url: str) -> bool:
    address = split(url)
    return address is not None and (address.path not in ("", "/") or bool(address.query))


def _nowhere(of: bytes) -> str:
    return NOWHERE + hashlib.sha256(of).hexdigest()[:24]


# --- headers ---


def _decoded(value: object) -> str:
    """RFC 2047 where it is right, the bytes as text where it is not."""
    text = str(value) if not isinstance(value, str) else value
    text = _eight_bit(text)
    if "=?" not in text:
        return text
    try:
        pieces = decode_header(re.sub(r"\?=\s+=\?", "?==?", text))
    except (HeaderParseError, ValueError):
        return text
    return "".join(_piece(data, charset) for data, charset in pieces)


def _piece(data: bytes | str, charset: str | None) -> str:
    if isinstance(data, str):
        return data
    for name in (charset or "", "utf-8", "cp1252"):
        try:
            return data.decode(name)
        except (LookupError, ValueError):
            continue
    return data.decode("latin-1")


def _eight_bit(text: str) -> str:
    """Bytes beyond ASCII that stand in a header unencoded, as the parser hands them on."""
    try:
        data = text.encode("ascii", "surrogateescape")
    except UnicodeEncodeError:
        return text
    return text if data.isascii() else _piece(data, None)


def _received(message: Message) -> datetime | None:
    """When the last server on its way took it."""
    match = _DATED.search(header(message, "Received"))
    return moment(match[1]) if match else None


def _list_name(text: str) -> str:
    """`Beispielblatt am Morgen <morgen.list-id.beispielblatt.example>`: the words before it, else nothing."""
    words = plain_line(text.partition("<")[0].strip().strip('"'))
    return words if words and "<" in text else ""


def _language(text: str) -> str | None:
    match = re.match(r"\s*([A-Za-z]{2,3})(?![A-Za-z])", text)
    return match[1].lower() if match else None
