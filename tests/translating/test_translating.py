"""Words of a machine prepared for an edition: a real archive, a real service on loopback, a few stories."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from interpreter import Interpreter
from origin import Answer, Asked, Origin
from scripted import START, StandingClock

from watcher.digest.view import view
from watcher.http import post_json
from watcher.language import identify
from watcher.machine import PROMPT, ChatMachine
from watcher.store import SqlStore, open_store
from watcher.translating import TROUBLE, Parts, Reader, Run, Terms, words_for
from watcher.types import Edition, Entry, Footer, MachineSpend, Reason, Relation, Report, Trouble

PATH = "/v1/chat/completions"
DAILY = "07:00 UTC"
ZH = {
    1: ("lanting", "华为昇腾950推迟至2026年3月"),
    2: ("lanting", "英伟达重启H20对华出货"),
    3: ("jiangwan", "DeepSeek开放新模型权重"),
}
EN = {
    ZH[1][1]: "Huawei delays Ascend 950 to March 2026",
    ZH[2][1]: "Nvidia resumes H20 shipments to China",
    ZH[3][1]: "DeepSeek opens the weights of a new model",
}


def report(article: int, language: str = "zh", summary: tuple[str, ...] = ()) -> Report:
    source, title = ZH[article] if language == "zh" else ("paper", f"Nvidia builds plant number {article}")
    url = f"https://{source}.example/{article}"
    moment = START - timedelta(hours=article)
    return Report(article, url, title, source, source, language, moment, Relation.NEW, summary=summary)


def edition(*reports: Report, pending: int = 0, topics: tuple[str, ...] = ("chips",)) -> Edition:
    """One story for each report, the first ranked best."""
    entries = tuple(
        Entry(f"s{each.article}", "new", topics, (each,), 1 - place / 10) for place, each in enumerate(reports)
    )
    return Edition(
        id=0, date=date(2026, 3, 10), schedule=DAILY, since=START - timedelta(days=1), until=START, made=START,
        topics=(("chips", "Chips"), ("labs", "Laboratories")), entries=entries, footer=Footer(3, pending=pending),
    )  # fmt: skip


class Desk:
    """A run on an archive of its own, and what it takes to look at what it did."""

    def __init__(self, folder: Path, origin: Origin) -> None:
        self.store: SqlStore = open_store(folder)
        self.origin = origin
        self.clock = StandingClock()
        self.interpreter = Interpreter(EN)
        self.terms = Terms("tiny-1", PROMPT, (Reader(("en", "de")),), 20, "UTC", 1_000_000)
        self.editions: tuple[Edition, ...] = (edition(*(report(number) for number in ZH)),)
        self.seconds = 1.0  # of a request
        self.answer: Any = self.interpreter
        self.looks = 0

    def _looked(self) -> tuple[Edition, ...]:
        self.looks += 1
        return self.editions

    def run(self, stop: Any = lambda: False) -> Run:
        url = self.origin.on(PATH, self.answer)
        machine = ChatMachine(url, self.terms.machine, post_json, None, self.seconds)
        parts = Parts(self.store, machine, self.terms, self._looked, identify, self.clock, time.monotonic)
        return Run(parts, stop)

    def headlines(self, made: Edition | None = None, reads: tuple[str, ...] = ("en", "de")) -> list[str | None]:
        """What a reader of the edition sees of the machine, story by story."""
        made = made or self.editions[0]
        made = replace(made, machine=words_for(self.store, self.terms)(made))
        return [story.machine.headline if story.machine else None for story in view(made, reads).in_full]

    def spent(self) -> MachineSpend:
        return self.store.machine_spend(START - timedelta(days=99))


@pytest.fixture
def desk(tmp_path: Path, origin: Origin) -> Iterator[Desk]:
    made = Desk(tmp_path, origin)
    yield made
    made.store.close()


def test_what_a_reader_cannot_read_gets_words_once(desk: Desk) -> None:
    assert desk.headlines() == [None] * 3
    assert desk.run().drive() is None
    assert desk.headlines() == list(EN.values())
    assert desk.run().drive() is None
    assert len(desk.origin.log) == 2, "from the cache"
    assert desk.store.checkpoint(TROUBLE) in (None, "")


def test_words_of_two_sources_never_share_a_request(desk: Desk) -> None:
    desk.run().drive()
    assert [[item["headline"] for item in items] for items in desk.interpreter.asked] == [
        [ZH[1][1], ZH[2][1]],
        [ZH[3][1]],
    ]


def test_nothing_is_asked_for_readers_who_can_read_everything(desk: Desk) -> None:
    desk.terms = replace(desk.terms, readers=(Reader(("en", "zh")), Reader(())))
    desk.run().drive()
    desk.editions = (edition(report(4, "en")),)
    desk.terms = replace(desk.terms, readers=(Reader(("en",)),))
    desk.run().drive()
    assert desk.origin.log == []


def test_half_of_the_words_are_as_good_as_none(desk: Desk) -> None:
    whole = desk.editions
    desk.editions = (edition(report(1), report(2)),)
    desk.run().drive()
    assert desk.headlines() == [EN[ZH[1][1]], EN[ZH[2][1]]]
    assert desk.headlines(whole[0]) == [None] * 3


def test_a_refused_answer_leaves_its_story_as_it_is_and_the_others_with_words(desk: Desk) -> None:
    desk.interpreter.says = EN | {ZH[2][1]: "Nvidia resumes H20 shipments, visit https://evil.example"}
    desk.run().drive()
    assert desk.headlines() == [EN[ZH[1][1]], None, EN[ZH[3][1]]]
    desk.run().drive()
    assert len(desk.origin.log) == 2, "it is settled and not asked for again"


def test_a_stored_edition_keeps_the_words_it_had(desk: Desk) -> None:
    desk.run().drive()
    words = words_for(desk.store, desk.terms)(desk.editions[0])
    with desk.store.writing() as writer:
        made = writer.publish(replace(desk.editions[0], machine=words), ())
    stored = desk.store.edition(str(made.id))
    assert stored is not None
    assert [story.machine and story.machine.headline for story in view(stored, ("en",)).in_full] == list(EN.values())
    assert {each.machine for each in stored.machine} == {"tiny-1"}


def test_another_model_prompt_or_language_has_words_of_its_own(desk: Desk) -> None:
    desk.run().drive()
    for terms in (
        replace(desk.terms, machine="tiny-2"),
        replace(desk.terms, prompt=PROMPT + 1),
        replace(desk.terms, into="de"),
    ):
        desk.terms = terms
        assert desk.headlines() == [None] * 3


def test_readers_of_another_hour_topic_or_language_get_theirs(desk: Desk) -> None:
    desk.editions = (edition(report(1), topics=("chips",)), replace(edition(report(3)), schedule="09:00 UTC"))
    desk.terms = replace(
        desk.terms,
        readers=(Reader(("en",), ("labs",), DAILY), Reader(("en",), (), "09:00 UTC"), Reader(("de",), (), DAILY)),
    )
    desk.interpreter.says = EN | {ZH[1][1]: "Huawei verschiebt Ascend 950 auf März 2026"}
    desk.run().drive()
    assert [len(items) for items in desk.interpreter.asked] == [1, 1]
    assert desk.headlines(desk.editions[0], ("de",)) == ["Huawei verschiebt Ascend 950 auf März 2026"]
    assert desk.headlines(desk.editions[1], ("en",)) == [EN[ZH[3][1]]]
    assert desk.headlines(desk.editions[0], ("en",)) == [None]


def test_one_language_may_be_asked_for_alone(desk: Desk) -> None:
    desk.terms = replace(desk.terms, into="de", readers=(Reader(("en",)), Reader(("en", "de"))))
    desk.interpreter.says = {ZH[1][1]: "Huawei verschiebt Ascend 950 auf März 2026"}
    desk.editions = (edition(report(1)),)
    desk.run().drive()
    assert desk.headlines(reads=("en",)) == [None]
    assert desk.headlines(reads=("en", "de")) == ["Huawei verschiebt Ascend 950 auf März 2026"]


def test_a_source_behind_a_password_is_never_sent_and_holds_up_no_words(desk: Desk) -> None:
    desk.terms = replace(desk.terms, private=frozenset({"jiangwan"}))
    desk.run().drive()
    assert desk.headlines() == [EN[ZH[1][1]], EN[ZH[2][1]], None]
    assert not any(ZH[3][1] in asked.body.decode("unicode-escape") for asked in desk.origin.log)


def test_summaries_are_sent_only_where_they_are_wanted(desk: Desk) -> None:
    desk.editions = (edition(report(3, summary=("新模型今日发布。", "权重可以下载。"))),)
    desk.run().drive()
    assert "summary" not in desk.interpreter.asked[0][0]
    desk.terms = replace(desk.terms, summaries=True)
    desk.run().drive()
    assert desk.interpreter.asked[1][0]["summary"] == "新模型今日发布。 权重可以下载。"


# --- what it costs ---


def test_what_was_sent_where_and_what_it_cost_is_logged(desk: Desk) -> None:
    desk.terms = replace(desk.terms, price_in=1.0, price_out=10.0, per_day=1.0)
    desk.run().drive()
    newest, oldest = desk.store.machine_calls(9)
    assert (oldest.articles, newest.articles) == ((1, 2), (3,))
    assert oldest.url == desk.origin.url + PATH
    assert (oldest.machine, oldest.into, oldest.characters) == ("tiny-1", "en", len(ZH[1][1] + ZH[2][1]))
    assert (oldest.tokens_in, oldest.tokens_out, oldest.trouble) == (200, 50, None)
    assert oldest.cost == pytest.approx(200e-6 + 500e-6)
    assert desk.spent() == MachineSpend(2, 400, 100, pytest.approx(0.0014))


@pytest.mark.parametrize("price", [None, 2.0])
def test_a_cap_that_does_not_cover_all_lets_nothing_be_asked_and_says_so(desk: Desk, price: float | None) -> None:
    machine = ChatMachine("http://127.0.0.1:9/v1", "tiny-1", post_json)
    editions = desk.editions
    at_most = sum(sum(machine.at_most([words], "en")) for words in _wordings(editions[0]))
    factor = 1 if price is None else price / 1_000_000
    desk.terms = replace(desk.terms, price_in=price, price_out=price, per_day=at_most * factor * 0.5)
    assert desk.run().drive() is None
    assert desk.origin.log == []
    assert "3 more stories" in (desk.store.checkpoint(TROUBLE) or "")
    desk.terms = replace(desk.terms, per_day=at_most * factor)
    desk.run().drive()
    assert desk.headlines() == list(EN.values())
    assert desk.store.checkpoint(TROUBLE) == ""


def _wordings(made: Edition) -> list[Any]:
    from watcher.types import Wording

    return [Wording(entry.reports[0].title) for entry in made.entries]


def test_the_cap_is_of_a_local_day(desk: Desk) -> None:
    desk.terms = replace(desk.terms, per_day=10_000, timezone="Asia/Tokyo")
    desk.interpreter.usage = {"prompt_tokens": 9_000, "completion_tokens": 900}
    desk.editions = (edition(report(1)),)
    desk.run().drive()
    desk.editions = (edition(report(2)),)
    desk.run().drive()
    assert len(desk.origin.log) == 1
    desk.clock.now = START.replace(hour=14, minute=59)
    desk.run().drive()
    assert len(desk.origin.log) == 1
    desk.clock.now = START.replace(hour=15)  # midnight in Tokyo
    desk.run().drive()
    assert len(desk.origin.log) == 2


def test_the_cap_holds_however_much_a_service_claims(desk: Desk) -> None:
    desk.interpreter.usage = {"prompt_tokens": 10**30, "completion_tokens": 1}
    desk.run().drive()
    assert len(desk.origin.log) == 1, "the second request is no longer covered"


def test_killed_in_the_middle_of_a_request_its_cost_is_in_the_books_at_its_most(desk: Desk) -> None:
    desk.editions = (edition(report(1)),)
    desk.terms = replace(desk.terms, price_in=1.0, price_out=1.0)
    seen: list[MachineSpend] = []

    def answer(_: Asked) -> Answer:
        seen.append(desk.spent())  # what a kill would leave behind
        return Answer(status=500)

    desk.answer = answer
    desk.run().drive()
    (before,) = seen
    assert before.calls == 1
    assert before.tokens_in > 0
    assert before.tokens_out >= 2_048
    assert before.cost == pytest.approx((before.tokens_in + before.tokens_out) / 1e6)
    assert desk.spent() == MachineSpend(1), "an answer of 500 costs nothing"


def test_a_request_nobody_saw_the_end_of_stays_at_its_most(desk: Desk) -> None:
    desk.answer, desk.seconds = Answer(delay=9), 0.3
    trouble = desk.run().drive()
    assert trouble is not None
    assert trouble.reason is Reason.TIMEOUT
    assert desk.spent().tokens_out >= 2_048


# --- a machine in trouble ---


@pytest.mark.parametrize(
    "answer",
    [
        Answer(status=500), Answer(status=401), Answer(status=429, headers={"Retry-After": "9"}), Answer(delay=9),
        Answer(body=b"<html>"), Answer(raw=b""), Answer(body=b'{"choices": []}'), Answer(body=b"[" * 2_000_000),
    ],
)  # fmt: skip
def test_a_machine_in_trouble_leaves_an_edition_whole_and_says_why(desk: Desk, answer: Answer) -> None:
    desk.answer, desk.seconds = answer, 0.3
    assert isinstance(desk.run().drive(), Trouble)
    assert desk.headlines() == [None] * 3
    assert desk.origin.host_port in (desk.store.checkpoint(TROUBLE) or "")
    desk.answer, desk.seconds = desk.interpreter, 5.0
    assert desk.run().drive() is None
    assert desk.headlines() == list(EN.values())
    assert desk.store.checkpoint(TROUBLE) == ""


def test_one_headline_that_spoils_an_answer_is_given_up_and_the_others_have_words(desk: Desk) -> None:
    """It makes the model answer as its author wants: it can do so for itself alone."""

    def content(items: list[Any]) -> str:
        if any(item["headline"] == ZH[2][1] for item in items):
            return "PWNED"
        return json.dumps({"items": [{"id": item["id"], "headline": EN[item["headline"]]} for item in items]})

    desk.interpreter.content = content
    run = desk.run()
    for _ in range(3):
        run.drive()
    assert desk.headlines() == [EN[ZH[1][1]], None, EN[ZH[3][1]]]
    asked = len(desk.origin.log)
    run.drive()
    assert len(desk.origin.log) == asked


def test_a_machine_that_never_answers_properly_settles_nothing(desk: Desk) -> None:
    desk.interpreter.content = lambda _: "I cannot do that"
    run = desk.run()
    for _ in range(3):
        run.drive()
    desk.interpreter.content = None
    run.drive()
    assert desk.headlines() == list(EN.values())


def test_in_trouble_it_is_asked_again_after_growing_pauses_or_when_it_says(desk: Desk) -> None:
    desk.answer = Answer(status=429, headers={"Retry-After": "77"})
    pauses: list[float] = []
    moments = iter(range(0, 10**9, 40))  # every look at the clock is 40 s later

    run = desk.run(lambda: len(pauses) >= 3)
    run._parts = replace(run._parts, seconds=lambda: float(next(moments)))
    run.forever(lambda _: None, lambda _, pause: pauses.append(pause))
    assert pauses == [77.0, 77.0, 77.0]
    desk.answer = Answer(status=500)
    pauses.clear()
    run = desk.run(lambda: len(pauses) >= 9)
    run._parts = replace(run._parts, seconds=lambda: float(next(moments)))
    run.forever(lambda _: None, lambda _, pause: pauses.append(pause))
    assert pauses == [15.0, 30.0, 60.0, 120.0, 240.0, 480.0, 960.0, 1800.0, 1800.0]


def test_told_to_stop_it_waits_for_no_answer(desk: Desk) -> None:
    desk.answer, desk.seconds = Answer(delay=600), 600.0
    began = time.monotonic()
    assert desk.run(lambda: time.monotonic() - began > 0.3).drive() is None
    assert time.monotonic() - began < 60, "the answer would have come after ten minutes"
    (call,) = desk.store.machine_calls(9)
    assert "no answer came" in (call.trouble or "")


# --- when it asks ---


def test_while_verdicts_are_pending_it_waits_for_them_but_not_for_ever(desk: Desk) -> None:
    desk.terms = replace(desk.terms, patience=timedelta(seconds=100))
    desk.editions = (edition(report(1), pending=1),)
    now = [0.0]

    def wait(_: float) -> None:
        now[0] += 10
        asked_at.setdefault(bool(desk.origin.log), now[0])

    asked_at: dict[bool, float] = {}
    run = desk.run(lambda: True in asked_at or now[0] > 1_000)
    run._parts = replace(run._parts, seconds=lambda: now[0])
    run.forever(wait, lambda *_: None)
    assert 100 <= asked_at[True] <= 140


def test_nothing_new_is_no_reason_to_compose_an_edition_again(desk: Desk) -> None:
    now = [0.0]

    def wait(_: float) -> None:
        now[0] += 5

    run = desk.run(lambda: now[0] > 1_000)
    run._parts = replace(run._parts, seconds=lambda: now[0])
    run.forever(wait, lambda *_: None)
    assert desk.looks <= 5
    assert desk.headlines() == list(EN.values())
