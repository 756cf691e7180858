"""Lists to take along: of a search, of a story, of what was saved, of an edition; with date, outlet and link."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, get_args

from watcher.errors import UsageError
from watcher.types import SearchHit, StoredArticle

ExportForm = Literal["csv", "markdown", "json"]
EXPORT_FORMS: tuple[ExportForm, ...] = get_args(ExportForm)
MEDIA: Mapping[ExportForm, tuple[str, str]] = {  # the type it is sent as, the ending of its file
    "csv": ("text/csv", "csv"),
    "markdown": ("text/markdown", "md"),
    "json": ("application/json", "json"),
}
COLUMNS = ("date", "outlet", "title", "url", "language", "topics", "story", "relation", "note")
# With one of these at its beginning a spreadsheet takes a cell for something to be worked out.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


@dataclass(frozen=True, slots=True)
class Exported:
    """One article in a list that is taken along."""

    date: datetime
    outlet: str
    title: str
    url: str
    language: str
    topics: tuple[str, ...] = ()
    story: str = ""
    relation: str = ""  # to its story's first report, where the list is of stories
    note: str = ""


def export_form(name: str | None) -> ExportForm | None:
    """The form of this name; UsageError for one that is none."""
    found = next((form for form in EXPORT_FORMS if form == name), None)
    if name is not None and found is None:
        raise UsageError(f"--format {name}: choose one of {', '.join(EXPORT_FORMS)}")
    return found


def of_hit(hit: SearchHit) -> Exported:
    return Exported(hit.date, hit.outlet, hit.title, hit.url, hit.language, hit.topics, hit.story)


def of_article(stored: StoredArticle, note: str = "") -> Exported:
    found = stored.article
    topics = tuple(match.topic for match in stored.topics if match.about)
    told = (found.title, found.url, found.language, topics, stored.story, stored.relation.value, note)
    return Exported(found.effective, found.outlet, *told)


def of_edition(shape: Mapping[str, Any]) -> list[Exported]:
    """The articles of an edition in the contract's shape, story by story in its order."""
    stories = [story for section in shape["sections"] for story in section["stories"]]
    stories += [story for shelf in shape["shelves"] for story in shelf["stories"]]
    stories += [*shape["headlines"], *shape["known"]]
    of_stories = [(story, article) for story in stories for article in story["articles"]]
    return [_reported(article, story) for story, article in of_stories] + [
        _reported(article, {"id": "", "topics": article["topics"]}) for article in shape["mentions"]
    ]


def _reported(article: Mapping[str, Any], story: Mapping[str, Any]) -> Exported:
    return Exported(
        datetime.fromisoformat(article["published"]),
        article["outlet"],
        article["title"],
        article["url"] or "",
        article["language"],
        tuple(story.get("topics") or filter(None, [story.get("topic", "")])),
        story["id"],
        article["relation"],
    )


def written(rows: Iterable[Exported], form: ExportForm, title: str = "", remark: str = "") -> str:
    """The list in one form: a table for spreadsheets, Markdown for notes, JSON for programs.

    A remark on the list itself ends it: a row with nothing but a note, in Markdown a line of its own.
    """
    if form == "markdown":
        return _markdown(rows, title, remark)
    table = [*map(_row, rows), *([_remark(remark)] if remark else [])]
    return json.dumps(table, ensure_ascii=False, indent=1) + "\n" if form == "json" else _csv(table)


def _row(each: Exported) -> dict[str, Any]:
    row = {name: getattr(each, name) for name in COLUMNS}
    return row | {"date": _moment(each.date), "topics": list(each.topics)}


def _remark(remark: str) -> dict[str, Any]:
    return dict.fromkeys(COLUMNS, "") | {"topics": [], "note": remark}


def _csv(table: Iterable[Mapping[str, Any]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)  # lines end with CR LF, as RFC 4180 has them
    writer.writerow(COLUMNS)
    for row in table:
        writer.writerow([_cell(", ".join(cell) if isinstance(cell, list) else cell) for cell in row.values()])
    return text.getvalue()


def _cell(text: str) -> str:
    """One line without control characters; what a spreadsheet would work out is quoted, so that it stays text."""
    line = text if text.isprintable() else "".join(sign if sign.isprintable() else " " for sign in text)
    return f"'{line}" if text.startswith(_FORMULA) or line.lstrip().startswith(_FORMULA) else line


def _markdown(rows: Iterable[Exported], title: str, remark: str) -> str:
    from watcher.render.clean import link
    from watcher.render.plain import markdown

    def said(text: str) -> str:
        return str(markdown(" ".join(text.split())))

    lines = [f"# {said(title)}", ""] if title else []
    for each in rows:
        address = link(each.url)
        heading = f"[{said(each.title)}](<{address}>)" if address else said(each.title)
        about = [said(each.outlet), each.date.astimezone(UTC).date().isoformat(), said(each.language)]
        lines.append(f"- {heading} — {', '.join(part for part in about if part)}")
        lines += [f"  {said(each.note)}"] if each.note else []
    lines += ["", f"*{said(remark)}*"] if remark else []
    return "\n".join(lines) + "\n"


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
