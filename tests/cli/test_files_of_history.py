"""Files of the past named on the command line, and CC-NEWS, which needs none."""

from __future__ import annotations

from pathlib import Path

import pytest

from watcher.cli.ways import Wanted, asked_of
from watcher.errors import UsageError
from watcher.types import Source


def test_a_file_is_taken_from_the_folder_the_command_was_given_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found, _ = asked_of((), Wanted(("mbox",), ("a.mbox", "file:///srv/b%20c.mbox", "s3://bucket/*.mbox")), chosen=False)
    assert [each.source.url for each in found] == [f"{tmp_path}/a.mbox", "/srv/b c.mbox", "s3://bucket/*.mbox"]


def test_what_is_no_address_of_a_file_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match=r"--from ftp://a\.example/b: expected a path"):
        asked_of((), Wanted(("mbox",), ("ftp://a.example/b",)), chosen=False)
    with pytest.raises(UsageError, match="without a user name or password") as raised:
        asked_of((), Wanted(("warc",), ("https://me:word@a.example/b",)), chosen=False)
    assert "word@" not in str(raised.value)


def test_ccnews_needs_no_file_and_no_source() -> None:
    ((found,), _) = asked_of((), Wanted(("ccnews",)), chosen=False)
    assert (found.source.kind, found.source.url) == ("ccnews", "")
    mirror = Source("cc", "https://mirror.example/", "ccnews")
    ((found,), _) = asked_of((mirror,), Wanted(("ccnews",)), chosen=False)
    assert found.source == mirror
    with pytest.raises(UsageError, match="give it a file with --from"):
        asked_of((), Wanted(("warc",)), chosen=False)
