"""Editions and their delivery, on a real archive with the real press and a real SMTP conversation."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from scripted import RULES, START, Stage, rss

from watcher.delivering import deliver
from watcher.delivery.email import EmailChannel, EmailSettings, EmailTable
from watcher.demo.sink import Sink
from watcher.poll import Pass
from watcher.press import EditionPress
from watcher.publish import Paper, finish_files, preview, publish, schedule_key
from watcher.render import Renderer
from watcher.render.copies import state
from watcher.shipped import shipped
from watcher.showing import slips, unwritten
from watcher.types import (
    Edition,
    Memory,
    OutboxRow,
    Reason,
    Receipt,
    Recipient,
    Schedule,
    Source,
    Trouble,
    Visit,
)

DAILY = Schedule("07:00", "UTC")
EARLY = Schedule("05:30", "Europe/Berlin")
SOURCE = Source("paper", "https://paper.example/feed", pages="never", interval=timedelta(minutes=5))
WORDS = {
    "Nvidia ships early": "Nvidia ships its accelerator to three cloud providers a month before the promised date. ",
    "DeepSeek hires": "DeepSeek looks for forty engineers in Lyon and pays them by the test that they delete. ",
    "Nvidia recalls a fan": "A fan in a machine of Nvidia turns the wrong way round, and nobody noticed until May. ",
    "DeepSeek moves": "The laboratory of DeepSeek leaves its tower for a former paper mill beside the northern canal. ",
}


@dataclass
class Channel:
    """Answers every delivery with what was written down, and keeps what it was given."""

    answers: list[Receipt] = field(default_factory=list)
    given: list[OutboxRow] = field(default_factory=list)
    name: str = "email"

    def deliver(self, row: OutboxRow) -> Receipt:
        self.given.append(row)
        return self.answers.pop(0) if self.answers else Receipt("delivered", "250 OK")


class Desk:
    """A stage with a press of its own."""

    def __init__(self, folder: Path, *recipients: Recipient, send_empty: bool = True) -> None:
        self.stage = Stage(folder / "data")
        self.clock = self.stage.clock
        self.store = self.stage.store
        self.paper = Paper((SOURCE,), [(rule.id, rule.title) for rule in RULES], {})
        self.schedules = tuple({person.schedule or DAILY: None for person in recipients} or {DAILY: None})
        self.out = folder / "out"
        self.press = EditionPress(
            renderer=Renderer((folder / "templates", shipped("templates")), "en", "UTC"),
            reads=("en",),
            max_stories=20,
            main_schedule=schedule_key(self.schedules[0]),
            out=self.out,
            recipients=recipients,
            channels={"email": EmailTable(**{"from": "Watcher <watcher@desk.example>", "host": "mail.desk.example"})},
            send_empty=send_empty,
        )

    def find(self, *titles: str, age: float = 1) -> None:
        """Polls a feed that carries these articles; the first visit ever is not counted as one."""
        if not self.store.memories(["paper"]):
            self._poll(rss())
        items = [self._item(title, age) for title in titles]
        self._poll(rss(*items))

    def _item(self, title: str, age: float) -> Mapping[str, str]:
        moment = (self.clock.now - timedelta(hours=age)).strftime("%a, %d %b %Y %H:%M:%S +0000")
        link = f"https://paper.example/{title.replace(' ', '-').lower()}"
        return {"title": title, "link": link, "description": WORDS[title] * 6, "pubDate": moment}

    def _poll(self, body: bytes) -> None:
        self.stage.fetch.answers[SOURCE.url] = body
        run = Pass(self.stage.parts())
        run.claim([SOURCE], everything=True)
        run.run()

    def publish(self) -> tuple[Edition, ...]:
        """What is due. The source has answered before, if only that it has nothing: a first edition waits for that."""
        if not self.store.memories(["paper"]):
            self._poll(rss())
        return publish(self.store, self.press, self.paper, self.schedules, self.clock)

    def at(self, day: int, hour: int, minute: int = 0) -> None:
        self.clock.now = datetime(2026, 3, day, hour, minute, tzinfo=START.tzinfo)


def told(*editions: Edition) -> list[list[str]]:
    return [sorted(entry.reports[0].title for entry in edition.entries) for edition in editions]


def mails(channel: Channel) -> dict[str, str]:
    texts = {}
    for row in channel.given:
        message = message_from_bytes(row.payload, policy=policy.default)
        texts[row.recipient] = message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    return texts


def test_the_first_edition_covers_the_last_day_and_older_articles_count_as_told(tmp_path: Path):
    desk = Desk(tmp_path)
    desk.at(10, 8)
    items = rss(desk._item("Nvidia ships early", 3), desk._item("DeepSeek moves", 80))
    desk._poll(items)
    desk.at(10, 8, 1)
    (edition,) = desk.publish()
    assert told(edition) == [["Nvidia ships early"]]
    assert (edition.date, edition.until - edition.since) == (date(2026, 3, 10), timedelta(hours=24))
    assert desk.store.counts().articles == 2


def _made(desk: Desk) -> tuple[Edition, ...]:
    return publish(desk.store, desk.press, desk.paper, desk.schedules, desk.clock)


def test_a_first_edition_waits_until_a_source_has_answered_and_the_day_is_not_used_up(tmp_path: Path):
    desk = Desk(tmp_path)
    desk.at(10, 8)
    assert _made(desk) == ()  # nobody was asked yet
    desk._poll(b"no feed at all")
    assert desk.store.memories(["paper"])["paper"].failures == 1
    assert _made(desk) == ()
    desk.at(10, 9)
    desk.find("Nvidia ships early")
    desk.at(10, 9, 1)
    (edition,) = _made(desk)
    assert (edition.date, told(edition)) == (date(2026, 3, 10), [["Nvidia ships early"]])


def test_a_first_edition_of_sources_that_answer_and_have_nothing_is_that_of_a_quiet_day(tmp_path: Path):
    desk = Desk(tmp_path)
    desk.at(10, 8)
    desk._poll(rss())
    (edition,) = _made(desk)
    assert (edition.date, edition.entries) == (date(2026, 3, 10), ())


def test_a_first_edition_of_sources_that_all_fail_waits_for_a_day(tmp_path: Path):
    desk = Desk(tmp_path)
    desk.at(10, 8)
    desk._poll(b"no feed at all")
    desk.at(11, 7, 59)
    assert _made(desk) == ()
    desk.at(11, 8, 1)
    (edition,) = _made(desk)
    assert (edition.date, edition.entries) == (date(2026, 3, 11), ())


def test_an_archive_that_ever_held_an_article_makes_its_editions_without_a_source(tmp_path: Path):
    desk = Desk(tmp_path)
    desk.at(10, 8)
    desk.find("Nvidia ships early")
    desk.paper = replace(desk.paper, sources=())
    desk.at(12, 8)
    assert [edition.date for edition in _made(desk)] == [date(2026, 3, 12)]


def test_each_story_is_told_once_and_publishing_twice_gives_one_edition(tmp_path: Path):
    desk = Desk(tmp_path)
    desk.at(10, 6)
    desk.find("Nvidia ships early")
    desk.at(10, 6, 1)
    (first,) = desk.publish()  # Monday's, at once
    assert desk.publish() == ()
    desk.at(10, 7)
    desk.find("Nvidia recalls a fan")  # in the very moment in which the edition is made: tomorrow's
    (second,) = desk.publish()
    desk.at(10, 12)
    desk.find("DeepSeek hires")
    assert desk.publish() == ()
    desk.at(11, 7)
    (third,) = desk.publish()
    assert told(first, second, third) == [["Nvidia ships early"], [], ["DeepSeek hires", "Nvidia recalls a fan"]]
    assert third.since == second.until
    second = third
    with desk.store.writing() as writer:
        assert writer.publish(replace(second, entries=()), ()) == second


def test_a_late_start_makes_the_edition_late_and_not_never(tmp_path: Path):
    desk = Desk(tmp_path)
    desk.at(9, 7)
    desk.publish()
    desk.at(10, 6)
    desk.find("Nvidia ships early")
    desk.at(10, 15, 43)
    (edition,) = desk.publish()
    assert (edition.date, told(edition)) == (date(2026, 3, 10), [["Nvidia ships early"]])


@pytest.mark.parametrize(
    ("catch_up", "dates", "titles"),
    [
        ("one", [13], [["DeepSeek hires", "Nvidia recalls a fan", "Nvidia ships early"]]),
        ("each", [11, 12, 13], [["Nvidia ships early"], [], ["DeepSeek hires", "Nvidia recalls a fan"]]),
        ("none", [13], [["DeepSeek hires", "Nvidia recalls a fan"]]),
    ],
)
def test_after_an_outage_of_three_days(tmp_path: Path, catch_up: str, dates: list[int], titles: list[list[str]]):
    desk = Desk(tmp_path)
    desk.paper = replace(desk.paper, catch_up=catch_up)  # type: ignore[arg-type]
    desk.at(10, 7)
    desk.publish()
    desk.at(10, 9)
    desk.find("Nvidia ships early")
    desk.at(13, 8)  # down until now; what the feeds still hold is found in the morning
    desk.find("DeepSeek hires", "Nvidia recalls a fan")
    desk.at(13, 8, 10)
    editions = desk.publish()
    assert [edition.date.day for edition in editions] == dates
    assert told(*editions) == titles
    assert desk.publish() == ()


def test_two_readers_of_other_hours_are_each_told_once(tmp_path: Path):
    late = Recipient("late@desk.example", schedule=DAILY)
    early = Recipient("early@desk.example", schedule=EARLY)
    desk = Desk(tmp_path, late, early)
    desk.at(9, 12)
    desk.publish()
    channel = Channel()
    deliver(desk.store, {"email": channel}, desk.clock)
    channel.given.clear()
    desk.at(10, 3)
    desk.find("Nvidia ships early")
    seen: list[tuple[str, bool]] = []
    for day, hour in ((10, 4), (10, 5), (10, 6), (10, 7), (11, 4), (11, 5), (11, 7)):
        desk.at(day, hour, 35)
        desk.publish()
        deliver(desk.store, {"email": channel}, desk.clock)
        seen += [(name, "Nvidia ships early" in text) for name, text in mails(channel).items()]
        channel.given.clear()
    assert seen == [(early.address, True), (late.address, True), (early.address, False), (late.address, False)]
    named = {file.name for file in desk.out.glob("2026-03-10*.html")}
    assert len(named) == 2, "each schedule's edition has a file of its own"


def test_a_reader_gets_their_topics_and_an_empty_edition_only_if_wanted(tmp_path: Path):
    people = (
        Recipient("all@desk.example", schedule=DAILY),
        Recipient("nvidia@desk.example", ("nvidia",), schedule=DAILY),
        Recipient("deepseek@desk.example", ("deepseek",), schedule=DAILY),
    )
    for send_empty, names in ((True, 3), (False, 2)):
        desk = Desk(tmp_path / str(send_empty), *people, send_empty=send_empty)
        desk.at(10, 6)
        desk.find("Nvidia ships early")
        desk.at(10, 7, 1)
        channel = Channel()
        desk.publish()
        deliver(desk.store, {"email": channel}, desk.clock)
        got = {name.partition("@")[0]: "Nvidia ships early" in text for name, text in mails(channel).items()}
        assert got == dict([("all", True), ("nvidia", True), ("deepseek", False)][:names])


def test_a_preview_tells_nothing(tmp_path: Path):
    desk = Desk(tmp_path)
    desk.at(10, 6)
    desk.find("Nvidia ships early")
    desk.at(10, 6, 1)
    shown = preview(
        desk.store, desk.paper, DAILY, date(2026, 3, 10), desk.clock.now - timedelta(days=1), desk.clock.now
    )
    assert told(shown) == [["Nvidia ships early"]]
    assert desk.store.counts().editions == 0
    assert told(*desk.publish()) == [["Nvidia ships early"]]


def test_what_was_deferred_is_sent_again_later_as_the_same_message(tmp_path: Path):
    desk = Desk(tmp_path, Recipient("a@desk.example", schedule=DAILY), Recipient("b@desk.example", schedule=DAILY))
    desk.at(10, 8)
    desk.publish()
    channel = Channel([Receipt("deferred", "451 later"), Receipt("refused", "550 nobody here")])
    assert [receipt.state for _, receipt in deliver(desk.store, {"email": channel}, desk.clock)] == [
        "deferred",
        "refused",
    ]
    assert deliver(desk.store, {"email": channel}, desk.clock) == ()
    states = {row.recipient: (row.state, row.reply, row.attempts) for row in desk.store.outbox()}
    assert states == {
        "a@desk.example": ("waiting", "451 later", 1),
        "b@desk.example": ("refused", "550 nobody here", 1),
    }
    desk.clock.advance(minutes=14)
    assert deliver(desk.store, {"email": channel}, desk.clock) == ()
    desk.clock.advance(minutes=1)
    ((row, receipt),) = deliver(desk.store, {"email": channel}, desk.clock)
    assert (receipt.state, row.attempts) == ("delivered", 1)
    first, _, again = channel.given
    assert (first.message_id, first.payload) == (again.message_id, again.payload)
    assert first.message_id.encode() in first.payload


def test_what_is_deferred_for_two_days_is_given_up(tmp_path: Path):
    desk = Desk(tmp_path, Recipient("a@desk.example", schedule=DAILY))
    desk.at(10, 8)
    desk.publish()
    channel = Channel([Receipt("deferred", "451 later")] * 100)
    for _ in range(60):
        deliver(desk.store, {"email": channel}, desk.clock)
        desk.clock.advance(hours=1)
    (row,) = desk.store.outbox()
    assert row.state == "refused"
    assert "451 later" in row.reply
    assert len(channel.given) < 15


def test_mail_without_a_channel_waits_for_one(tmp_path: Path):
    desk = Desk(tmp_path, Recipient("a@desk.example", schedule=DAILY))
    desk.at(10, 8)
    desk.publish()
    ((_, receipt),) = deliver(desk.store, {}, desk.clock)
    assert receipt.state == "deferred"
    desk.clock.advance(hours=1)
    with Sink() as sink:
        mail = EmailChannel(EmailSettings("watcher@desk.example", "127.0.0.1", sink.port, "none"))
        ((_, receipt),) = deliver(desk.store, {"email": mail}, desk.clock)
        assert receipt.state == "delivered"
        assert [each.recipients for each in sink.messages] == [("a@desk.example",)]


def test_a_sender_that_died_leaves_its_mail_to_the_next_one(tmp_path: Path):
    desk = Desk(tmp_path, Recipient("a@desk.example", schedule=DAILY))
    desk.at(10, 8)
    desk.publish()

    class Dying(Channel):
        def deliver(self, row: OutboxRow) -> Receipt:
            super().deliver(row)
            raise KeyboardInterrupt

    dying, next_one = Dying(), Channel()
    with pytest.raises(KeyboardInterrupt):
        deliver(desk.store, {"email": dying}, desk.clock)
    assert deliver(desk.store, {"email": next_one}, desk.clock) == ()
    desk.clock.advance(minutes=11)
    deliver(desk.store, {"email": next_one}, desk.clock)
    assert [row.message_id for row in next_one.given] == [row.message_id for row in dying.given]


def test_files_that_were_not_written_are_written_from_the_store(tmp_path: Path):
    desk = Desk(tmp_path)
    desk.at(10, 6)
    desk.find("Nvidia ships early")
    desk.at(10, 8)
    (edition,) = desk.publish()
    before = {file.name: file.read_bytes() for file in desk.out.iterdir()}
    for file in desk.out.iterdir():
        file.unlink()
    finish_files(desk.store, desk.press, desk.schedules)
    assert {file.name: file.read_bytes() for file in desk.out.iterdir()} == before
    written = json.loads((desk.out / f"{edition.date}.json").read_text("utf-8"))
    assert [story["headline"] for section in written["sections"] for story in section["stories"]] == [
        "Nvidia ships early"
    ]


GONE = Trouble(Reason.STATUS, "paper.example answered 410", 410)


def test_a_source_is_named_when_it_fails_for_long_and_once_when_it_is_back(tmp_path: Path):
    desk = Desk(tmp_path)
    desk.paper = replace(desk.paper, failing_after=timedelta(days=2))
    trouble = Trouble(Reason.TLS, "paper.example: certificate has expired")

    def visit(**more: object) -> None:
        memory = Memory("paper", visited=desk.clock.now, title="A Paper", **more)  # type: ignore[arg-type]  # as a test wants it
        failed = GONE if memory.ended else trouble if memory.failing_since else None
        with desk.store.writing() as writer:
            writer.visited([Visit("paper", desk.clock.now, desk.clock.now, None, {}, memory, failed)])

    began = datetime(2026, 3, 8, 3, tzinfo=START.tzinfo)
    footers = []
    for day, more in (
        (9, {"failing_since": began, "failures": 3, "trouble": trouble.text}),
        (11, {"failing_since": began, "failures": 9, "trouble": trouble.text}),
        (12, {"recovered": datetime(2026, 3, 12, 6, tzinfo=START.tzinfo), "recovered_from": began}),
        (13, {"recovered": datetime(2026, 3, 12, 6, tzinfo=START.tzinfo), "recovered_from": began}),
        (14, {"ended": datetime(2026, 3, 14, 6, tzinfo=START.tzinfo), "failing_since": began}),
        (15, {"ended": datetime(2026, 3, 14, 6, tzinfo=START.tzinfo), "failing_since": began}),
    ):
        desk.at(day, 6, 30)
        visit(**more)
        desk.at(day, 7, 1)
        (edition,) = desk.publish()
        footers.append(edition.footer)
    assert [[each.reason for each in footer.failing] for footer in footers] == [[], [Reason.TLS], [], [], [], []]
    changes = [[each.change for each in footer.changes] for footer in footers]
    assert changes == [[], [], ["recovered"], [], ["ended"], []]
    page = (tmp_path / "out" / "2026-03-11.html").read_text("utf-8")
    assert "A Paper</bdi>: its certificate cannot be trusted" in page
    assert "A Paper: answers again, after 4 days" in (tmp_path / "out" / "2026-03-12.txt").read_text("utf-8")
    told = json.loads((tmp_path / "out" / "2026-03-14.json").read_text("utf-8"))["footer"]["changes"]
    assert [(each["id"], each["change"]) for each in told] == [("paper", "ended")]


def test_a_quiet_day_that_is_skipped_loses_nothing_and_has_no_page(tmp_path: Path):
    desk = Desk(tmp_path, Recipient("a@desk.example", schedule=DAILY), send_empty=False)
    desk.paper = replace(desk.paper, on_empty="skip")
    desk.at(9, 7)
    desk.publish()
    desk.at(9, 12)
    desk._poll(rss())
    rain = (
        "Rain fell on the meadows of the northern islands for the ninth day, and the ferries stayed where they were. "
    )
    passing = {"title": "Weather", "description": f"{rain * 8}\nA lecture on Nvidia was put off."}
    desk._poll(rss({**desk._item("Nvidia ships early", 1), **passing}))
    desk.at(10, 7, 1)
    assert desk.publish() == ()
    assert desk.publish() == (), "the date had its turn"
    desk.at(10, 9)
    desk.find("Nvidia recalls a fan")
    assert desk.publish() == (), "and is not made up for at nine"
    assert desk.store.outbox() == ()
    finish_files(desk.store, desk.press, desk.schedules)
    assert not list(desk.out.glob("2026-03-10*"))
    desk.at(11, 7, 1)
    (edition,) = desk.publish()
    assert (edition.since.day, told(edition)) == (8, [["Nvidia recalls a fan"]])
    assert [report.title for report in edition.mentions] == ["Weather"]
    assert len(desk.store.outbox()) == 1
    assert "2026-03-10" not in (desk.out / "index.html").read_text("utf-8")


def test_a_skipped_date_gives_what_it_found_to_the_next_missed_one(tmp_path: Path):
    desk = Desk(tmp_path)
    desk.paper = replace(desk.paper, on_empty="skip", catch_up="each")
    desk.at(9, 7)
    assert desk.publish() == ()
    desk.at(11, 6)
    desk.find("Nvidia ships early")
    desk.at(11, 7, 1)
    (edition,) = desk.publish()
    assert (edition.date.day, edition.since.day) == (11, 8)
    assert desk.publish() == ()


def test_a_quiet_day_has_a_note_where_that_is_wanted(tmp_path: Path):
    desk = Desk(tmp_path)
    desk.at(9, 7)
    (edition,) = desk.publish()
    assert edition.entries == ()
    assert (desk.out / "2026-03-09.html").exists()


def test_an_edition_keeps_each_topics_volume_of_thirty_days(tmp_path: Path):
    desk = Desk(tmp_path)
    for day, titles in ((3, ["Nvidia ships early"]), (4, ["DeepSeek hires"]), (5, ["Nvidia recalls a fan"])):
        desk.at(day, 8)
        desk.find(*titles)
    desk.at(6, 7, 1)
    (edition,) = desk.publish()
    by_topic = {each.topic: each.days for each in edition.volumes}
    assert set(by_topic) == {rule.id for rule in RULES}
    assert {len(days) for days in by_topic.values()} == {30}
    assert {each.lived for each in edition.volumes} == {3}, "whichever topic was found first"
    assert (by_topic["nvidia"][-4:], by_topic["deepseek"][-4:]) == ((0, 1, 0, 1), (0, 0, 1, 0))
    assert desk.store.edition("2026-03-06") == edition


def test_an_edition_warns_at_its_top_when_its_sources_fail(tmp_path: Path):
    desk = Desk(tmp_path)
    desk.at(9, 6)
    trouble = Trouble(Reason.TLS, "paper.example: certificate has expired")
    memory = Memory("paper", visited=desk.clock.now, visits=4, failures=2, failing_since=desk.clock.now)
    with desk.store.writing() as writer:
        writer.visited([Visit("paper", desk.clock.now, desk.clock.now, None, {}, memory, trouble)])
    desk.at(9, 7)
    (edition,) = desk.publish()
    assert [(each.about, each.seen, each.usual) for each in edition.cautions] == [("sources", 1, 1.0)]


@pytest.mark.parametrize(("catch_up", "old", "new"), [("one", 1, 1), ("each", 3, 1), ("none", 1, 1)])
def test_a_new_reader_does_not_receive_the_backlog(tmp_path: Path, catch_up: str, old: int, new: int):
    people = [Recipient(f"{name}@desk.example", schedule=DAILY) for name in ("old", "new")]
    desk = Desk(tmp_path, *people)
    desk.paper = replace(desk.paper, catch_up=catch_up, readers=("old@desk.example",))  # type: ignore[arg-type]  # a parameter is a plain str
    desk.press = replace(desk.press, recipients=people[:1])
    desk.at(10, 8)
    desk.publish()
    desk.at(13, 9)  # after three days, with one more reader
    desk.paper = replace(desk.paper, readers=tuple(person.address for person in people))
    desk.press = replace(desk.press, recipients=people)
    desk.publish()
    counts = {name: sum(row.recipient.startswith(name) for row in desk.store.outbox()) for name in ("old", "new")}
    assert counts == {"old": 1 + old, "new": new}


def test_who_left_is_in_no_edition_made_after(tmp_path: Path):
    people = [Recipient(f"{name}@desk.example", schedule=DAILY) for name in "ab"]
    desk = Desk(tmp_path, *people)
    desk.paper = replace(desk.paper, readers=tuple(person.address for person in people))
    desk.at(10, 8)
    desk.publish()
    with desk.store.writing() as writer:
        writer.leave("A@desk.example", desk.clock.now)
    desk.at(11, 8)
    desk.publish()
    assert [row.recipient for row in desk.store.outbox()] == ["a@desk.example", "b@desk.example", "b@desk.example"]


def test_another_hour_in_the_configuration_makes_no_second_edition_of_a_date(tmp_path: Path):
    desk = Desk(tmp_path, Recipient("a@desk.example", schedule=DAILY))
    desk.at(10, 6)
    desk.find("Nvidia ships early")
    desk.at(10, 8)
    assert told(*desk.publish()) == [["Nvidia ships early"]]
    later = Schedule("09:30", "Europe/Berlin")
    desk.schedules = (later,)
    desk.press = replace(
        desk.press, recipients=[Recipient("a@desk.example", schedule=later)], main_schedule=schedule_key(later)
    )
    desk.at(10, 20)
    desk.find("DeepSeek moves")
    assert desk.publish() == ()
    desk.at(11, 9)
    assert told(*desk.publish()) == [["DeepSeek moves"]]
    assert [edition.schedule for edition in desk.store.editions(9)] == ["09:30 Europe/Berlin"] * 2
    assert len(list(desk.out.glob("2026-03-1?.html"))) == 2, "both by their dates alone"


def test_what_is_found_after_the_clock_was_set_back_is_told_in_the_next_edition_and_nothing_twice(tmp_path: Path):
    desk = Desk(tmp_path)
    desk.at(10, 6)
    desk.find("Nvidia ships early")
    desk.at(10, 9)  # two hours ahead of the truth
    assert told(*desk.publish()) == [["Nvidia ships early"]]
    desk.at(10, 7, 1)
    assert desk.publish() == ()
    desk.at(10, 7, 30)
    desk.find("DeepSeek moves")
    desk.at(10, 8)
    assert desk.publish() == ()
    desk.at(11, 7)
    assert told(*desk.publish()) == [["DeepSeek moves"]]
    desk.at(12, 7)
    (edition,) = desk.publish()
    assert edition.until - edition.since == timedelta(days=1)


# --- what keeps an edition from being shown


def test_files_that_cannot_be_written_are_owed_and_hold_up_no_mail(tmp_path: Path):
    desk = Desk(tmp_path, Recipient("reader@desk.example"))
    desk.out.write_text("a file where a folder should be")
    for day, title in ((10, "Nvidia ships early"), (11, "DeepSeek hires")):
        desk.at(day, 6)
        desk.find(title)
        desk.at(day, 7, 1)
        (edition,) = desk.publish()
        assert len(desk.store.outbox()) == day - 9
    owed = unwritten(desk.store)
    assert owed is not None
    assert "cannot be written" in owed.text
    assert len(owed.editions) == 2
    finish_files(desk.store, desk.press, desk.schedules)
    assert unwritten(desk.store) == owed
    desk.out.unlink()
    finish_files(desk.store, desk.press, desk.schedules)
    assert unwritten(desk.store) is None
    assert sorted(file.name for file in desk.out.glob("2026*.html")) == ["2026-03-10.html", "2026-03-11.html"]
    index = (desk.out / "index.html").read_text("utf-8")
    assert all(f"2026-03-{day}.html" in index for day in (10, 11))
    assert edition.date.day == 11


def test_one_file_in_the_way_keeps_no_other_edition_from_its_files(tmp_path: Path):
    desk = Desk(tmp_path, Recipient("reader@desk.example"))
    (desk.out / "2026-03-10.html" / "in the way").mkdir(parents=True)
    for day, title in ((10, "Nvidia ships early"), (11, "DeepSeek hires")):
        desk.at(day, 6)
        desk.find(title)
        desk.at(day, 7, 1)
        (edition,) = desk.publish()
    assert (desk.out / "2026-03-11.html").is_file()
    owed = unwritten(desk.store)
    assert owed is not None
    assert "2026-03-10.html" in owed.text
    assert owed.editions == (edition.id - 1,)


def test_a_broken_copy_of_one_template_changes_no_form_and_is_kept_until_it_is_touched(tmp_path: Path):
    copies = tmp_path / "templates"
    copies.mkdir()
    (copies / "mail.html").write_text("{{ 1 // 0 }}", "utf-8")
    desk = Desk(tmp_path, Recipient("reader@desk.example"))
    desk.at(10, 6)
    desk.find("Nvidia ships early")
    desk.at(10, 7, 1)
    desk.publish()
    (row,) = desk.store.outbox()
    assert b"<h3" in message_from_bytes(row.payload, policy=policy.default).get_body(("html",)).get_payload(decode=True)  # type: ignore[union-attr]
    assert (desk.out / "2026-03-10.html").exists()
    (slip,) = slips(desk.store, state([copies]))
    assert str(copies / "mail.html") in slip
    (copies / "mail.html").write_text("mended", "utf-8")
    assert slips(desk.store, state([copies])) == ()
    desk.at(11, 7, 1)
    desk.publish()
    assert desk.store.checkpoint("templates") == ""


# --- readers whose days or hours change -------------------------------------------------------------------------------


def given_to(desk: Desk) -> list[tuple[str, int, list[str]]]:
    """Who was given what, with the day on which it was made, in the order in which it was queued."""
    rows = []
    for row in desk.store.outbox():
        message = message_from_bytes(row.payload, policy=policy.default)
        text = message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
        rows.append((row.recipient[0], row.created.day, [title for title in WORDS if title in text]))
    return rows


def configured(desk: Desk, *people: Recipient) -> None:
    """The desk after a start with these readers; the first one's hour is that of [digest]."""
    hours = {person.address: person.schedule for person in people if person.schedule}
    desk.schedules = tuple(dict.fromkeys(hours.values()))
    desk.press = replace(desk.press, recipients=people, main_schedule=schedule_key(desk.schedules[0]))
    keys = {address: schedule_key(schedule) for address, schedule in hours.items()}
    desk.paper = replace(desk.paper, readers=tuple(hours), hours=keys)


