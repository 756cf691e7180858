"""The webhook against a scripted server: what it is sent, how that is signed, and what becomes of its answers."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from origin import Answer, Origin

from watcher.delivery import Outside
from watcher.delivery.webhook import WebhookTable
from watcher.errors import DeliveryError
from watcher.http import send
from watcher.types import OutboxRow, Receipt, Recipient

NOW = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)
SECRET = "whsec_" + base64.b64encode(b"kanarienvogel7").decode()
PAYLOAD = '{"date": "2026-11-22", "sections": ["昇腾"]}'.encode()


@pytest.fixture
def other() -> Iterator[Origin]:
    server = Origin()
    yield server
    server.close()


def table(url: str, secret: str | None = SECRET) -> WebhookTable:
    return WebhookTable.model_validate({"url": url, "secret": secret})


def sent(url: str, secret: str = SECRET, now: datetime = NOW) -> Receipt:
    row = OutboxRow(1, 1, "webhook", "hook", "<0a1b@localhost>", PAYLOAD, "sending", 1, NOW, NOW)
    return table(url, secret).channel(Outside(lambda: now, send)).deliver(row)


def test_the_body_is_the_payload_and_its_signature_can_be_checked(origin: Origin) -> None:
    url = origin.on("/hook", Answer(status=202))
    assert sent(url, now=NOW + timedelta(hours=3)).state == "delivered"
    (asked,) = origin.log
    assert asked.body == PAYLOAD
    seconds = str(int((NOW + timedelta(hours=3)).timestamp()))
    assert asked.header("webhook-timestamp") == seconds, "of this attempt, not of the edition"
    assert asked.header("webhook-id") == asked.header("idempotency-key") == "0a1b@localhost"
    signed = hmac.new(b"kanarienvogel7", f"0a1b@localhost.{seconds}.".encode() + PAYLOAD, hashlib.sha256).digest()
    assert asked.header("webhook-signature") == "v1," + base64.b64encode(signed).decode()
    assert (asked.header("content-type") or "").startswith("application/json")


def test_a_secret_may_be_any_text(origin: Origin) -> None:
    assert sent(origin.on("/hook", Answer()), "tief im Keller").state == "delivered"
    signed = hmac.new(b"tief im Keller", f"0a1b@localhost.{int(NOW.timestamp())}.".encode() + PAYLOAD, hashlib.sha256)
    assert origin.log[0].header("webhook-signature") == "v1," + base64.b64encode(signed.digest()).decode()


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (200, "delivered"), (204, "delivered"), (400, "refused"), (413, "refused"), (422, "refused"),
        (401, "deferred"), (403, "deferred"), (404, "deferred"), (410, "deferred"),
        (408, "deferred"), (425, "deferred"), (429, "deferred"), (500, "deferred"), (503, "deferred"),
        (304, "deferred"),
    ],
)  # fmt: skip
def test_every_answer_has_its_receipt(origin: Origin, status: int, state: str) -> None:
    receipt = sent(origin.on("/hook", Answer(status=status)))
    assert receipt.state == state
    assert origin.host_port in receipt.reply
    assert "kanarienvogel" not in receipt.reply
    assert (receipt.line != "") == (state == "deferred")


def test_time_that_is_asked_for_is_given(origin: Origin) -> None:
    receipt = sent(origin.on("/hook", Answer(status=503, headers={"Retry-After": "7200"})))
    assert (receipt.state, receipt.again) == ("deferred", timedelta(hours=2))


def test_what_is_signed_for_one_host_goes_to_no_other(origin: Origin, other: Origin) -> None:
    there = other.on("/x", Answer())
    assert sent(origin.on("/hook", Answer(status=307, headers={"Location": there}))).state == "deferred"
    assert other.log == []


@pytest.mark.parametrize("secret", [None, "", "  ", "whsec_no base64!"])
def test_without_a_secret_nothing_can_be_sent_and_it_says_what_to_set(secret: str | None) -> None:
    with pytest.raises(DeliveryError, match="webhook: ") as raised:
        table("https://hook.example/x", secret).channel(Outside(lambda: NOW, send))
    assert "no base64!" not in str(raised.value)


def test_it_has_one_reader_named_by_its_host_alone() -> None:
    people = (Recipient("a@desk.example"), Recipient("b@desk.example"))
    assert table("https://hook.example/x/kanarienvogel7?k=1").readers(people) == (Recipient("hook.example:443"),)
    assert "kanarienvogel7" not in repr(table("https://hook.example/x", "kanarienvogel7"))
