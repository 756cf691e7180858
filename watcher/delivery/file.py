"""Mails as `.eml` files in a folder: for the demo, and for whoever has no mail server."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import Field

from watcher.delivery.draft import Draft, as_mail, as_notice
from watcher.delivery.outside import Outside
from watcher.delivery.table import ChannelTable
from watcher.keys.tables import Beside
from watcher.types import OutboxRow, Receipt, Recipient

_UNSAFE = re.compile(r"[^A-Za-z0-9@._+-]+")


@dataclass(frozen=True, slots=True)
class FileSettings:
    """Where the files go; the folder is made when it is not there."""

    folder: Path


class FileChannel:
    """Delivers rows of the outbox into a folder, each as a file named after edition, recipient and message."""

    name = "file"

    def __init__(self, settings: FileSettings) -> None:
        self._folder = settings.folder

    def deliver(self, row: OutboxRow) -> Receipt:
        """Writes the payload, unchanged, in one step; a second attempt replaces the first one's file."""
        target = self._folder / _file_name(row)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            # Always the same name: what a killed attempt left half written, the next one writes over.
            part = target.with_name(f".{target.name}.part")
            with part.open("wb") as new:
                new.write(row.payload)
                new.flush()
                os.fsync(new.fileno())
            part.replace(target)
        except OSError as error:
            return Receipt("deferred", f"{target}: {error.strerror or error}")
        return Receipt("delivered", str(target))


class FileTable(ChannelTable):
    """`[digest.file]`: a folder."""

    folder: Beside = Field(description='a path like "mail"')

    def channel(self, outside: Outside) -> FileChannel:
        del outside
        return FileChannel(FileSettings(self.folder))

    def compose(self, draft: Draft) -> bytes:
        return as_mail(draft, self.sender)

    def notice(self, subject: str, text: str, reader: Recipient, id: str, now: datetime) -> bytes:
        return as_notice(subject, text, self.sender, reader, id, now)


def _file_name(row: OutboxRow) -> str:
    """No word of it can leave the folder or hide the file; the message id keeps two recipients apart."""
    recipient = _UNSAFE.sub("-", row.recipient).strip(".-")[:80]
    mark = _UNSAFE.sub("-", row.message_id).strip(".-@").partition("@")[0][:12]
    return f"{row.edition:06d}-{recipient or 'reader'}-{mark or row.id}.eml"
