"""A page's bytes made ready for names to be looked for in them, without parsing: what folds in a text is folded here.

All of it errs to one side: what could be read as a name in the parsed page is still there afterwards. Names in Latin
letters are looked for in `low`, byte by byte beside `plain`, which keeps capitals and says what was not ASCII; names in
other scripts in `rest`, which has nothing else, so no tag can stand in the middle of one.
"""

from __future__ import annotations

import contextlib
import re
import sys
from collections.abc import Iterator
from functools import lru_cache
from html.entities import html5
from itertools import product, repeat
from unicodedata import category, normalize

from watcher.text.automaton import Marks
from watcher.text.fold import folded
from watcher.text.rawletters import CONTROLS, EACH, LOWER, instead, plan, unusual_letters
from watcher.text.references import unescaped

ASCII = bytes(range(128))


class RawPage:
    """One page, or one way to read it."""

    __slots__ = ("_data", "_deleted", "_letters", "_plain", "_untagged", "low", "rest")

    def __init__(self, data: bytes, rest: bytes, deleted: bytes = CONTROLS, table: bytes = LOWER) -> None:
        self._data, self._deleted = data, deleted
        self._plain: bytes | None = None
        self._letters: str | None = None
        self._untagged: bytes | None = None
        self.low = data.translate(table, deleted)
        self.rest = rest

    @property
    def plain(self) -> bytes:
        """The same with its capitals: asked for where something is found, which is nowhere in most pages."""
        if self._plain is None:
            self._plain = self._data.translate(None, self._deleted)
        return self._plain

    @property
    def whole(self) -> bytes:
        """All of it, but for what no text keeps."""
        return self._data.translate(None, CONTROLS)

    @property
    def untagged(self) -> bytes:
        """What is outside ASCII, once more without what stands in tags; empty where that makes no difference."""
        if self._untagged is None:
            self._untagged = _outside_tags(self._data, self.rest)
        return self._untagged

    @property
    def letters(self) -> str:
        """What is in `rest` and `untagged`, folded."""
        if self._letters is None:
            self._letters = folded((self.rest + self.untagged).decode("utf-8", "ignore"))
        return self._letters


def raw_pages(body: bytes, signs: frozenset[str] = frozenset()) -> tuple[RawPage, ...] | None:
    """The ways in which a page in UTF-8 can be read: as it stands, and with its references and escapes undone, as often
    as they were made. `signs` are part of names, though they are no letters.

    None for one that would take many times as long as others of its size.
    """
    marks = _MARKS.places(body)
    if len(marks) > _MOST_OPEN and _is_costly(body):  # its comments are among the marks
        return None
    data, described = _without_code(body, marks)
    pages = [data + b"\n" + escaped if (escaped := _unescaped_json(described)) else data]
    for _ in range(_MOST_TIMES):
        if not _tells(data, signs):
            break
        data = _unescaped(data)
        if _is_costly(data):
            return None
        pages += (data, _unescaped_json(_described(data)))
    pages += [_composed(page) for page in pages if b"\xe1" in page and _VOWELS in page]
    return tuple(_raw_page(page) for page in pages if page)


_MOST_TIMES = 3  # references within references: "Z&amp;uuml;rich" is read by several programs in turn
_VOWELS = b"\xe1\x85"  # of Korean, taken apart: without one of them there is no syllable


def _composed(data: bytes) -> bytes:
    """A page with Korean that is written in the parts of its syllables, as some systems do: put together, in tags and
    without them.
    """
    data = data.translate(None, CONTROLS)
    return b"\n".join(
        normalize("NFC", each.decode("utf-8", "replace")).encode("utf-8")
        for each in (data, _LAX_TAG.sub(b"", _without_comments(data)[0]))
    )


def _raw_page(data: bytes) -> RawPage:
    rest = b"" if data.isascii() else data.translate(None, ASCII)
    unusual = unusual_letters(rest.decode("utf-8", "ignore")) if rest else None
    if not unusual:
        return RawPage(data, rest)
    folding = plan(unusual)
    if folding is None:
        data = data.decode("utf-8", "replace").translate(EACH).encode("utf-8")
        return RawPage(data, data.translate(None, ASCII))
    for before, after in folding.replaced:
        data = data.replace(before, after)
    return RawPage(data, data.translate(None, ASCII) if folding.replaced else rest, folding.deleted, folding.table)


_SIGNS = b"<>\"'"
_ALL_BUT_SIGNS = ASCII.translate(None, _SIGNS)
_WHOLE_COMMENT = re.compile(rb"<!--(?!-?>).*?-->", re.DOTALL)
_QUOTED_TAG = re.compile(rb"<[^<>\"']*(?:(?:\"[^\"]*\"|'[^']*')[^<>\"']*+)*+>")
_LAX_TAG = re.compile(rb"<[^<>]*>")


