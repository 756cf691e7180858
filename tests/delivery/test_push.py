"""Chat and push through apprise itself, over HTTP on loopback."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from origin import Answer, Origin

from watcher.delivery import Outside
from watcher.delivery.push import PushChannel, PushTable, fitted, name_of
from watcher.errors import DeliveryError
from watcher.http import send
from watcher.log import set_up_logging
from watcher.types import OutboxRow, Receipt, Recipient

pytest.importorskip("apprise", reason='no apprise here; `pip install "toldonce[push]"` brings it')

NOW = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)
CANARY = "kanarienvogel7"
TEXT = "\n\n".join(f"{number}. Ascend ships, says paper {number}. " * 9 for number in range(30))


def outside() -> Outside:
    return Outside(lambda: NOW, send)


def table(*addresses: str) -> PushTable:
    return PushTable.model_validate({"addresses": "\n".join(addresses)})


def pushed(address: str, title: str = "3 stories", body: str = TEXT, **options: Any) -> Receipt:
    payload = json.dumps({"title": title, "body": body}).encode()
    row = OutboxRow(1, 1, "push", name_of(address), "<m@x>", payload, "sending", 1, NOW, NOW)
    return PushChannel([address], **options).deliver(row)


def got(origin: Origin) -> Mapping[str, Any]:
    (asked,) = origin.log
    found: Mapping[str, Any] = json.loads(asked.body)
    return found


def test_a_service_gets_title_and_text(origin: Origin) -> None:
    origin.on("/hook", Answer())
    receipt = pushed(f"json://{origin.host_port}/hook", body="Ascend <ships> & more\n昇腾")
    assert receipt.state == "delivered", receipt
    assert got(origin)["title"] == "3 stories"
    assert got(origin)["message"] == "Ascend <ships> & more\n昇腾"


def test_a_text_is_cut_to_what_the_service_takes_at_a_paragraph(origin: Origin) -> None:
    origin.on("/news", Answer(body=b"{}"))
    origin.on("/", Answer(body=b"{}"))
    long = "\n\n".join(f"{number}. " + "word " * 90 for number in range(40))
    assert pushed(f"ntfy://{origin.host_port}/news", body=long).state == "delivered"
    message = got(origin)["message"]
    assert len(message) < 8000 < len(long)
    assert message.startswith("0. word")
    assert "… (+" in message.splitlines()[-1]


@pytest.mark.parametrize("status", [401, 404, 500])
def test_a_failure_says_which_service_and_what_it_answered_and_nothing_secret(
    origin: Origin, status: int, capfd: pytest.CaptureFixture[str]
) -> None:
    origin.on(f"/{CANARY}", Answer(status=status))
    written, root = io.StringIO(), logging.getLogger()
    before = root.handlers, root.level
    set_up_logging(stream=written)
    try:
        receipt = pushed(f"json://user:{CANARY}@{origin.host_port}/{CANARY}")
    finally:
        root.handlers, root.level = before
    assert receipt.state == "deferred"
    assert str(status) in receipt.reply
    assert CANARY not in receipt.reply + receipt.line + written.getvalue() + "".join(capfd.readouterr())


def test_a_service_that_hangs_is_left_at_the_deadline(origin: Origin) -> None:
    origin.on("/slow", Answer(delay=600))
    receipt = pushed(f"json://{origin.host_port}/slow", seconds=0.3)
    assert (receipt.state, "within 0.3 s" in receipt.reply) == ("deferred", True)


def test_one_service_in_trouble_says_nothing_of_another(origin: Origin) -> None:
    origin.on("/a", Answer(status=500))
    origin.on("/b", Answer(status=500))
    lines = {pushed(f"json://{origin.host_port}/{path}").line for path in "ab"}
    assert len(lines) == 2


def test_whatever_a_headline_holds_it_is_handed_over(origin: Origin) -> None:
    origin.on("/hook", Answer())
    assert pushed(f"json://{origin.host_port}/hook", "a\x00\ud800b\u202e", "c\x0b\udc00d").state == "delivered"
    assert (got(origin)["title"], got(origin)["message"]) == ("ab\u202e", "cd")


def test_each_address_is_a_reader_under_a_name_that_gives_nothing_away() -> None:
    addresses = (f"ntfys://{CANARY}/x", f"tgram://{CANARY}/y", f"ntfys://{CANARY}/x")
    readers = table(*addresses).readers((Recipient("a@desk.example"),))
    assert [reader.address.partition("-")[0] for reader in readers] == ["ntfys", "tgram"]
    assert CANARY not in "".join(reader.address for reader in readers)
    assert CANARY not in repr(table(*addresses))


def test_an_address_that_is_none_is_told_by_its_number() -> None:
    with pytest.raises(DeliveryError, match="address 2") as raised:
        table("json://localhost/", f"nonsense {CANARY}").channel(outside())
    assert CANARY not in str(raised.value)
    with pytest.raises(DeliveryError, match="WATCHER_DIGEST__PUSH__ADDRESSES"):
        table().channel(outside())


def test_without_apprise_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("watcher.delivery.push.find_spec", lambda _name: None)
    with pytest.raises(DeliveryError, match=r"pip install \"toldonce\[push\]\""):
        table("json://localhost/").channel(outside())


@settings(max_examples=80, deadline=None)
@given(st.text(st.sampled_from("ab \n"), max_size=300), st.integers(12, 200))
def test_a_fitted_text_fits_and_is_a_beginning(text: str, most: int) -> None:
    cut = fitted(text, most)
    assert len(cut) <= most
    assert text.startswith(cut.partition("…")[0].rstrip())
    assert fitted(text, len(text)) == text
