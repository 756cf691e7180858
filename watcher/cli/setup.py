"""`init`: a folder to start from."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from watcher.cli.output import out, say
from watcher.errors import WatcherError
from watcher.shipped import shipped

_EMPTY = """\
# What the watcher watches, and for whom. Every key is described in the reference; this file holds the common ones.

[watcher]
data_dir = "data"                  # the database lives here
{timezone}
reads = [{reads}]                  # the languages you read, best first
# contact = "https://..."          # goes into the user agent: whose watcher this is

# Where news comes from: `watcher sources add URL` writes more of these.
# [[sources]]
# id = "example"
# kind = "feed"
# url = "https://example.org/feed.xml"
# language = "en"

[topics.{id}]
title = "{title}"
names = [{names}]                  # each enough on its own, in every script it is written in
# weak = []                        # count only with one of `needs` in the same sentence
# needs = []
# never = []                       # what looks like a name and is none

[seeds]
path = "seeds"                     # documents you know already: drop in .txt or .html files

[digest]
at = "{at}"
out = "out"                        # the edition is written here as a page
language = "en"

# To get it by mail: the password comes from WATCHER_DIGEST__EMAIL__PASSWORD.
# [digest.email]
# from = "Watcher <you@your.domain>"
# host = "smtp.your.domain"
# port = 587
# user = "you"
# security = "starttls"
#
# [[digest.recipients]]
# address = "you@your.domain"
"""


def write_folder(folder: Path, *, example: bool, subject: str | None, reads: str | None, at: str) -> None:
    """Writes a configuration and an empty seeds folder; never over files that are there."""
    config = folder / "config.toml"
    if config.exists():
        raise WatcherError(f"{config} is there already: choose another folder, or edit that one")
    try:
        (folder / "seeds").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WatcherError(f"cannot make {folder}: {error.strerror}") from error
    if example:
        config.write_bytes(shipped("config.toml").read_bytes())
        for seed in sorted(shipped("seeds").iterdir()):
            shutil.copyfile(seed, folder / "seeds" / seed.name)
    else:
        config.write_text(_written(subject or _asked("What do you want to watch for?", "DeepSeek"), reads, at), "utf-8")
    out(str(config))
    say("next: `watcher sources add URL` for each source, then `watcher run`" if not example else "next: `watcher run`")


def _written(subject: str, reads: str | None, at: str) -> str:
    import tzlocal

    languages = [part.strip() for part in (reads or _asked("Which languages do you read?", "en")).split(",")]
    id = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in subject.lower()).strip("-")
    return _EMPTY.format(
        timezone=f'timezone = "{tzlocal.get_localzone_name()}"',
        reads=", ".join(f'"{language}"' for language in languages if language),
        id=id or "subject",
        title=_quoted(subject),
        names=f'"{_quoted(subject)}"',
        at=at,
    )


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")


def _asked(question: str, default: str) -> str:
    """Asks a person; nobody there: the default."""
    if not sys.stdin.isatty():
        return default
    sys.stderr.write(f"{question} [{default}] ")
    return sys.stdin.readline().strip() or default
