"""A page's bytes made ready for names to be looked for in them, without parsing: what folds in a text is folded here.

All of it errs to one side: what could be read as a name in the parsed page is still there afterwards. Names in Latin
letters are looked for in `low`, byte by byte beside `plain`, which keeps capitals and says what was not ASCII; names in
other scripts in `rest`, which has nothing else, so no tag can stand in the middle of one.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from html.entities import html5
from itertools import product
from unicodedata import category

from watcher.text.automaton import Marks
from watcher.text.fold import folded

ASCII = bytes(range(128))
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\r") + b"\x7f"
_LOWER = bytes(code + 32 if 65 <= code <= 90 else code for code in range(256))
# One replacement takes 0.04 to 0.08 ms of a page of 50 kB, a look at every character 1.2 ms.
_FEW = 12


class RawPage:
    """One page, or one way to read it."""

    __slots__ = ("_data", "_deleted", "_letters", "_plain", "_untagged", "low", "rest")

    def __init__(self, data: bytes, rest: bytes, deleted: bytes = _CONTROLS, table: bytes = _LOWER) -> None:
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
        return self._data.translate(None, _CONTROLS)

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


def raw_pages(body: bytes) -> tuple[RawPage, ...]:
    """The ways in which a page in UTF-8 can be read: as it stands, and with its references and escapes undone."""
    data, described = _without_code(body)
    pages = [data + b"\n" + escaped if (escaped := _unescaped_json(described)) else data]
    if _tells(data):
        pages.append(_unescaped(data))
        pages.append(_unescaped_json(_JSON.findall(pages[-1])))
    return tuple(_raw_page(page) for page in pages if page)


def _raw_page(data: bytes) -> RawPage:
    rest = b"" if data.isascii() else data.translate(None, ASCII)
    unusual = _unusual(rest.decode("utf-8", "ignore")) if rest else None
    if not unusual:
        return RawPage(data, rest)
    plan = _plan(unusual)
    if plan is None:
        data = data.decode("utf-8", "replace").translate(_EACH).encode("utf-8")
        return RawPage(data, data.translate(None, ASCII))
    for before, after in plan.replaced:
        data = data.replace(before, after)
    return RawPage(data, data.translate(None, ASCII) if plan.replaced else rest, plan.deleted, plan.table)


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
    kept = (_WHOLE_COMMENT.sub(b"", data) if b"<!--" in data else data).translate(None, _ALL_BUT_SIGNS)
    kept = kept.replace(b'""', b"").replace(b"<>", b"")
    # A tag ends at the first ">" outside of quotes; where those are odd, at the first.
    found: list[bytes] = []
    for read in (_QUOTED_TAG.sub(b"", kept), _LAX_TAG.sub(b"", kept)):
        bare = read.translate(None, _SIGNS)
        if bare != rest and bare not in found:
            found.append(bare)
    return b"".join(found)


# --- characters that are another one after folding --------------------------------------------------------------------

# Letters that fold to letters of their own script, by script: `rawfinder` takes care of those. What is rare in news is
# left out, as every letter here makes bytes alike that are not.
_OWN = (
    frozenset("АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯЁабвгдежзийклмнопрстуфхцчшщъыьэюяёїі"),
    frozenset("ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩαβγδεζηθικλμνξοπρστυφχψωςάέήίόύώ"),
    frozenset("ابتثجحخدذرزسشصضطظعغفقكلمنهويأإآؤئىیکةپچگ"),
    frozenset(map(chr, range(0x3041, 0x3100))),
)
_VANISHING = frozenset(map(chr, (*range(0x80, 0xA0), 0xFEFF, 0xFFFE, 0xFFFF)))
# Most of what is outside ASCII: gone through a run at a time. Nothing in it has anything instead of it.
_USUAL = re.compile(
    "[\u4e00-\u9fff\uac00-\ud7a3\u0410-\u044f\u0401\u0451\u0454-\u045b\u3041-\u3096\u30a0-\u30fe\u3001-\u301f"
    "\u0e01-\u0e32\u0e34-\u0e3a\u0e40-\u0e5b\u0904-\u0928\u092a-\u0930\u0932\u0933\u0935-\u0939\u093e-\u0957"
    "\u061d-\u063f\u0641-\u064a\u0660-\u066f\u0679-\u06bf\u06c1\u06c3-\u06d2\u06d4\u05d0-\u05ea\u0391-\u03a1"
    "\u03a3-\u03a9\u03ac-\u03af\u03b1-\u03c9\u03cc-\u03ce\u2010-\u2029\u202f-\u2035\u20ac\u00a0-\u00a9\u00ab\u00b0\u00b7"
    "\u00bb\u00bf\u00d7]+"
)
_usual: set[str] = set()
_unusual_ones: set[str] = set()


def own_script(character: str) -> frozenset[str] | None:
    """The letters among which a character folds."""
    return next((letters for letters in _OWN if character in letters), None)


def instead(character: str) -> str | None:
    """What stands for a character when names are looked for; None where it stands for itself."""
    if character in _VANISHING:
        return ""
    became = folded(character)
    if became == character:
        return None
    letters = own_script(character)
    if letters is not None and became in letters and _size(became) == _size(character):
        return None
    if became and all(letter < "\x80" and not letter.isalnum() for letter in became):
        return None
    is_capital = became.isascii() and (character.isupper() or character.istitle())
    return became.upper() if is_capital else became


def _size(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def _unusual(text: str) -> frozenset[str]:
    """Those of a text's characters that something else stands for. Each is looked at once in a process's life."""
    present = set(_USUAL.sub("", text))
    for character in present - _usual - _unusual_ones:
        (_usual if instead(character) is None else _unusual_ones).add(character)
    return frozenset(present & _unusual_ones)


class _Each(dict[int, str]):
    def __missing__(self, code: int) -> str:
        became = instead(chr(code))
        self[code] = chr(code) if became is None else became
        return self[code]


_EACH = _Each()


@dataclass(frozen=True, slots=True)
class _Plan:
    replaced: tuple[tuple[bytes, bytes], ...]
    deleted: bytes
    table: bytes


@lru_cache(maxsize=512)
def _plan(unusual: frozenset[str]) -> _Plan | None:
    """How a page with these characters is folded in few passes; None where a look at every character is cheaper.

    A letter with an accent is two bytes: the first, a few for all such letters, is deleted, the second becomes the
    letter without. Two letters that would need the same second byte cannot both be had so.
    """
    second: dict[int, int] = {}
    deleted: set[int] = set(_CONTROLS)
    replaced: list[tuple[bytes, bytes]] = []
    for character in sorted(unusual):
        data, became = character.encode("utf-8", "surrogatepass"), instead(character) or ""
        is_simple = len(data) == 2 and len(became) == 1 and became.isascii()
        if is_simple and second.setdefault(data[1], ord(became.lower())) == ord(became.lower()):
            deleted.add(data[0])
        else:
            replaced.append((data, became.encode("utf-8")))
    if len(replaced) > _FEW:
        return None
    table = bytearray(_LOWER)
    for code, letter in second.items():
        table[code] = letter
    # What vanishes comes last: an accent of its own may have followed a letter that is replaced.
    return _Plan(tuple(replaced), bytes(sorted(deleted)), bytes(table))


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
    body: bytes,
) -> tuple[bytes, list[bytes]]:
    """The page without its scripts and styles, which nobody reads, and without what is packed into its addresses.

    Mostly that is half of it, and 5 kB of random letters hold any short name. Kept is whatever may be data (JSON), and
    what a tag in a comment or an attribute could be mistaken for. Beside it the data, once more.
    """
    pieces: list[bytes] = []
    described: list[bytes] = []
    done = 0  # up to where the page is in pieces, or left out of them
    behind = begun = inside = 0  # where the last element ended; the tag of the one that is open
    element, is_odd, is_data, in_comment = b"", False, False, False
    for index, start, end in _MARKS.places(body):
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
            if (tag := _TAG_OF_CODE.match(body, start)) is not None:
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


def _is_telling(text: str) -> bool:
    """True for what, in the place of a reference, may be part of a name."""
    return any(folded(each) == "" or instead(each) == "" or any(map(_is_written, folded(each))) for each in text)


def _is_written(character: str) -> bool:
    """Letters, digits, and the signs without which a word of many scripts is another one (vowels of Devanagari)."""
    return character.isalnum() or category(character).startswith("M")


# Without the commonest ones, which are never part of a name: there are fifty of those in a page.
_REFERENCE = re.compile(rb"&(?!amp;|nbsp;|quot;|#39;|lt;|gt;)(#?[A-Za-z0-9]{1,32};?)")
_LEGACY = tuple(name for name in html5 if not name.endswith(";"))  # what is read without its semicolon, too


def _tells(data: bytes) -> bool:
    """True for a page with a reference that may be part of a name, or end where one begins."""
    return any(map(_may_be_part, set(_REFERENCE.findall(data))))


@lru_cache(maxsize=4096)
def _may_be_part(reference: bytes) -> bool:
    name = reference.decode("ascii")
    if name.startswith("#"):
        return not name.endswith(";") or _is_telling(_NUMBER.sub(_numbered, f"&{name}") or "\u200b")
    if name in html5:
        return _is_telling(html5[name])
    return name.startswith(_LEGACY)


_NUMBER = re.compile(r"&#(?:[xX]([0-9a-fA-F]{1,8})|([0-9]{1,8}));?")


def _unescaped(data: bytes) -> bytes:
    text = _NUMBER.sub(_numbered, data.decode("utf-8", "replace"))
    return unescape(text).encode("utf-8", "replace")


def _numbered(match: re.Match[str]) -> str:
    """A numeric reference as a parser reads it: what names no character is left out."""
    code = int(match[1], 16) if match[1] else int(match[2])
    if code in (9, 10, 13):
        return " "
    if code < 32 or 0x7F <= code < 0xA0 or 0xD800 <= code < 0xE000 or code > 0x10FFFF or code & 0xFFFE == 0xFFFE:
        return match[0] if 0x80 <= code < 0xA0 else ""
    return chr(code)


_JSON = re.compile(rb"<script[^>]{0,2000}?(?:json|ld|&)[^>]{0,2000}>(.{0,5000000}?)</script", re.IGNORECASE | re.DOTALL)
_ESCAPE = re.compile(rb"(?:\\u[0-9a-fA-F]{4})+")


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


__all__ = ["ASCII", "RawPage", "instead", "own_script", "raw_pages"]
