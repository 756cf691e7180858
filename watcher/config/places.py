"""On which line of a TOML file each key stands.

A scanner for text that `tomllib` has already accepted: it trusts the syntax and only follows where things begin.
A path is the way through the parsed data: `("sources", 0, "url")`.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right

Path = tuple[str | int, ...]

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_KEY_PART = re.compile(r"""[ \t]*([A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*')[ \t]*(\.?)""")
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}(?!")' r"|'''.*?'{3,5}(?!')" r'|"(?:[^"\\]|\\.)*"' r"|'[^']*'",
    re.DOTALL,
)
_BARE = re.compile(r"[^,\]}#\n]*")


def key_lines(text: str) -> dict[Path, int]:
    """The line (from 1) on which each table, key and list item of a valid TOML text begins."""
    return _Scanner(text.replace("\r\n", "\n")).scan()


def header_lines(text: str) -> list[int]:
    """The lines on which a `[table]` or `[[table]]` header stands, from the top down."""
    scanner = _Scanner(text.replace("\r\n", "\n"))
    scanner.scan()
    return scanner.headers


class _Scanner:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self._lines: dict[Path, int] = {(): 1}
        self.headers: list[int] = []
        self._tables: dict[Path, int] = {}  # how many [[tables]] of this name so far

    def scan(self) -> dict[Path, int]:
        table: Path = ()
        while self._skip_blank() < len(self._text):
            line = self._line()
            if self._text.startswith("[", self._at):
                table = self._header()
                self._lines.setdefault(table, line)
            else:
                self._assignment(table)
        return self._lines

    def _line(self) -> int:
        return bisect_right(self._starts, self._at)

    def _skip_blank(self) -> int:
        self._at = self._match(_BLANK).end()
        return self._at

    def _match(self, pattern: re.Pattern[str]) -> re.Match[str]:
        match = pattern.match(self._text, self._at)
        if match is None:
            raise ValueError(f"not TOML at character {self._at}")
        return match

    def _key(self) -> list[str]:
        parts: list[str] = []
        while True:
            match = self._match(_KEY_PART)
            self._at = match.end()
            part = match[1]
            parts.append(tomllib.loads(f"x = {part}")["x"] if part[0] in "\"'" else part)
            if not match[2]:
                return parts

    def _header(self) -> Path:
        line = self._line()
        self.headers.append(line)
        repeated = self._text.startswith("[[", self._at)
        self._at += 2 if repeated else 1
        *parents, last = self._key()
        self._at += 2 if repeated else 1
        path = (*self._inside(parents, line), last)
        if repeated:
            self._lines.setdefault(path, line)
            count = self._tables.get(path, 0)
            self._tables[path] = count + 1
            return (*path, count)
        return path

    def _inside(self, keys: list[str], line: int) -> Path:
        """Follows a table's name; a name that stands for [[tables]] means the last of them."""
        path: Path = ()
        for key in keys:
            path = (*path, key)
            self._lines.setdefault(path, line)
            if count := self._tables.get(path):
                path = (*path, count - 1)
        return path

    def _assignment(self, table: Path) -> None:
        line = self._line()
        path = table
        for part in self._key():
            path = (*path, part)
            self._lines.setdefault(path, line)
        self._at += 1  # the =
        self._value(path)

    def _value(self, path: Path) -> None:
        self._at = self._match(re.compile(r"[ \t]*")).end()
        opening = self._text[self._at : self._at + 1]
        if opening == "[":
            self._list(path)
        elif opening == "{":
            self._inline_table(path)
        else:
            self._at = self._match(_STRING if opening in ("'", '"') else _BARE).end()

    def _list(self, path: Path) -> None:
        self._at += 1
        count = 0
        while not self._text.startswith("]", self._skip_blank()):
            self._lines[(*path, count)] = self._line()
            self._value((*path, count))
            count += 1
            self._skip_comma()
        self._at += 1

    def _inline_table(self, path: Path) -> None:
        self._at += 1
        while not self._text.startswith("}", self._skip_blank()):
            self._assignment(path)
            self._skip_comma()
        self._at += 1

    def _skip_comma(self) -> None:
        if self._text.startswith(",", self._skip_blank()):
            self._at += 1