@pytest.mark.parametrize(
    ("catch_up", "later"),
    [
        ("one", [("b", 13, ["Nvidia recalls a fan", "DeepSeek moves"])]),
        ("each", [("b", 13, ["Nvidia recalls a fan"]), ("b", 16, ["DeepSeek moves"])]),
    ],
)
def test_a_reader_whose_day_an_outage_covers_loses_nothing(
    tmp_path: Path, catch_up: str, later: list[tuple[str, int, list[str]]]
):
    everybody = Recipient("a@desk.example", schedule=DAILY)
    some = Recipient("b@desk.example", schedule=replace(DAILY, days=frozenset({0, 3})))
    desk = Desk(tmp_path, everybody, some, send_empty=False)
    configured(desk, everybody, some)
    desk.schedules = (DAILY,)
    desk.paper = replace(desk.paper, catch_up=catch_up)  # type: ignore[arg-type]  # a parameter is a plain str
    for day, hour, title in ((9, 6, "Nvidia ships early"), (11, 6, "Nvidia recalls a fan")):
        desk.at(day, hour)
        desk.find(title)
        desk.at(day, 7, 1)
        desk.publish()
    desk.at(13, 8)
    desk.find("DeepSeek moves")
    for day, hour in ((13, 9), (14, 8), (15, 8), (16, 8)):
        desk.at(day, hour)
        desk.publish()
    assert [each for each in given_to(desk) if each[0] == "b"] == [("b", 9, ["Nvidia ships early"]), *later]


