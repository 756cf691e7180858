"""The machine's edge, against a real server on loopback that answers well, badly, late or not at all."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from interpreter import Interpreter
from origin import Answer, Asked, Origin

from watcher.http import post_json
from watcher.machine import ChatMachine, chat_address
from watcher.types import MachineAnswer, Reason, Trouble, Wording

PATH = "/v1/chat/completions"
WORDS = (Wording("华为昇腾950推迟"), Wording("英伟达重启H20出货", "出货将于七月恢复。"))
SAID = {WORDS[0].headline: "Huawei delays Ascend 950", WORDS[1].headline: "Nvidia resumes H20 shipments"}


@pytest.fixture
def other() -> Iterator[Origin]:
    server = Origin()
    yield server
    server.close()


def machine(origin: Origin, script: Any, seconds: float = 120.0, key: str | None = None) -> ChatMachine:
    return ChatMachine(origin.on(PATH, script), "tiny-1", post_json, key, seconds)


def answered(found: object) -> MachineAnswer:
    assert isinstance(found, MachineAnswer), found
    return found


def trouble(found: object) -> Trouble:
    assert isinstance(found, Trouble), found
    return found


def test_words_go_out_as_data_and_come_back_in_their_order(origin: Origin) -> None:
    interpreter = Interpreter(SAID)
    found = answered(machine(origin, interpreter, key="k3y").ask(WORDS, "en").result(5))
    assert [each.headline for each in found.said] == list(SAID.values())
    assert [each.summary for each in found.said] == ["", "In English: 出货将于七月恢复。"]
    assert (found.tokens_in, found.tokens_out, found.trouble) == (200, 50, None)
    (asked,) = origin.log
    request = json.loads(asked.body)
    assert asked.header("authorization") == "Bearer k3y"
    assert set(request) == {"model", "messages", "max_tokens"}, "nothing that only some services know"
    assert request["model"] == "tiny-1"
    assert [each["role"] for each in request["messages"]] == ["system", "user"]
    assert "English" in request["messages"][0]["content"]
    assert not any(words.headline in request["messages"][0]["content"] for words in WORDS)


def test_answers_that_come_in_another_order_fenced_or_behind_a_thought_are_read(origin: Origin) -> None:
    def content(items: Any) -> str:
        said = [{"id": item["id"], "headline": f"Headline {item['id']}", "summary": "S."} for item in reversed(items)]
        return f"<think>Let me see {{}}</think>\n```json\n{json.dumps({'items': said})}\n```"

    found = answered(machine(origin, Interpreter(content=content)).ask_now(WORDS, "en"))
    assert found.said == (Wording("Headline 1"), Wording("Headline 2", "S.")), "no summary where none was given"


@pytest.mark.parametrize(
    "content",
    [
        "Huawei delays Ascend 950",
        "",
        "{}",
        '{"items": []}',
        '{"items": [{"id": 1, "headline": "A"}]}',
        '{"items": [{"id": 1, "headline": "A"}, {"id": 1, "headline": "B"}]}',
        '{"items": [{"id": 1, "headline": "A"}, {"id": 3, "headline": "B"}]}',
        '{"items": [{"id": 1, "headline": "A"}, {"id": true, "headline": "B"}]}',
        '{"items": [{"id": 1, "headline": "A"}, {"id": 2}]}',
        '{"items": [{"id": 1, "headline": "A"}, {"id": 2, "headline": ["B"]}]}',
        '{"items": [{"id": 1, "headline": "A"}, {"id": 2, "headline": "B"}, {"id": 3, "headline": "C"}]}',
        '{"items": [{"id": 1, "headline": "A"}, "B"]}',
        '["A", "B"]',
        "[" * 100_000,
        'Sure! {"items": [{"id": 1, "headline": "A"}, {"id": 2, "headline": "B"}]}',
    ],
)
def test_an_answer_that_is_not_as_it_was_told_to_be_is_trouble_that_cost_what_it_says(
    origin: Origin, content: str
) -> None:
    found = answered(machine(origin, Interpreter(content=lambda _: content)).ask_now(WORDS, "en"))
    assert found.trouble is not None
    assert found.trouble.reason is Reason.UNREADABLE
    assert found.said == ()
    assert (found.tokens_in, found.tokens_out) == (200, 50)


@pytest.mark.parametrize(
    "body",
    [
        b"[]", b"7", b"{}", b'{"choices": []}', b'{"choices": [{}]}', b'{"choices": [{"message": null}]}',
        b'{"choices": {"0": 1}}', b'{"choices": [{"message": {"content": 7}}], "usage": 3}',
        b'{"choices": [{"message": {"content": null, "refusal": "no"}}]}',
    ],
)  # fmt: skip
def test_what_is_no_chat_at_all_is_trouble_and_counted_at_its_most(origin: Origin, body: bytes) -> None:
    asking = machine(origin, Answer(body=body))
    found = answered(asking.ask_now(WORDS, "en"))
    assert found.trouble is not None
    assert found.trouble.reason is Reason.UNREADABLE
    assert (found.tokens_in, found.tokens_out) == asking.at_most(WORDS, "en")


def test_an_answer_that_was_cut_off_is_not_used(origin: Origin) -> None:
    body = {"choices": [{"finish_reason": "length", "message": {"content": '{"items": ['}}], "usage": {}}
    found = answered(machine(origin, Answer(body=json.dumps(body).encode())).ask_now(WORDS, "en"))
    assert found.trouble is not None
    assert found.trouble.reason is Reason.INCOMPLETE


@pytest.mark.parametrize(
    ("script", "reason", "is_free"),
    [
        (Answer(status=429, headers={"Retry-After": "90"}), Reason.STATUS, True),
        (Answer(status=500), Reason.STATUS, True),
        (Answer(status=401), Reason.STATUS, True),
        (Answer(delay=600), Reason.TIMEOUT, False),
        (Answer(body=b"x" * 2_000, drip=0.1), Reason.TIMEOUT, False),
        (Answer(body=b"<html>", headers={"Content-Type": "text/html"}), Reason.UNREADABLE, False),
        (Answer(body=b'{"choices": [', length=999, cut=5), Reason.CONNECTION, False),
        (Answer(body=b" " * 1_100_000), Reason.TOO_LARGE, False),
        (Answer(raw=b"nothing\r\n\r\n"), Reason.PROTOCOL, False),
    ],
)
def test_what_a_service_can_do_is_trouble_with_a_name(
    origin: Origin, script: Answer, reason: Reason, is_free: bool
) -> None:
    seconds = 0.5 if reason is Reason.TIMEOUT else 120.0
    found = trouble(machine(origin, script, seconds, "s3cret").ask_now(WORDS, "en"))
    assert found.reason is reason
    assert "s3cret" not in found.text
    assert (found.status is not None) is is_free
    if found.status == 429:
        assert found.retry_after == timedelta(seconds=90)
    if found.status == 401:
        assert "WATCHER_MACHINE__KEY" in found.text


def test_nobody_listening_is_trouble_that_cost_nothing(origin: Origin) -> None:
    asking = ChatMachine("http://127.0.0.1:9/v1", "tiny-1", post_json)
    assert trouble(asking.ask_now(WORDS, "en")).unsent
    assert not trouble(machine(origin, Answer(raw=b"")).ask_now(WORDS, "en")).unsent


def test_a_redirect_to_another_host_gets_neither_words_nor_key(origin: Origin, other: Origin) -> None:
    target = other.on(PATH, Interpreter(SAID))
    found = trouble(machine(origin, Answer(status=307, headers={"Location": target}), key="k").ask_now(WORDS, "en"))
    assert found.reason is Reason.REDIRECTS
    assert other.log == []


def test_a_service_that_knows_the_limit_by_its_newer_name_is_asked_by_that(origin: Origin) -> None:
    interpreter = Interpreter(SAID)

    def newer(asked: Asked) -> Answer:
        return Answer(status=400) if "max_tokens" in json.loads(asked.body) else interpreter(asked)

    asking = machine(origin, newer)
    assert answered(asking.ask_now(WORDS, "en")).said
    assert answered(asking.ask_now(WORDS, "en")).said
    assert len(origin.log) == 3, "it is remembered"


def test_a_service_that_refuses_these_words_is_asked_by_the_old_name_the_next_time(origin: Origin) -> None:
    asking = machine(origin, Answer(status=400))
    assert trouble(asking.ask_now(WORDS, "en")).status == 400
    asking.ask_now(WORDS, "en")
    assert ["max_tokens" in json.loads(asked.body) for asked in origin.log] == [True, False, True, False]


@pytest.mark.parametrize(
    "usage",
    [None, {}, {"prompt_tokens": 0, "completion_tokens": 0}, {"prompt_tokens": -5, "completion_tokens": True}],
)
def test_tokens_that_are_not_told_or_cannot_be_true_are_counted_at_their_most(
    origin: Origin, usage: dict[str, int] | None
) -> None:
    asking = machine(origin, Interpreter(SAID, usage=usage))
    found = answered(asking.ask_now(WORDS, "en"))
    assert found.said
    assert (found.tokens_in, found.tokens_out) == asking.at_most(WORDS, "en")


def test_the_most_that_a_request_can_take_bounds_what_is_sent(origin: Origin) -> None:
    sent, _ = machine(origin, Interpreter()).at_most(WORDS, "en")
    given = sum(len((each.headline + each.summary).encode()) for each in WORDS)
    assert given < sent < given + 2_000


def test_words_come_back_clean_bounded_and_on_one_line(origin: Origin) -> None:
    dirty = "Huawei\u202e delays\n<b>Ascend</b>\x00 950&amp;more\ud800 " + "x" * 50_000

    def content(items: Any) -> str:
        return json.dumps({"items": [{"id": item["id"], "headline": dirty} for item in items]})

    (said,) = answered(machine(origin, Interpreter(content=content)).ask_now(WORDS[:1], "en")).said
    assert said.headline.startswith("Huawei delays Ascend 950&more x")
    assert len(said.headline) <= 8_000
    assert said.headline.isprintable()


def test_any_words_can_be_sent(origin: Origin) -> None:
    words = (Wording("a\0b\ud800<script>x</script>\n\u2028" + "长" * 9_000, "s" * 9_000),)
    interpreter = Interpreter()
    assert answered(machine(origin, interpreter).ask_now(words, "xx")).said
    ((item,),) = interpreter.asked
    assert len(item["headline"]) <= 600
    assert len(item["summary"]) <= 1_500
    assert "script" not in item["headline"]


def test_what_hangs_keeps_no_process(origin: Origin) -> None:
    future = machine(origin, Answer(delay=60), 60).ask(WORDS, "en")
    assert not future.done()
    (thread,) = (each for each in threading.enumerate() if each.name == "watcher-machine" and each.is_alive())
    assert thread.daemon


def test_an_address_may_end_where_the_service_begins() -> None:
    whole = "https://api.example.org/v1/chat/completions"
    assert chat_address("https://api.example.org/v1") == whole
    assert chat_address("https://api.example.org/v1/") == whole
    assert chat_address(whole) == whole
    assert chat_address(whole + "?api-version=1") == whole + "?api-version=1"
    assert ChatMachine(whole + "?key=s3cret", "m", post_json).url == whole
