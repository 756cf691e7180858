"""From an edition to files and mails."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from email import message_from_bytes, policy
from pathlib import Path

from scripted import START

from watcher.press import EditionPress
from watcher.publish import schedule_key
from watcher.render import Renderer
from watcher.shipped import shipped
from watcher.types import Edition, Entry, Recipient, Relation, Report, Schedule

DAILY, EARLY = Schedule("07:00", "UTC"), Schedule("05:30", "UTC")


def report(number: int, language: str, title: str) -> Report:
    url = f"https://paper.example/{number}"
    return Report(number, url, title, "Paper", "paper", language, START, Relation.NEW, topics=("nvidia",))


EDITION = Edition(
    id=1,
    date=date(2026, 3, 10),
    schedule=schedule_key(DAILY),
    since=START - timedelta(days=1),
    until=START,
    made=START,
    topics=(("nvidia", "Nvidia"),),
    entries=(
        Entry("1", "new", ("nvidia",), (report(1, "pt", "Nvidia entrega cedo"), report(2, "en", "Nvidia ships early"))),
    ),
)


def press(folder: Path, *recipients: Recipient, **senders: str | None) -> EditionPress:
    return EditionPress(
        renderer=Renderer((folder / "templates", shipped("templates")), "en", "UTC"),
        reads=("en",),
        max_stories=20,
        main_schedule=schedule_key(DAILY),
        out=folder / "out",
        recipients=recipients,
        senders=senders or {"email": "Watcher <w@desk.example>"},
        send_empty=True,
    )


def test_a_row_is_made_for_each_reader_of_the_editions_hour(tmp_path: Path):
    people = (Recipient("a@desk.example", schedule=DAILY), Recipient("b@desk.example", schedule=EARLY))
    (row,) = press(tmp_path, *people).outbox_rows(EDITION, START)
    assert (row.recipient, row.channel, row.state, row.next_attempt) == ("a@desk.example", "email", "waiting", START)
    message = message_from_bytes(row.payload, policy=policy.default)
    assert (message["To"], message["Message-ID"]) == ("a@desk.example", row.message_id)
    assert replace(press(tmp_path, *people), senders={}).outbox_rows(EDITION, START) == ()


def test_a_row_is_made_for_each_channel_and_reader(tmp_path: Path):
    people = (Recipient("a@desk.example", schedule=DAILY), Recipient("b@desk.example", schedule=DAILY))
    rows = press(tmp_path, *people, email="w@desk.example", file=None).outbox_rows(EDITION, START)
    assert [(row.channel, row.recipient) for row in rows] == [
        (channel, person.address) for channel in ("email", "file") for person in people
    ]
    senders = [message_from_bytes(row.payload, policy=policy.default)["From"] for row in rows]
    assert senders == ["w@desk.example"] * 2 + ["Watcher <watcher@localhost>"] * 2


def test_a_message_id_belongs_to_the_edition_and_the_reader_whenever_it_is_made(tmp_path: Path):
    people = (Recipient("a@desk.example", schedule=DAILY), Recipient("b@desk.example", schedule=DAILY))
    made = press(tmp_path, *people)
    first = [row.message_id for row in made.outbox_rows(EDITION, START)]
    assert first == [row.message_id for row in made.outbox_rows(replace(EDITION, id=7), START + timedelta(hours=1))]
    tomorrow = replace(EDITION, date=date(2026, 3, 11))
    assert len({*first, *(row.message_id for row in made.outbox_rows(tomorrow, START))}) == 4


def test_a_readers_languages_choose_the_headline(tmp_path: Path):
    people = (Recipient("a@desk.example", schedule=DAILY), Recipient("b@desk.example", reads=("pt",), schedule=DAILY))
    texts = []
    for row in press(tmp_path, *people).outbox_rows(EDITION, START):
        message = message_from_bytes(row.payload, policy=policy.default)
        texts.append(message.get_body(("plain",)).get_content())  # type: ignore[union-attr]
    english, portuguese = texts
    assert english.index("Nvidia ships early") < english.find("Nvidia entrega cedo") % 10**6
    assert portuguese.index("Nvidia entrega cedo") < portuguese.find("Nvidia ships early") % 10**6


def test_a_second_schedules_files_have_names_of_their_own(tmp_path: Path):
    made = press(tmp_path)
    early = replace(EDITION, schedule=schedule_key(EARLY))
    files = {*made.write_out(EDITION, [EDITION]), *made.write_out(early, [EDITION, early])}
    assert len(files) == 9
    assert all(Path(file).is_file() for file in files)
    assert (tmp_path / "out" / "2026-03-10.html").is_file()
