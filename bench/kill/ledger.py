"""What must hold after each kill, and when everything is told: counted against the origin and the mail server.

A second copy is allowed for one reason: the mail server had taken the mail, and the kill came before our note of it.
That is so when a killed child leaves a mail taken and not noted, at most one a kill; it will come once more.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

from kill.sink import GONE, Sink
from kill.stage import Origin
from watcher.store import SqlStore, open_store
from watcher.types import Edition, Entry, OutboxRow

SOURCES = ("paper", "echo")
INTERVAL = timedelta(minutes=30)
_NEVER = datetime.max.replace(tzinfo=UTC)
_SERVED_LATE = timedelta(minutes=10)  # five seconds of real time between a claim and the answer seen here


@dataclass
class Ledger:
    """The books of one life."""

    folder: Path
    origin: Origin
    sink: Sink
    schedules: dict[str, frozenset[str]]  # schedule -> its recipients
    database: str | None = None  # the address of one on a server
    problems: list[str] = field(default_factory=list)
    lost_articles: int = 0
    lost_mails: int = 0
    doubled: int = 0
    windows: Counter[tuple[str, str]] = field(default_factory=Counter)  # mails taken, with the note of it lost
    left_behind: int = 0  # files begun in `out` and never finished
    checks: int = 0
    waiting_since: datetime = _NEVER  # of the mail that waits longest
    _taken: Counter[tuple[str, str]] = field(default_factory=Counter)
    _noted: set[str] = field(default_factory=set)  # Message-IDs whose delivery is noted
    _sending: set[int] = field(default_factory=set)
    _payloads: dict[str, str] = field(default_factory=dict)
    _due: dict[str, datetime] = field(default_factory=dict)
    _asked: int = 0
    _files: dict[Path, tuple[int, int]] = field(default_factory=dict)

    def after(self, what: str, *, killed: bool) -> bool:
        """Looks at everything after a child has ended; whether its end fell between final dot and commit."""
        told = len(self.problems)
        with open_store(self.folder / "data", self.database, read_only=True) as store:
            self.problems += store.integrity()
            rows = store.outbox()
            fell_between = self._mails(rows, killed=killed)
            self._asks(store)
        self._pages()
        self.checks += 1
        self.problems[told:] = [f"{what}: {problem}" for problem in self.problems[told:]]
        return fell_between

    def _mails(self, rows: tuple[OutboxRow, ...], *, killed: bool) -> bool:
        by_name = {(row.message_id, row.recipient): row for row in rows}
        unnoted = 0
        for mail, count in (self.sink.taken - self._taken).items():
            row = by_name.get(mail)
            if row is None:
                self.doubled += 1
                self.problems.append(f"a mail that nobody queued: {mail}")
            elif row.state == "delivered" and count == 1 and row.message_id not in self._noted:
                continue
            elif killed and row.state == "sending" and count == 1:
                unnoted += 1
                self.windows[mail] += 1
            else:
                self.doubled += 1
                self.problems.append(f"{count} more copies of {mail}, which is {row.state}")
        if unnoted > 1:
            self.problems.append(f"{unnoted} mails were taken and not noted")
        sending = {row.id for row in rows if row.state == "sending"}
        if len(sending - self._sending) > int(killed):
            self.problems.append(f"rows {sorted(sending)} are being sent by nobody")
        self._sending = sending
        self._taken = Counter(self.sink.taken)
        waiting = [row.created for row in rows if row.state in ("waiting", "sending")]
        self.waiting_since = min(waiting, default=_NEVER)
        for row in rows:
            self._row(row)
        return unnoted > 0

    def _row(self, row: OutboxRow) -> None:
        if row.state == "delivered":
            self._noted.add(row.message_id)
            if not self._taken[row.message_id, row.recipient]:
                self.lost_mails += 1
                self.problems.append(f"noted as delivered, never taken: {row.message_id} to {row.recipient}")
        if (row.state == "refused") != row.recipient.startswith(GONE) and row.state in (
            "refused",
            "delivered",
            "discarded",
        ):
            self.lost_mails += 1
            self.problems.append(f"{row.recipient} is {row.state}: {row.reply}")
        if row.payload:
            whole = row.payload if row.payload.endswith(b"\r\n") else row.payload + b"\r\n"
            digest = hashlib.sha256(whole).hexdigest()
            if self._payloads.setdefault(row.message_id, digest) != digest:
                self.problems.append(f"the mail {row.message_id} was changed")
        if not self.sink.bodies.get(row.message_id, set()) <= {self._payloads.get(row.message_id, "")}:
            self.problems.append(f"the mail {row.message_id} came with other bytes")

    def _asks(self, store: SqlStore) -> None:
        asked, self._asked = self.origin.asked[self._asked :], len(self.origin.asked)
        last: dict[str, datetime] = {}
        for path, moment in asked:
            name = path[1:].removesuffix(".xml")
            if name in last and moment < last[name] + INTERVAL - _SERVED_LATE:
                self.problems.append(f"{name} was asked again after {moment - last[name]}")
            if name not in last and name in self._due and moment < self._due[name]:
                self.problems.append(f"{name} was asked at {moment}, and was not due before {self._due[name]}")
            last[name] = moment
        memories = store.memories(SOURCES)
        self._due = {name: memory.due for name, memory in memories.items() if memory.due is not None}
        for name, moment in last.items():
            if name not in self._due or self._due[name] < moment + INTERVAL - _SERVED_LATE:
                self.problems.append(f"{name} was asked at {moment} and is due at {self._due.get(name)}")

    def _pages(self) -> None:
        for file in (self.folder / "out").rglob("*"):
            if file.name.startswith(".") or not file.is_file():
                continue
            state = file.stat()
            if self._files.get(file) == (state.st_mtime_ns, state.st_ino):
                continue
            self._files[file] = (state.st_mtime_ns, state.st_ino)
            if not _is_whole(file):
                self.problems.append(f"{file.name} is half a file")

    # --- the end ---

    def is_settled(self) -> bool:
        """Whether nothing waits to be read, told or delivered."""
        with open_store(self.folder / "data", self.database, read_only=True) as store:
            if any(row.state in ("waiting", "sending") for row in store.outbox()):
                return False
            told = _told(store.editions(10**6))
            by_url = {each.article.url: each for each in store.articles(10**6)}
            pieces = [url for url, piece in self.origin.urls().items() if piece.is_news and "/paper/" in url]
            return all(
                url in by_url and all(by_url[url].story in told.get(key, ()) for key in self.schedules)
                for url in pieces
            )

    def close(self) -> None:
        """The last account: every article, every story, every mail."""
        with open_store(self.folder / "data", self.database, read_only=True) as store:
            editions = store.editions(10**6)
            self._articles(store)
            self._stories(store, editions)
            self._all_mails(editions, store.outbox())
        left = [file.name for file in (self.folder / "out").rglob(".*")]
        self.left_behind = len(left)
        self.problems += [f"left behind: {name}" for name in left]
        names = {file.suffix for file in (self.folder / "out").iterdir()}
        for edition in editions:
            there = {file.suffix for file in (self.folder / "out").glob(f"{edition.date}*")}
            if not there or not there <= names:
                self.problems.append(f"the edition of {edition.date} has no files")

    def _articles(self, store: SqlStore) -> None:
        shown = self.origin.urls()
        known = store.known(shown)
        stored = Counter(each.article.url for each in store.articles(10**6))
        for url, piece in shown.items():
            if url not in known or (piece.is_news and not stored[url]):
                self.lost_articles += 1
                self.problems.append(f"lost: {url}")
            elif stored[url] > 1:
                self.problems.append(f"stored {stored[url]} times: {url}")
        invented = stored.keys() - shown.keys()
        self.problems += [f"nobody showed {url}" for url in sorted(invented)]

    def _stories(self, store: SqlStore, editions: tuple[Edition, ...]) -> None:
        by_url = {each.article.url: each for each in store.articles(10**6)}
        told = {key: _new_in(edition for edition in editions if edition.schedule == key) for key in self.schedules}
        for url, piece in self.origin.urls().items():
            if not piece.is_news or url not in by_url or "/paper/" not in url:
                continue
            copy = by_url.get(url.replace("/paper/", "/echo/"))
            ids = {by_url[url].id} | ({copy.id} if copy else set())
            for key, by_article in told.items():
                editions_of = {number for each in ids for number in by_article.get(each, ())}
                if len(editions_of) != 1:
                    self.lost_articles += not editions_of
                    self.problems.append(f"{url} is news in {len(editions_of)} editions of {key}")

    def _all_mails(self, editions: tuple[Edition, ...], rows: tuple[OutboxRow, ...]) -> None:
        dates = Counter((edition.date, edition.schedule) for edition in editions)
        self.problems += [f"{count} editions of {which}" for which, count in dates.items() if count > 1]
        reached = {(row.edition, row.recipient): row for row in rows}
        for edition in editions:
            for recipient in self.schedules[edition.schedule]:
                row = reached.get((edition.id, recipient))
                if row is None:
                    self.lost_mails += 1
                    self.problems.append(f"no mail for {recipient} of the edition {edition.date} {edition.schedule}")
                    continue
                mail = (row.message_id, recipient)
                expected = 0 if recipient.startswith(GONE) else 1 + self.windows[mail]
                copies = self.sink.taken[mail]
                if copies != expected or row.state not in ("delivered", "refused"):
                    self.lost_mails += copies == 0 < expected
                    self.doubled += copies > expected
                    self.problems.append(f"{copies} copies of {mail} instead of {expected}; it is {row.state}")


def _entries(edition: Edition) -> Iterator[Entry]:
    yield from edition.entries
    yield from edition.known


def _told(editions: tuple[Edition, ...]) -> dict[str, set[str]]:
    told: dict[str, set[str]] = {}
    for edition in editions:
        told.setdefault(edition.schedule, set()).update(entry.id for entry in _entries(edition))
    return told


def _new_in(editions: Iterator[Edition]) -> dict[int, set[int]]:
    """The editions that tell an article's story as new, by article."""
    found: dict[int, set[int]] = {}
    for edition in editions:
        for entry in _entries(edition):
            if entry.status == "new":
                for report in entry.reports:
                    found.setdefault(report.article, set()).add(edition.id)
    return found


def _is_whole(file: Path) -> bool:
    text = file.read_text("utf-8")
    try:
        if file.suffix == ".json":
            json.loads(text)
        elif file.suffix in (".xml", ".atom"):
            ElementTree.fromstring(text)  # noqa: S314  # our own file
        elif file.suffix == ".html":
            return text.rstrip().endswith("</html>")
    except (ValueError, ElementTree.ParseError):
        return False
    return text.endswith("\n")
