"""Services of the operator's, against a scripted server on loopback."""

import gzip
import json
from collections.abc import Iterator

import pytest
from origin import Answer, Asked, Origin

from watcher.http import post_json
from watcher.types import Reason, Trouble


@pytest.fixture
def other() -> Iterator[Origin]:
    server = Origin()
    yield server
    server.close()


def trouble(answer: object) -> Trouble:
    assert isinstance(answer, Trouble), answer
    return answer


def test_json_goes_out_and_comes_back_from_a_private_address(origin: Origin) -> None:
    url = origin.on("/v1/embeddings", Answer(body=b'{"data": [1, "\xc3\xbc"]}'))
    assert post_json(url, {"input": ["ü"]}) == {"data": [1, "ü"]}
    (asked,) = origin.log
    assert (asked.method, asked.target) == ("POST", "/v1/embeddings")
    assert asked.header("content-type") == "application/json"
    assert asked.header("content-length") == str(len(json.dumps({"input": ["ü"]})))
    assert asked.header("authorization") is None


def test_the_key_goes_out_as_a_bearer_token_and_into_no_message(origin: Origin) -> None:
    url = origin.on("/v1", Answer(status=401))
    said = trouble(post_json(url, {}, key="s3cret"))
    assert origin.log[0].header("authorization") == "Bearer s3cret"
    assert said.status == 401
    assert "WATCHER_STORIES__ENCODER_KEY" in said.text
    assert "s3cret" not in said.text


@pytest.mark.parametrize("key", ["a\r\nX: y", "a\0", "ключ"])
def test_a_key_that_breaks_a_header_is_not_sent(origin: Origin, key: str) -> None:
    said = trouble(post_json(origin.on("/v1", Answer(body=b"1")), {}, key=key))
    assert origin.log == []
    assert key not in said.text


@pytest.mark.parametrize("status", [307, 308])
def test_a_redirect_on_the_same_host_is_followed_with_method_and_body(origin: Origin, status: int) -> None:
    url = origin.on("/v1", Answer(status=status, headers={"Location": "/v1/"}))
    origin.on("/v1/", Answer(body=b"7"))
    assert post_json(url, [1], key="k") == 7
    assert [(asked.method, asked.header("content-length")) for asked in origin.log] == [("POST", "3")] * 2


def test_a_redirect_to_another_host_is_not_followed(origin: Origin, other: Origin) -> None:
    target = other.on("/v1", Answer(body=b"7"))
    said = trouble(post_json(origin.on("/v1", Answer(status=307, headers={"Location": target})), {}, key="k"))
    assert said.reason is Reason.REDIRECTS
    assert other.log == []


@pytest.mark.parametrize("status", [301, 302, 303])
def test_a_redirect_that_would_drop_the_body_is_trouble(origin: Origin, status: int) -> None:
    said = trouble(post_json(origin.on("/v1", Answer(status=status, headers={"Location": "/v2"})), {}))
    assert (said.reason, said.status) == (Reason.STATUS, status)
    assert len(origin.log) == 1


def test_redirects_in_a_circle_end(origin: Origin) -> None:
    said = trouble(post_json(origin.on("/v1", Answer(status=307, headers={"Location": "/v1"})), {}))
    assert said.reason is Reason.REDIRECTS
    assert len(origin.log) <= 5


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Answer(body=b"<html>"), Reason.UNREADABLE),
        (Answer(body=b"[" * 200_000), Reason.UNREADABLE),
        (Answer(body=b"\xff"), Reason.UNREADABLE),
        (Answer(status=500), Reason.STATUS),
        (Answer(status=204), Reason.STATUS),
        (Answer(body=b"[1, 2]", cut=2), Reason.CONNECTION),
        (Answer(raw=b"no http\r\n\r\n"), Reason.PROTOCOL),
        (Answer(raw=b""), Reason.CONNECTION),
        (Answer(body=b"1", headers={"Content-Encoding": "gzip"}), Reason.PROTOCOL),
        (Answer(body=b"1" * 9_000), Reason.TOO_LARGE),
        (Answer(body=gzip.compress(b" " * 9_000), headers={"Content-Encoding": "gzip"}), Reason.TOO_LARGE),
        (Answer(body=b"[1]" + b" " * 2_000, drip=0.3), Reason.TIMEOUT),
        (Answer(delay=600), Reason.TIMEOUT),
    ],
    ids=lambda value: value.value if isinstance(value, Reason) else "",
)
def test_what_goes_wrong_is_named(origin: Origin, answer: Answer, reason: Reason) -> None:
    seconds = 0.4 if reason is Reason.TIMEOUT else 120.0
    most = 8_000 if len(answer.body) < 9_999 else 300_000
    said = trouble(post_json(origin.on("/v1", answer), {}, seconds=seconds, max_bytes=most))
    assert said.reason is reason
    assert said.text


def test_an_address_nobody_listens_at_is_trouble() -> None:
    assert trouble(post_json("http://127.0.0.1:9/v1", {})).reason is Reason.CONNECTION
    assert trouble(post_json("http://nobody.invalid/v1", {}, resolve=lambda *_: [])).reason is Reason.NAME
    assert trouble(post_json("ftp://127.0.0.1/v1", {})).reason is Reason.BAD_ADDRESS


def test_a_secret_in_the_query_appears_in_no_message(origin: Origin) -> None:
    said = trouble(post_json(origin.on("/v1", Answer(status=500)) + "?key=s3cret", {}))
    assert "s3cret" not in said.text


def test_a_gzipped_answer_is_unpacked(origin: Origin) -> None:
    def answer(_: Asked) -> Answer:
        return Answer(body=gzip.compress(b"[1]"), headers={"Content-Encoding": "gzip"})

    assert post_json(origin.on("/v1", answer), {}) == [1]