def test_another_zone_makes_no_second_edition_of_a_date_at_any_hour(tmp_path: Path):
    def people(zone: str) -> list[Recipient]:
        return [
            Recipient(f"{who}@desk.example", schedule=Schedule(at, zone))
            for who, at in (("a", "07:00"), ("b", "06:00"))
        ]

    desk = Desk(tmp_path, *people("Europe/Lisbon"))
    configured(desk, *people("Europe/Lisbon"))
    desk.at(9, 8)
    desk.publish()
    desk.at(10, 5)
    desk.find("Nvidia ships early")
    desk.at(10, 8)
    desk.publish()
    told_before = given_to(desk)
    configured(desk, *people("Europe/Berlin"))
    desk.at(10, 12)
    assert desk.publish() == ()
    desk.find("DeepSeek moves")
    desk.at(11, 8)
    desk.publish()
    assert given_to(desk)[len(told_before) :] == [("a", 11, ["DeepSeek moves"]), ("b", 11, ["DeepSeek moves"])]


def test_who_moves_to_an_hour_of_others_is_told_no_date_and_no_story_twice(tmp_path: Path):
    late = Schedule("18:00", "UTC")
    a, b = Recipient("a@desk.example", schedule=DAILY), Recipient("b@desk.example", schedule=late)
    desk = Desk(tmp_path, a, b)
    configured(desk, a, b)
    desk.at(9, 18, 1)
    desk.publish()
    desk.at(10, 6)
    desk.find("Nvidia ships early")
    desk.at(10, 7, 1)
    desk.publish()
    configured(desk, b, replace(a, schedule=late))
    desk.at(10, 12)
    desk.find("DeepSeek moves")
    before = len(given_to(desk))
    desk.at(10, 18, 1)
    desk.publish()
    assert given_to(desk)[before:] == [("b", 10, ["Nvidia ships early", "DeepSeek moves"])]
    desk.at(11, 12)
    desk.find("DeepSeek hires")
    desk.at(11, 18, 1)
    desk.publish()
    assert sorted(given_to(desk)[before + 1 :]) == [
        ("a", 11, ["DeepSeek hires", "DeepSeek moves"]),
        ("b", 11, ["DeepSeek hires"]),
    ]


def test_two_who_change_hours_with_each_other_are_told_no_date_twice(tmp_path: Path):
    late = Schedule("18:00", "UTC")
    a, b = Recipient("a@desk.example", schedule=DAILY), Recipient("b@desk.example", schedule=late)
    desk = Desk(tmp_path, a, b)
    configured(desk, a, b)
    desk.at(9, 18, 1)
    desk.publish()
    desk.at(10, 7, 1)
    desk.publish()
    configured(desk, replace(b, schedule=DAILY), replace(a, schedule=late))
    for day, hour in ((10, 18), (11, 7), (11, 18)):
        desk.at(day, hour, 1)
        desk.publish()
    dates = [(row.recipient[0], row.message_id, row.created.day) for row in desk.store.outbox()]
    assert [(who, day) for who, _, day in dates if day > 9] == [("a", 10), ("b", 11), ("a", 11)]
