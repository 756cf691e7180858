"""The log: one line for each thing, whatever the values hold, and never a secret."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import structlog
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from watcher.log import log_edition, log_visit, logger, set_up_logging
from watcher.types import Edition, Memory, Outcome, Reason, Trouble, Visit

MOMENT = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


def _lines(form: str = "text") -> io.StringIO:
    stream = io.StringIO()
    set_up_logging(form, stream=stream)
    return stream


def _visit(trouble: Trouble | None = None) -> Visit:
    memory = Memory("wccftech", due=MOMENT + timedelta(minutes=30), failures=2 if trouble else 0)
    counts = {Outcome.STORED: 2, Outcome.OFF_TOPIC: 5, Outcome.SEEN: 0}
    return Visit("wccftech", MOMENT, MOMENT + timedelta(milliseconds=120), 200, counts, memory, trouble)


def test_a_visit_is_one_line_of_text() -> None:
    stream = _lines()
    log_visit(_visit())
    line = stream.getvalue()
    assert line.count("\n") == 1
    assert line.split("Z ", 1)[1] == (
        "info    visit source=wccftech status=200 ms=120 leads=7 stored=2 off-topic=5 due=2026-11-22T07:30:00+00:00\n"
    )


def test_a_visit_in_trouble_is_a_warning_that_says_why() -> None:
    stream = _lines("json")
    log_visit(_visit(Trouble(Reason.TIMEOUT, "wccftech.com said nothing for 30 s; it is asked again later")))
    entry = json.loads(stream.getvalue())
    assert (entry["level"], entry["event"], entry["reason"], entry["failures"]) == ("warning", "visit", "timeout", 2)
    assert entry["trouble"].startswith("wccftech.com said nothing")


def test_an_edition_is_one_line() -> None:
    stream = _lines("json")
    edition = Edition(3, date(2026, 11, 22), "07:00 UTC", MOMENT, MOMENT, MOMENT, (), ())
    log_edition(edition, recipients=2)
    entry = json.loads(stream.getvalue())
    assert (entry["event"], entry["id"], entry["date"], entry["recipients"]) == ("edition", 3, "2026-11-22", 2)


@pytest.mark.parametrize("form", ["text", "json"])
def test_no_secret_is_ever_written(form: str) -> None:
    stream = _lines(form)
    logger(smtp_password="hunter2", Authorization="Bearer hunter2").info("sent", url="https://me:hunter2@example.org/")
    logging.getLogger("urllib3").warning("retry https://me:%s@example.org/", "hunter2")
    try:
        raise ValueError("postgresql://news:hunter2@db/news")
    except ValueError:
        logger().exception("failed")
    logger().info("asked", trouble="https://example.org/feed?token=hunter2 answered 404")
    assert "hunter2" not in stream.getvalue()
    assert stream.getvalue().count("\n") == 4
    assert "example.org" in stream.getvalue()


@pytest.mark.parametrize("form", ["text", "json"])
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(value=st.text(st.characters(codec=None, exclude_categories=())))
def test_no_value_of_a_feed_begins_a_line_of_its_own(form: str, value: str) -> None:
    stream = _lines(form)
    logger().info("visit", title=value)
    assert len(stream.getvalue().splitlines()) == 1
    stream.getvalue().encode()


def test_libraries_are_heard_when_they_warn_and_not_when_they_chat() -> None:
    stream = _lines()
    logging.getLogger("apscheduler.scheduler").info("Adding job tentatively")
    logging.getLogger("apscheduler.scheduler").warning("Run time was missed")
    assert "Adding job" not in stream.getvalue()
    assert "Run time was missed" in stream.getvalue()


def test_details_stay_silent_until_they_are_asked_for() -> None:
    stream = io.StringIO()
    set_up_logging(stream=stream)
    logger().debug("lead")
    assert stream.getvalue() == ""
    set_up_logging(stream=stream, level=logging.DEBUG)
    logger().debug("lead")
    assert "lead" in stream.getvalue()
