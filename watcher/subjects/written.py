"""A rule as it stands in `config.toml`: a script a line, and what was not taken as a comment."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from watcher.subjects.names import Name, Proposal, is_letter
from watcher.types import TopicRule

_WIDE = 110
_NEEDS = "# count only with one of `needs` in the same sentence"


def rule_lines(proposal: Proposal) -> str:
    """The lines of `[topics.ID]`, ending with a line break."""
    rule = proposal.rule
    lines = [f"[topics.{_key(rule.id)}]", f"title = {quoted(rule.title)}"]
    strong = [name for name in proposal.names if name.place == "names"]
    lines += _list("names", _by_script(strong)) or ["names = []"]
    weak = [name for name in proposal.names if name.place == "weak"]
    if weak:
        lines += _list("weak", _by_script(weak), _NEEDS)
        lines += _list("needs", _rows(map(quoted, rule.needs)))
    if rule.never:
        lines += _list("never", _rows(map(quoted, rule.never)), "# looks like a name and is none")
    perhaps = [name for name in proposal.names if name.place == "perhaps"]
    lines += [f"# perhaps: {quoted(name.name)}   ({name.why})" for name in perhaps]
    return "\n".join(lines) + "\n"


def topic_table(rule: TopicRule) -> dict[str, object]:
    """What those lines say, as it is read back."""
    table: dict[str, object] = {"title": rule.title, "names": list(rule.names)}
    for key, words in (("weak", rule.weak), ("needs", rule.needs if rule.weak else ()), ("never", rule.never)):
        if words:
            table[key] = list(words)
    return table


def _key(id: str) -> str:
    return id if all(letter.isascii() and (letter.isalnum() or letter in "-_") for letter in id) else quoted(id)


def _by_script(names: Sequence[Name]) -> list[str]:
    """A new row for each script; names come with those of a script together."""
    scripts = dict.fromkeys(name.script for name in names)
    return [row for script in scripts for row in _rows(quoted(name.name) for name in names if name.script == script)]


def _rows(words: Iterable[str]) -> list[str]:
    rows: list[str] = []
    for word in words:
        if rows and len(rows[-1]) + len(word) < _WIDE:
            rows[-1] += f" {word},"
        else:
            rows.append(f"{word},")
    return rows


def _list(key: str, rows: Sequence[str], comment: str = "") -> list[str]:
    if not rows:
        return []
    tail = f"   {comment}" if comment else ""
    if len(rows) == 1:
        return [f"{key} = [{rows[0].rstrip(',')}]{tail}"]
    return [f"{key} = [{tail}", *(f"  {row}" for row in rows), "]"]


def quoted(text: str) -> str:
    """A TOML string: JSON's, in which only the letter that TOML forbids besides is left out."""
    return json.dumps("".join(sign for sign in text if is_letter(sign)), ensure_ascii=False)
