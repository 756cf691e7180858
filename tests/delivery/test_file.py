"""Mails as files: one each, whole, inside the folder."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from watcher.delivery.file import FileChannel, FileSettings
from watcher.types import OutboxRow

MOMENT = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)


def _row(recipient: str, message_id: str = "<0123456789abcdef@example.org>", payload: bytes = b"x") -> OutboxRow:
    return OutboxRow(7, 3, "file", recipient, message_id, payload, "sending", 1, MOMENT, MOMENT)


def test_a_mail_becomes_one_file_however_often_it_is_delivered(tmp_path: Path) -> None:
    channel = FileChannel(FileSettings(tmp_path / "mail"))
    first = channel.deliver(_row("team@example.org", payload=b"From: x\r\n\r\nfirst"))
    second = channel.deliver(_row("team@example.org", payload=b"From: x\r\n\r\nsecond"))
    assert (first.state, first) == ("delivered", second)
    assert [path.name for path in (tmp_path / "mail").iterdir()] == ["000003-team@example.org-0123456789ab.eml"]
    assert Path(first.reply).read_bytes() == b"From: x\r\n\r\nsecond"


@pytest.mark.parametrize("recipient", ["../../etc/passwd@example.org", "/root@x", "..", "a\x00b@x", "é" * 300, ""])
def test_no_address_leads_out_of_the_folder(tmp_path: Path, recipient: str) -> None:
    folder = tmp_path / "mail"
    receipt = FileChannel(FileSettings(folder)).deliver(_row(recipient))
    assert receipt.state == "delivered"
    assert Path(receipt.reply).resolve().parent == folder.resolve()


def test_two_readers_whose_names_look_alike_get_two_files(tmp_path: Path) -> None:
    channel = FileChannel(FileSettings(tmp_path))
    replies = {
        channel.deliver(_row("a b@x", "<11111111111111@x>")).reply,
        channel.deliver(_row("a?b@x", "<22222222222222@x>")).reply,
    }
    assert len(replies) == 2


def test_a_folder_that_cannot_be_written_is_deferred(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file, not a folder", encoding="utf-8")
    receipt = FileChannel(FileSettings(tmp_path / "taken" / "mail")).deliver(_row("team@example.org"))
    assert receipt.state == "deferred"
    assert "taken" in receipt.reply
