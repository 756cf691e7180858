"""What stands in the pages of the documentation: blocks of code with what the comment before each says about it.

A comment in HTML right before a block speaks to the test, and to whoever reads the source of a page:

    not run: WHY            this block needs what a test has not (root, an account); WHY says how it is checked instead
    leaves with N           the last command of the block ends with this exit code
    stays until "WORDS"     the command goes on running beside what follows; it has started once it said these words
    written to FILE         the block is what stands in this file from here on
    added to FILE           the block comes to what stands there

In ```console blocks, lines that begin with `$ ` are commands, those that begin with `> ` go on with one, all others are
what it prints: `…` stands for what differs from run to run, alone on a line for any number of lines. A command without
lines after it may print what it wants. In ```sh blocks each line is a command.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = tuple(sorted([*(ROOT / "docs").rglob("*.md"), ROOT / "README.md"]))

_FENCE = re.compile(r"^(`{3,})(\w*)\s*$")
_COMMENT = re.compile(r"^<!-- (.*?) -->$")


@dataclass(frozen=True)
class Block:
    """One block: the page and line where it begins, its language, its text and what was said before it."""

    page: Path
    line: int
    language: str
    text: str
    said: tuple[str, ...]

    @property
    def place(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"

    def told(self, words: str) -> str | None:
        """The rest of the comment that begins with these words; None without one."""
        return next((each.removeprefix(words).strip() for each in self.said if each.startswith(words)), None)

    def commands(self) -> Iterator[tuple[str, list[str]]]:
        """Each command and the lines that it is shown to print."""
        if self.language == "sh":
            for line in self.text.replace("\\\n", " ").splitlines():
                if line.strip() and not line.startswith("#"):
                    yield line, []
            return
        command: list[str] = []
        shown: list[str] = []
        for line in self.text.splitlines():
            if line.startswith("$ "):
                if command:
                    yield "\n".join(command), shown
                command, shown = [line[2:]], []
            elif line.startswith("> ") and not shown:
                command.append(line[2:])
            else:
                shown.append(line)
        if command:
            yield "\n".join(command), shown


def blocks(page: Path) -> list[Block]:
    """The blocks of a page, in order."""
    found: list[Block] = []
    said: list[str] = []
    inside: tuple[str, str, int] | None = None
    text: list[str] = []
    for number, line in enumerate(page.read_text("utf-8").splitlines(), start=1):
        fence = _FENCE.match(line.strip()) if inside is None or line.strip() == inside[0] else None
        if inside is None and fence:
            inside, text = (fence[1], fence[2], number), []
        elif inside is not None and fence:
            found.append(Block(page, inside[2], inside[1], "\n".join(text), tuple(said)))
            inside, said = None, []
        elif inside is not None:
            text.append(line)
        elif comment := _COMMENT.match(line.strip()):
            said.append(comment[1])
        elif line.strip():
            said = []
    assert inside is None, f"{page}: the block of line {inside and inside[2]} has no end"
    return found


def fits(shown: list[str], printed: str) -> bool:
    """True when what was printed is what the page shows."""
    pattern = ""
    for line in shown:
        pattern += (
            r"(?:.*\n)*?" if line.strip() == "…" else r".*?".join(map(re.escape, line.rstrip().split("…"))) + "\n"
        )
    return re.fullmatch(pattern, "".join(f"{line.rstrip()}\n" for line in printed.splitlines())) is not None
