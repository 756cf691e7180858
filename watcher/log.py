"""What the program says while it runs: one line for each visit and each edition, on stderr, text or JSON.

Values come from feeds and servers, so no line break of theirs begins a line of ours, and nothing that looks like a
password is written.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from datetime import datetime, timedelta
from typing import Any, TextIO

import structlog

from watcher.types import Edition, OutboxRow, Receipt, Trouble, Visit
from watcher.urls import masked_text

_SECRET_KEYS = ("password", "passwd", "secret", "token", "authorization", "cookie", "api_key", "credential")
_CREDENTIALS = re.compile(r"(\w://)[^/\s@]+@")
_PLAIN = re.compile(r"[^\s\"=\\\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_LONGEST_VALUE = 500  # a server's reply may be long; a line must stay one
# These say at INFO what our own lines say better; their warnings are worth hearing.
_TALKATIVE = ("apscheduler", "alembic", "trafilatura", "htmldate", "urllib3", "asyncio")


def set_up_logging(
    form: str = "text", *, level: int = logging.INFO, stream: TextIO | None = None, color: bool = False
) -> None:
    """Makes every line of ours and of the libraries go to one stream (stderr), in one form: `text` or `json`."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _one_line_exception,
        _without_secrets,
    ]
    renderer = _as_json if form == "json" else _Text(color)
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer]
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def logger(**fields: object) -> structlog.stdlib.BoundLogger:
    """A logger whose lines all carry these fields."""
    bound: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger("watcher").bind(**fields)
    return bound


def log_visit(visit: Visit) -> None:
    """One line for the end of a visit: what was asked, what came of it, when the next one is due."""
    counts = {str(outcome): count for outcome, count in visit.counts.items() if count}
    fields: dict[str, object] = {"source": visit.source, "status": visit.status, "ms": _milliseconds(visit)}
    fields |= {"leads": sum(counts.values()), **counts}
    if visit.memory is not None:
        fields["due"] = visit.memory.due
    if visit.trouble is None:
        logger().info("visit", **_said(fields))
    else:
        fields |= {"reason": str(visit.trouble.reason), "trouble": visit.trouble.text}
        fields["failures"] = visit.memory.failures if visit.memory else None
        logger().warning("visit", **_said(fields))


def log_edition(edition: Edition, recipients: int) -> None:
    """One line for an edition that was made, and for how many readers."""
    logger().info(
        "edition",
        id=edition.id,
        date=edition.date.isoformat(),
        schedule=edition.schedule,
        stories=len(edition.entries),
        known=len(edition.known),
        retold=edition.retold,
        recipients=recipients,
        failing=len(edition.footer.failing),
    )


def log_delivery(row: OutboxRow, receipt: Receipt) -> None:
    """One line for an attempt to deliver; what was refused for good is an error that somebody has to look at."""
    write = {"delivered": logger().info, "deferred": logger().warning, "refused": logger().error}[receipt.state]
    fields: dict[str, Any] = {"edition": row.edition, "channel": row.channel, "state": receipt.state}
    if receipt.state != "delivered":
        fields |= {"message": row.id, "recipient": row.recipient, "attempts": row.attempts + receipt.tried}
    write("delivery", **fields, reply=receipt.reply)


def log_alarm(what: str, trouble: Trouble | None) -> None:
    """One line for a heartbeat that was asked, or a notice that was given."""
    if trouble is None:
        logger().info("alarm" if what.startswith("alarm") else "heartbeat", about=what)
    else:
        logger().warning("heartbeat", about=what, reason=str(trouble.reason), trouble=trouble.text)


def _milliseconds(visit: Visit) -> int:
    return (visit.ended - visit.started) // timedelta(milliseconds=1)


def _said(fields: Mapping[str, object]) -> dict[str, Any]:
    """Fields that say something; moments as text."""
    return {
        key: value.isoformat(timespec="seconds") if isinstance(value, datetime) else value
        for key, value in fields.items()
        if value is not None
    }


def _without_secrets(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key, value in event.items():
        if key.startswith("_"):
            continue
        if any(word in key.lower() for word in _SECRET_KEYS):
            event[key] = "…"
        elif isinstance(value, str):
            cleaned = masked_text(_CREDENTIALS.sub(r"\1…@", value))
            limit = len(cleaned) if key == "exception" else _LONGEST_VALUE
            event[key] = cleaned if len(cleaned) <= limit else cleaned[: limit - 1] + "…"
    return event


def _one_line_exception(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A traceback as a field of its line: what is a defect must be found again, and still be one line."""
    return structlog.processors.format_exc_info(_logger, _name, event)


def _as_json(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> str:
    return json.dumps(event, ensure_ascii=True, default=str)


class _Text:
    """`2026-11-22T07:00:00Z info visit source=wccftech status=304 ms=12`: a word stands bare, the rest in quotes."""

    def __init__(self, color: bool) -> None:
        self._colors = {"warning": "\x1b[33m", "error": "\x1b[31m", "critical": "\x1b[31m"} if color else {}

    def __call__(self, _logger: Any, _name: str, event: MutableMapping[str, Any]) -> str:
        fields = dict(event)
        level = str(fields.pop("level", ""))
        moment = str(fields.pop("timestamp", "")).partition(".")[0].rstrip("Z") + "Z"
        said = str(fields.pop("event", ""))
        words = [moment, f"{level:<7}", said if "\n" not in said and said.isprintable() else json.dumps(said)]
        words += [f"{key}={_shown(value)}" for key, value in fields.items()]
        line = " ".join(words)
        color = self._colors.get(level)
        return f"{color}{line}\x1b[0m" if color else line


def _shown(value: object) -> str:
    text = str(value)
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=not text.isprintable())
