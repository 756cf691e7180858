"""Who of several processes runs which tests, and when: a file's are one's, and those that take long come first.

Within a file, what is made once for all of its tests is made once, not once a process. What takes long would hold up
the end alone, if it came last.
"""

from __future__ import annotations

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

# Files whose tests take long and share little: any process may run any of their tests.
APART = (
    "tests/kill/test_daemons.py",
    "tests/kill/test_kills.py",
    "tests/test_daemon.py",
    "tests/web/test_web_serving.py",
    "tests/cli/test_running.py",
    "tests/poll/test_sharing.py",
    "tests/test_systemd.py",
    "tests/docs/test_docs.py",
    "tests/store/test_store_search.py",
    "tests/store/test_crash.py",
    "tests/guest/test_polite_score.py",
    "tests/cli/test_database_elsewhere.py",
)
# The others that take longest, the longest first; measured, in seconds: 8 to 25.
LONG = (
    "tests/test_workers.py",
    "tests/engine/test_same_archive.py",
    "tests/hostile/test_scripts.py",
    "tests/web/test_web_site.py",
    "tests/store/test_plans.py",
    "tests/web/test_web_marking.py",
    "tests/looks/test_in_a_browser.py",
    "tests/web/test_reading_browser.py",
    "tests/delivery/test_smtp_faults.py",
    "tests/http/test_http.py",
    "tests/test_delivering.py",
    "tests/test_canary.py",
    "tests/test_publish.py",
    "tests/backfill/test_stopped.py",
    "tests/backfill/test_backfill.py",
    "tests/demo/test_show.py",
    "tests/eval/test_copies.py",
    "tests/eval/test_stories_floors.py",
)
_RANKS = {file: rank for rank, file in enumerate((*APART, *LONG))}


def rank(nodeid: str, is_long: bool) -> int:
    """The smaller, the sooner."""
    file = nodeid.partition("::")[0]
    return -1 if is_long and file in APART else _RANKS.get(file, len(_RANKS))


class ByFile(LoadFileScheduling):
    """Whoever has nothing left takes the next file, or the next test of a file whose tests stand apart."""

    def __init__(self, config: pytest.Config, log: Producer) -> None:
        config.option.loadscopereorder = False  # else the files with most tests would come first
        super().__init__(config, log)

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return nodeid if file in APART else file
