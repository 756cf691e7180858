"""What an edition says about its sources."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from watcher.digest.health import changes, failing, plain_reason
from watcher.types import FailingSource, Memory, Reason, SourceChange, Trouble

NOW = datetime(2026, 3, 4, 7, tzinfo=UTC)
DAY = timedelta(days=1)


def test_sources_that_failed_for_long_are_named_longest_first_with_what_is_wrong():
    memories = {
        "short": Memory("short", failing_since=NOW - DAY, trouble="no answer"),
        "long": Memory("long", failing_since=NOW - 4 * DAY, trouble="no answer", title="Long Post"),
        "longer": Memory("longer", failing_since=NOW - 9 * DAY, trouble="answered 404"),
        "resting": Memory("resting", failing_since=NOW - 9 * DAY, paused=True),
        "ended": Memory("ended", failing_since=NOW - 9 * DAY, ended=NOW - DAY),
        "fine": Memory("fine"),
    }
    last = {"longer": Trouble(Reason.STATUS, "answered 404", 404)}
    assert failing({"longer": "Longer"}, memories, NOW, 3 * DAY, last.get) == (
        FailingSource("longer", "Longer", NOW - 9 * DAY, "answered 404", Reason.STATUS, 404),
        FailingSource("long", "Long Post", NOW - 4 * DAY, "no answer"),
    )


def test_what_happened_is_told_in_one_edition_and_in_no_other():
    memories = {
        "back": Memory("back", recovered=NOW - DAY, recovered_from=NOW - 6 * DAY),
        "briefly": Memory("briefly", recovered=NOW - DAY, recovered_from=NOW - 2 * DAY),
        "again": Memory("again", recovered=NOW - DAY, recovered_from=NOW - 6 * DAY, failing_since=NOW),
        "gone": Memory("gone", ended=NOW - DAY / 2, failing_since=NOW - DAY / 2),
        "elsewhere": Memory("elsewhere", moved=NOW - DAY / 4, moved_to="https://x.example/?key=1234"),
    }
    told = (
        SourceChange("back", "back", "recovered", NOW - DAY, since=NOW - 6 * DAY),
        SourceChange("gone", "gone", "ended", NOW - DAY / 2),
        SourceChange("elsewhere", "elsewhere", "moved", NOW - DAY / 4, url="https://x.example/"),
    )

    def shown(url: str) -> str:
        return url.partition("?")[0]

    assert changes({}, memories, NOW - DAY, NOW, 3 * DAY, shown) == told
    assert changes({}, memories, NOW - 2 * DAY, NOW - DAY, 3 * DAY) == ()
    assert changes({}, memories, NOW, NOW + DAY, 3 * DAY) == ()


@pytest.mark.parametrize("reason", Reason)
@pytest.mark.parametrize("status", [None, 200, 401, 404, 410, 418, 429, 500, 503])
def test_every_reason_has_its_word_in_the_catalogues(reason: Reason, status: int | None):
    from watcher.render.words import Words
    from watcher.shipped import shipped

    word = f"trouble.{plain_reason(reason, status)}"
    assert Words([shipped("templates")], "en").say(word, status="4")