def _outside_tags(data: bytes, rest: bytes) -> bytes:
    """What a page holds outside ASCII without what stands in tags and comments, if that is not all of it: no attribute
    stands in the middle of a word, as in "华为<a title="点击">昇腾</a>".

    It is looked for in what is left of a page without the rest of ASCII, where most tags are two signs.
    """
    kept = (_without_comments(data)[0] if b"<!--" in data else data).translate(None, _ALL_BUT_SIGNS)
    kept = kept.replace(b'""', b"").replace(b"<>", b"")
    # A tag ends at the first ">" outside of quotes; where those are odd, at the first.
    found: list[bytes] = []
    for read in (_QUOTED_TAG.sub(b"", kept), _LAX_TAG.sub(b"", kept)):
        bare = read.translate(None, _SIGNS)
        if bare != rest and bare not in found:
            found.append(bare)
    return b"".join(found)


def _without_comments(data: bytes) -> tuple[bytes, int]:
    """The page without its comments, and how many those were."""
    closed, end, open_ = data.rpartition(b"-->")  # from every comment behind it the page would be looked at to its end
    kept, count = _WHOLE_COMMENT.subn(b"", closed + end)
    return kept + open_, count


_MOST_OPEN = 200  # comments that do not end, each of which may cost a look at 5,000 bytes wherever a name begins


def _is_costly(data: bytes) -> bool:
    """True for a page that nobody wrote by hand, nor any program that writes pages: comments without an end."""
    begun = data.count(b"<!--")
    if begun <= _MOST_OPEN:
        return False
    return begun - _without_comments(data)[1] - data.count(b"<!-->") - data.count(b"<!--->") > _MOST_OPEN


# --- code, references, escapes ----------------------------------------------------------------------------------------


_PACKED = b";base64,"
_PICTURE = re.compile(rb"[A-Za-z0-9+/=]{40,}(?=[\"')])")
_OPENED, _CLOSED, _COMMENT, _COMMENTED, _PACKED_HERE = range(5)


def _marks() -> Iterator[tuple[bytes, int, bytes]]:
    """What tells where an element may begin or end: two letters of its name in any case, "<sCript" is one, too."""
    for name in (b"script", b"style"):
        for letters in product(*((letter, letter - 32) for letter in name[:2])):
            yield b"<" + bytes(letters), _OPENED, name
            yield b"</" + bytes(letters), _CLOSED, name
    yield b"<!--", _COMMENT, b""
    yield b"-->", _COMMENTED, b""
    yield _PACKED, _PACKED_HERE, b""


_KINDS = tuple((kind, name) for _, kind, name in _marks())
_MARKS = Marks([mark for mark, _, _ in _marks()])


def _without_code(  # noqa: C901 - one loop over thirty marks a page: calls within it took longer than the rest
    body: bytes, marks: list[tuple[int, int, int]]
) -> tuple[bytes, list[bytes]]:
    """The page without its scripts and styles, which nobody reads, and without what is packed into its addresses.

    Mostly that is half of it, and 5 kB of random letters hold any short name. Kept is whatever may be data (JSON), and
    what a tag in a comment or an attribute could be mistaken for. Beside it the data, once more.
    """
    pieces: list[bytes] = []
    described: list[bytes] = []
    done = 0  # up to where the page is in pieces, or left out of them
    behind = begun = inside = 0  # where the last element ended; the tag of the one that is open
    last = body.rfind(b">")  # no tag begins behind it: from every "<script " the page would be looked at to its end
    element, is_odd, is_data, in_comment = b"", False, False, False
    for index, start, end in marks:
        kind, name = _KINDS[index]
        if element:  # nothing counts within it but its end
            if start < inside:
                continue
            if kind == _COMMENTED:
                is_odd = True
            elif name is element and _is_named(body, start + 1 + kind, name):
                if kind == _CLOSED:
                    if is_data:
                        described.append(body[inside:start])
                    elif not is_odd:
                        pieces.append(body[done:begun])
                        done = start
                    element, behind = b"", start
                else:
                    is_odd = True
        elif kind == _OPENED:
            if start < last and (tag := _TAG_OF_CODE.match(body, start)) is not None:
                inside = tag.end()
                is_data = inside - start > _BARE_TAG and _is_data(tag[0])
                # In a tag, it is an attribute's.
                is_odd = in_comment or body.rfind(b"<", behind, start) > body.rfind(b">", behind, start)
                element, begun = name, start
        elif kind == _PACKED_HERE:
            if start >= done and (picture := _PICTURE.match(body, end)):
                pieces.append(body[done:end])
                done = picture.end()
        elif kind != _CLOSED:
            in_comment = kind == _COMMENT and not body.startswith((b">", b"->"), end)  # "<!-->" is a whole one
    return (b"".join((*pieces, body[done:])) if pieces else body), described


_TAG_OF_CODE = re.compile(rb"<(?:script|style)(?:[/ \t\n\r\f][^>]*)?>", re.IGNORECASE)
_BARE_TAG = len(b"<script>")


