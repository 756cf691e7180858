"""From an edition to files and mails."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from scripted import START

from watcher.delivery import ChannelTable, Draft, Outside
from watcher.delivery.email import EmailTable
from watcher.delivery.file import FileTable
from watcher.ports import Before, Channel
from watcher.press import EditionPress, Links
from watcher.publish import schedule_key
from watcher.render import Renderer
from watcher.shipped import shipped
from watcher.signing import edition_url, unsubscribe_url
from watcher.types import (
    Edition,
    Entry,
    Given,
    Listed,
    Made,
    OutboxRow,
    Recipient,
    Relation,
    Report,
    Schedule,
    Subscription,
)


class Archive:
    """Editions without a store."""

    def __init__(self, *editions: Edition) -> None:
        self._editions = sorted(editions, key=lambda each: (each.until, each.id))

    def edition(self, id_or_date: str) -> Edition | None:
        return next((each for each in self._editions if str(each.id) == id_or_date), None)

    def listed(self, limit: int) -> tuple[Listed, ...]:
        return self.listed_between(date.min, date.max)[::-1][:limit]

    def listed_between(self, first: date, last: date) -> tuple[Listed, ...]:
        return tuple(Listed(each.id, each.date, each.schedule) for each in self._editions if first <= each.date <= last)

    def beside(self, first: date, last: date) -> tuple[date | None, date | None]:
        days = [each.date for each in self._editions]
        earlier, later = [day for day in days if day < first], [day for day in days if day > last]
        return max(earlier, default=None), min(later, default=None)

    def months(self) -> tuple[date, ...]:
        return tuple(sorted({each.date.replace(day=1) for each in self._editions}))


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


def mail_server(sender: str) -> EmailTable:
    return EmailTable(**{"from": sender, "host": "mail.desk.example"})


def press(folder: Path, *recipients: Recipient, **channels: ChannelTable) -> EditionPress:
    return EditionPress(
        renderer=Renderer((folder / "templates", shipped("templates")), "en", "UTC"),
        reads=("en",),
        max_stories=20,
        main_schedule=schedule_key(DAILY),
        out=folder / "out",
        recipients=recipients,
        channels=channels or {"email": mail_server("Watcher <w@desk.example>")},
        send_empty=True,
    )


def test_a_row_is_made_for_each_reader_of_the_editions_hour(tmp_path: Path):
    people = (Recipient("a@desk.example", schedule=DAILY), Recipient("b@desk.example", schedule=EARLY))
    (row,) = press(tmp_path, *people).outbox_rows(EDITION, START)
    assert (row.recipient, row.channel, row.state, row.next_attempt) == ("a@desk.example", "email", "waiting", START)
    message = message_from_bytes(row.payload, policy=policy.default)
    assert (message["To"], message["Message-ID"]) == ("a@desk.example", row.message_id)
    assert replace(press(tmp_path, *people), channels={}).outbox_rows(EDITION, START) == ()


def test_a_row_is_made_for_each_channel_and_reader(tmp_path: Path):
    people = (Recipient("a@desk.example", schedule=DAILY), Recipient("b@desk.example", schedule=DAILY))
    channels = {"email": mail_server("w@desk.example"), "file": FileTable(folder=tmp_path)}
    rows = press(tmp_path, *people, **channels).outbox_rows(EDITION, START)
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
    early = replace(EDITION, id=2, schedule=schedule_key(EARLY))
    files = {*made.write_out(EDITION, Archive(EDITION)), *made.write_out(early, Archive(EDITION, early))}
    forms = {file for file in files if Path(file).name.startswith("2026-")}
    assert len(forms) == 8
    assert all(Path(file).is_file() for file in files)
    assert (tmp_path / "out" / "2026-03-10.html").is_file()


# --- what every reader has of its own ---------------------------------------------------------------------------------


def mail(row: OutboxRow) -> EmailMessage:
    return message_from_bytes(row.payload, policy=policy.default)  # type: ignore[return-value]


def body(row: OutboxRow, kind: str = "plain") -> str:
    part = mail(row).get_body((kind,))
    assert part is not None
    return str(part.get_content())


def test_a_reader_gets_the_pages_words_in_a_language_of_its_own(tmp_path: Path):
    folders = (shipped("templates"),)
    people = (
        Recipient("a@desk.example", schedule=DAILY),
        Recipient("b@desk.example", schedule=DAILY, language="de"),
    )
    made = replace(press(tmp_path, *people), renderers={"de": Renderer(folders, "de", "UTC")})
    english, german = made.outbox_rows(EDITION, START)
    assert (mail(english)["Content-Language"], mail(german)["Content-Language"]) == ("en", "de")
    assert "1 story" in body(english)
    assert "1 Geschichte" in body(german)
    assert '<html lang="de"' in body(german, "html")


def test_links_to_the_service_stand_in_a_mail_only_where_there_is_one(tmp_path: Path):
    reader = Recipient("a@desk.example", schedule=DAILY)
    (alone,) = press(tmp_path, reader).outbox_rows(EDITION, START)
    assert mail(alone)["List-Unsubscribe"] == "<mailto:w@desk.example?subject=unsubscribe>"
    assert "List-Unsubscribe-Post" not in mail(alone)
    linked = replace(press(tmp_path, reader), links=Links("https://news.desk.example/w", "ab" * 32))
    (row,) = linked.outbox_rows(EDITION, START)
    leave = unsubscribe_url("https://news.desk.example/w", "ab" * 32, "a@desk.example")
    raw = row.payload.split(b"\r\n\r\n")[0].decode()
    assert f"List-Unsubscribe: <{leave}>, <mailto:" in raw
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in raw
    assert edition_url("https://news.desk.example/w", "ab" * 32, "2026-03-10") in body(row, "html")
    assert "news.desk.example" not in body(alone, "html") + body(alone)


class WallTable(ChannelTable):
    """A channel of one place: what adding one takes."""

    def channel(self, outside: Outside) -> Channel:
        raise NotImplementedError

    def readers(self, people: Sequence[Recipient]) -> Sequence[Recipient]:
        del people
        return (Recipient("the wall", topics=("nvidia",)),)

    def compose(self, draft: Draft) -> bytes:
        return f"{draft.edition} {draft.reader.address}: {json.loads(draft.json())['date']}".encode()

    def notice(self, subject: str, text: str, reader: Recipient, id: str, now: datetime) -> bytes:
        del reader, id, now
        return f"{subject}: {text}".encode()


def test_a_channel_composes_its_own_payload_for_readers_of_its_own(tmp_path: Path):
    people = (Recipient("a@desk.example", schedule=DAILY), Recipient("b@desk.example", schedule=DAILY))
    made = press(tmp_path, *people, wall=WallTable())
    (row,) = made.outbox_rows(EDITION, START)
    assert (row.channel, row.recipient, row.payload) == ("wall", "the wall", b"2026-03-10 the wall: 2026-03-10")
    other_hour = replace(EDITION, schedule=schedule_key(EARLY))
    assert made.outbox_rows(other_hour, START) == ()


# --- days, joining, leaving -------------------------------------------------------------------------------------------

WORKDAYS = replace(DAILY, days=frozenset(range(5)))
SATURDAY, SUNDAY, MONDAY = (
    replace(
        EDITION,
        id=number,
        date=date(2026, 3, 13) + timedelta(days=number),
        since=START + timedelta(days=2 + number),
        until=START + timedelta(days=3 + number),
        entries=(Entry(str(number), "new", ("nvidia",), (report(10 + number, "en", f"Nvidia news {number}"),)),),
    )
    for number in (1, 2, 3)
)


def test_who_leaves_days_out_gets_what_was_told_then_with_the_next_one(tmp_path: Path):
    people = (Recipient("a@desk.example", schedule=WORKDAYS), Recipient("b@desk.example", schedule=DAILY))
    asked: list[date] = []

    def held(day: date) -> Sequence[Edition]:
        asked.append(day)
        return [each for each in (EDITION, SATURDAY, SUNDAY, MONDAY) if each.date >= day]

    made = press(tmp_path, *people)
    (saturday,) = made.outbox_rows(SATURDAY, START, held)
    assert saturday.recipient == "b@desk.example"
    assert asked == []
    whole, daily = made.outbox_rows(MONDAY, START, held)
    assert [number for number in (1, 2, 3) if f"Nvidia news {number}" in body(whole)] == [1, 2, 3]
    assert [number for number in (1, 2, 3) if f"Nvidia news {number}" in body(daily)] == [3]
    assert len(asked) == 1
    tuesday = replace(MONDAY, date=date(2026, 3, 17))
    assert "news 2" not in body(made.outbox_rows(tuesday, START, held)[0])


def test_who_joined_gets_nothing_that_ended_before_and_who_left_gets_nothing(tmp_path: Path):
    people = tuple(Recipient(f"{name}@desk.example", schedule=WORKDAYS) for name in "abcd")
    known = {
        "a@desk.example": Subscription("a@desk.example", since=SATURDAY.until),
        "b@desk.example": Subscription("b@desk.example", since=MONDAY.until),
        "c@desk.example": Subscription("c@desk.example", since=START, left=SUNDAY.until),
    }
    rows = press(tmp_path, *people).outbox_rows(MONDAY, START, lambda _: (SATURDAY, SUNDAY, MONDAY), known)
    told = {row.recipient[0]: [n for n in (1, 2, 3) if f"Nvidia news {n}" in body(row)] for row in rows}
    assert told == {"a": [2, 3], "d": [1, 2, 3]}


def test_several_editions_at_once_are_on_no_page_and_link_to_none(tmp_path: Path):
    made = replace(
        press(tmp_path, Recipient("a@desk.example", schedule=WORKDAYS)),
        links=Links("https://news.desk.example", "ab" * 32),
    )
    (row,) = made.outbox_rows(MONDAY, START, lambda _: (SATURDAY, SUNDAY, MONDAY))
    assert "https://news.desk.example/e/" not in body(row, "html")
    assert "https://news.desk.example/u/" in row.payload.decode()


# --- what was given before --------------------------------------------------------------------------------------------

MONDAYS_AND_THURSDAYS = replace(DAILY, days=frozenset({0, 3}))


def line(*days: int) -> list[Edition]:
    """Editions of these days of March, each with news of its own."""
    return [
        replace(
            EDITION,
            id=day,
            date=date(2026, 3, day),
            since=START + timedelta(days=day - 11),
            until=START + timedelta(days=day - 10),
            entries=(Entry(str(day), "new", ("nvidia",), (report(day, "en", f"Nvidia news {day:02}"),)),),
        )
        for day in days
    ]


def given(edition: Edition, *names: str) -> dict[str, Given]:
    return {f"{name}@desk.example": Given(edition.id, edition.date, edition.until) for name in names}


def news(row: OutboxRow) -> list[int]:
    return [day for day in range(1, 32) if f"Nvidia news {day:02}" in body(row)]


def after(editions: Sequence[Edition], told: dict[str, Given], *others: Edition) -> Before:
    last = editions[-2] if len(editions) > 1 else None
    stored = {each.id: each for each in (*editions, *others)}
    return Before(told, Made(last.id, last.date, last.until) if last else None, stored.get)


def test_a_day_that_fell_into_an_outage_comes_with_the_edition_after_it(tmp_path: Path):
    made = press(tmp_path, Recipient("a@desk.example", schedule=MONDAYS_AND_THURSDAYS))
    week = line(9, 10, 11, 13)  # Monday to Wednesday, and Friday's after the outage
    told = given(week[0], "a")
    (row,) = made.outbox_rows(week[-1], START, lambda _: week, None, after(week, told))
    assert news(row) == [10, 11, 13]
    week += line(14)
    assert made.outbox_rows(week[-1], START, lambda _: week, None, after(week, given(week[3], "a"))) == ()
    week += line(15, 16)
    (row,) = made.outbox_rows(week[-1], START, lambda _: week, None, after(week, given(week[3], "a")))
    assert news(row) == [14, 15, 16]


def test_a_new_readers_first_day_may_fall_into_an_outage_too(tmp_path: Path):
    made = press(tmp_path, Recipient("a@desk.example", schedule=MONDAYS_AND_THURSDAYS))
    week = line(9, 10, 11, 13)
    known = {"a@desk.example": Subscription("a@desk.example", since=week[1].until)}
    (row,) = made.outbox_rows(week[-1], START, lambda _: week, known, after(week, {}))
    assert news(row) == [11, 13]


def test_a_quiet_friday_does_not_make_saturday_a_day_of_ones_own(tmp_path: Path):
    made = replace(press(tmp_path, Recipient("a@desk.example", schedule=WORKDAYS)), send_empty=False)
    thursday, friday, saturday, sunday, monday = line(12, 13, 14, 15, 16)
    week = [thursday, replace(friday, entries=()), saturday, sunday, monday]
    told = given(thursday, "a")
    assert made.outbox_rows(saturday, START, lambda _: week[:3], None, after(week[:3], told)) == ()
    (row,) = made.outbox_rows(monday, START, lambda _: week, None, after(week, told))
    assert news(row) == [14, 15, 16]


def test_an_edition_that_told_a_reader_nothing_does_not_make_the_next_one_several(tmp_path: Path):
    made = replace(
        press(tmp_path, Recipient("a@desk.example", schedule=DAILY)),
        send_empty=False,
        links=Links("https://news.desk.example", "ab" * 32),
    )
    first, quiet, last = line(10, 11, 12)
    days = [first, replace(quiet, entries=()), last]
    (row,) = made.outbox_rows(last, START, lambda _: days, None, after(days, given(first, "a")))
    assert "https://news.desk.example/e/" in body(row, "html")


def test_other_days_in_the_configuration_lose_nothing_and_repeat_nothing(tmp_path: Path):
    tuesdays = replace(DAILY, days=frozenset({1}))  # it was Mondays
    made = press(tmp_path, Recipient("a@desk.example", schedule=tuesdays))
    week = line(9, 10)
    (row,) = made.outbox_rows(week[-1], START, lambda _: week, None, after(week, given(week[0], "a")))
    assert news(row) == [10]


def test_who_comes_from_another_hour_is_given_each_date_and_each_story_once(tmp_path: Path):
    made = press(tmp_path, Recipient("a@desk.example", schedule=DAILY), Recipient("b@desk.example", schedule=DAILY))
    before, same, following = line(9, 10, 11)
    (elsewhere,) = line(10)  # of an hour before, with a story that this line tells later in the day
    elsewhere = replace(elsewhere, id=99, schedule=schedule_key(EARLY), until=elsewhere.until - timedelta(hours=2))
    same = replace(same, entries=(*elsewhere.entries, *line(20)[0].entries))
    told = given(elsewhere, "a") | given(before, "b")
    (row,) = made.outbox_rows(same, START, lambda _: [before, same], None, after([before, same], told, elsewhere))
    assert (row.recipient, news(row)) == ("b@desk.example", [10, 20])
    days = [before, same, following]
    told = given(elsewhere, "a") | given(same, "b")
    moved, other = made.outbox_rows(following, START, lambda _: days, None, after(days, told, elsewhere))
    assert (news(moved), news(other)) == ([11, 20], [11])
