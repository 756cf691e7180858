"""Plain text out of what feeds put into titles, summaries and contents: markup, entities, both, or neither."""

from __future__ import annotations

import re
import unicodedata

from lxml import etree

from watcher.text.references import unescaped

# What is markup in a field that may be either: tags HTML knows, comments, entities. "List<String>" and "5 < 6" stay.
_KNOWN_TAGS = (
    "a|abbr|address|article|aside|audio|b|big|blockquote|body|br|button|caption|center|cite|code|dd|del|details|div|dl|"
    "dt|em|figcaption|figure|font|footer|form|h[1-6]|head|header|hr|html|i|iframe|img|input|ins|kbd|li|link|main|mark|"
    "meta|nav|nobr|noscript|object|ol|p|pre|q|s|samp|script|section|small|source|span|strike|strong|style|sub|sup|svg|"
    "table|tbody|td|tfoot|th|thead|time|title|tr|tt|u|ul|var|video|wbr"
)
_TAG = re.compile(rf"</?(?:{_KNOWN_TAGS})(?=[\s/>])[^<>]*>|<!--", re.IGNORECASE)
_MARKED_UP = re.compile(rf"</(?:{_KNOWN_TAGS})\s*>|<(?:{_KNOWN_TAGS})\s[^<>]*=|<w?br\s*/?>|<!--", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
_BLOCKS = (
    "address article aside blockquote br center dd details div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 header "
    "hr li main nav ol p pre section summary table tr ul"
).split()
_CELLS = ("td", "th")
_NUMBERED = re.compile(r"&#(?:[0-9]{1,8}|[xX][0-9a-fA-F]{1,7});?")
_ANY_TAG = re.compile(r"<[^<>]*>")
_UNREAD = "iframe noscript object script style svg template textarea select button".split()
_UNREAD_TAG = re.compile(rf"<(?:{'|'.join(_UNREAD)})(?=[\s/>])", re.IGNORECASE)
# Controls but tab and line feed, surrogates, non-characters, the byte order mark, and what turns the text around it.
_BEYOND = "".join(chr(plane << 16 | last) for plane in range(1, 17) for last in (0xFFFE, 0xFFFF))  # no characters
_DIRT = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff\u202a-\u202e\u2066-\u2069\u00ad"
    f"{_BEYOND}]"
)
_LINE_SEPARATORS = re.compile("[\x0b\x0c\u2028\u2029\r]")
# Characters 128 to 159 are controls that nobody writes: they are Windows-1252, taken for Latin-1 on the way.
_C1 = re.compile("[\x80-\x9f]")
# One look for what is hardly ever there. Beyond the first plane everything is looked at: a class that names single
# characters up there takes the search three times as long.
_ODD = re.compile(f"{_DIRT.pattern[: -1 - len(_BEYOND)]}\U00010000-\U0010ffff{_LINE_SEPARATORS.pattern[1:]}")


def plain_line(value: str) -> str:
    """One line of plain text, for titles and names: no markup, not even where it was escaped once too often.

    A lone tag that the text speaks of stays ("why <b> is out of fashion").
    """
    text = plain_text(value)
    if "<" in text and _MARKED_UP.search(text):
        text = _from_html(text)
    return " ".join(text.split())


def plain_text(value: str, *, is_html: bool | None = None) -> str:
    """Plain text with one paragraph a line: no markup, no entities, NFC, no control characters.

    `is_html` says what the feed declared. Where it declared nothing (None), a known tag or an entity makes it HTML.
    """
    if is_html is not False:
        if "<" in value and (is_html or _TAG.search(value)):
            return _from_html(value)
        value = unescaped(value) if "&" in value and _ENTITY.search(value) else value
    return _lines(clean(value))


def clean(text: str) -> str:
    """NFC without control characters, surrogates and non-characters; line separators become line feeds."""
    if not text.isascii() or not text.isprintable():
        if _ODD.search(text):
            text = _C1.sub(lambda match: match[0].encode("latin-1").decode("cp1252", "ignore"), text)
            text = _DIRT.sub("", _LINE_SEPARATORS.sub("\n", text))
        text = unicodedata.normalize("NFC", text)
    return text


def _from_html(value: str) -> str:
    value = clean(value).replace("\n", " ")  # a line break of the source is white space, not one of the text
    if "&#" in value:
        value = _NUMBERED.sub(_character, value)
    # A new parser each time: they are cheap, and a shared one is not safe in threads.
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=True)
    try:
        root = etree.fromstring(b"<div>" + value.encode("utf-8", "ignore") + b"</div>", parser)
        text = "" if root is None else _text_of(root, value)
    except (etree.XMLSyntaxError, ValueError):
        text = ""
    # Nothing left, and nothing taken out: nested deeper than libxml2 follows (2,048 levels).
    if not text.strip() and not _UNREAD_TAG.search(value):
        text = unescaped(_ANY_TAG.sub("", value))
    return _lines(clean(text))


def _character(match: re.Match[str]) -> str:
    """The character a numbered reference stands for, if a text may hold it; markup's own characters stay references."""
    character = unescaped(match[0])
    return match[0] if character in ("<", ">", "&") else clean(character)


def _text_of(root: etree._Element, value: str) -> str:
    if _UNREAD_TAG.search(value):
        etree.strip_elements(root, *_UNREAD, with_tail=False)
    for element in root.iter(*_BLOCKS):
        element.text = f"\n{element.text or ''}"
        element.tail = f"\n{element.tail or ''}"
    for element in root.iter(*_CELLS):
        element.tail = f" {element.tail or ''}"
    return "".join(root.itertext())


def _lines(text: str) -> str:
    return "\n".join(filter(None, (" ".join(line.split()) for line in text.split("\n"))))