def _is_named(body: bytes, place: int, name: bytes) -> bool:
    end = place + len(name)
    return end < len(body) and body[place:end].lower() == name


def _is_data(tag: bytes) -> bool:
    tag = tag.lower()
    return b"json" in tag or b"&" in tag or b"ld" in tag


def _is_telling(text: str, signs: frozenset[str]) -> bool:
    """True for what, in the place of a reference, may be part of a name."""
    return any(
        folded(each) == ""
        or instead(each) == ""
        or any(map(_is_written, folded(each)))
        or not signs.isdisjoint(folded(each))
        for each in text
    )


def is_sign(character: str) -> bool:
    """True for what is outside ASCII and no letter. Signs of ASCII are not looked for."""
    return character > "\x7f" and not _is_written(character)


def _is_written(character: str) -> bool:
    """Letters, digits, and the signs without which a word of many scripts is another one (vowels of Devanagari)."""
    return character.isalnum() or category(character).startswith("M")


# Without the commonest ones, which are never part of a name: there are fifty of those in a page.
_REFERENCE = re.compile(
    rb"&(?!amp;(?!#|[A-Za-z0-9]{1,32};)|nbsp;|quot;|#39;|lt;|gt;)"
    rb"((?:(?:amp|#0?38|#[xX]26);)*+#?[A-Za-z0-9]{1,32};?)"
)
_COMMON = frozenset(("nbsp;", "quot;", "#39;", "lt;", "gt;"))
_LEGACY = tuple(name for name in html5 if not name.endswith(";"))  # what is read without its semicolon, too


def _tells(data: bytes, signs: frozenset[str]) -> bool:
    """True for a page with a reference that may be part of a name, or end where one begins."""
    return any(map(_may_be_part, set(_REFERENCE.findall(data)), repeat(signs)))


@lru_cache(maxsize=4096)
def _may_be_part(reference: bytes, signs: frozenset[str]) -> bool:
    *outer, name = reference.decode("ascii").rstrip(";").split(";")
    name += ";" * reference.endswith(b";")
    if outer and (name in _COMMON or not name.endswith(";")):
        return False  # mostly an address: "?a=1&#038;region=2"
    if name.startswith("#"):
        return not name.endswith(";") or _is_telling(_NUMBER.sub(_numbered, f"&{name}") or "\u200b", signs)
    if name in html5:
        return _is_telling(html5[name], signs)
    return name.startswith(_LEGACY)


_NUMBER = re.compile(r"&#(?:[xX]([0-9a-fA-F]++)|([0-9]++));?")
_MOST_DIGITS = 8  # of a character's number, without the zeros before it


def _unescaped(data: bytes) -> bytes:
    text = _NUMBER.sub(_numbered, data.decode("utf-8", "replace"))
    return unescaped(text).encode("utf-8", "replace")


def _numbered(match: re.Match[str]) -> str:
    """A numeric reference as a parser reads it: what names no character is left out."""
    digits = (match[1] or match[2]).lstrip("0") or "0"
    code = int(digits, 16 if match[1] else 10) if len(digits) <= _MOST_DIGITS else sys.maxunicode + 1
    if code in (9, 10, 13):
        return " "
    if 0x80 <= code < 0xA0:
        return f"&#{code};"  # one of a page in Windows' charset
    if code < 32 or code == 0x7F or 0xD800 <= code < 0xE000 or code > sys.maxunicode or code & 0xFFFE == 0xFFFE:
        return ""
    return chr(code)


_ESCAPE = re.compile(rb"(?:\\u[0-9a-fA-F]{4})+")
_SCRIPT = re.compile(rb"<script[^>]*>", re.IGNORECASE)
_SCRIPT_ENDS = re.compile(rb"</script", re.IGNORECASE)


def _described(data: bytes) -> list[bytes]:
    """What stands in a page's scripts that are data."""
    found: list[bytes] = []
    last, place = data.rfind(b">"), 0
    while (tag := _SCRIPT.search(data, place, last + 1)) is not None:
        place = tag.end()
        if _is_data(tag[0]):
            ends = _SCRIPT_ENDS.search(data, place)
            if ends is None:
                break
            found.append(data[place : ends.start()])
            place = ends.end()
    return found


def _unescaped_json(found: list[bytes]) -> bytes:
    """The JSON of a page with its escapes undone; empty without any."""
    blocks = b"\n".join(block for block in found if b"\\u" in block)
    if not blocks:
        return b""
    if blocks.isascii() and b"\\\\" not in blocks:
        with contextlib.suppress(UnicodeDecodeError):  # an escape that is none
            text = blocks.decode("raw_unicode_escape")
            return text.encode("utf-16", "surrogatepass").decode("utf-16", "ignore").encode("utf-8")
    return _ESCAPE.sub(_characters, blocks)


def _characters(match: re.Match[bytes]) -> bytes:
    units = bytes.fromhex(match[0].replace(b"\\u", b"").decode("ascii"))
    return units.decode("utf-16-be", "ignore").encode("utf-8")
