"""`init`: a folder to start from."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from watcher.cli.output import out, say
from watcher.config import load_config
from watcher.errors import ConfigError, UsageError, WatcherError
from watcher.shipped import shipped

_EMPTY = """\
# What the watcher watches, and for whom. Every key is described in the reference; this file holds the common ones.

[watcher]
data_dir = "data"                  # the database lives here
timezone = {timezone}
reads = {reads}                   # the languages you read, best first
# contact = "https://..."          # goes into the user agent: whose watcher this is
{network}
# Where news comes from: `watcher sources add URL` writes more of these.
# [[sources]]
# id = "example"
# kind = "feed"
# url = "https://example.org/feed.xml"
# language = "en"

[topics.{id}]
title = {title}
names = {names}                    # each enough on its own, in every script it is written in;
                                   # add what other languages call it: only what stands here is found
# weak = []                        # count only with one of `needs` in the same sentence
# needs = []
# never = []                       # what looks like a name and is none

[seeds]
path = "seeds"                     # documents you know already: drop in .txt or .html files

[digest]
at = {at}
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
# address = {to}
"""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a person said on the command line; what they left out is asked, or has a default."""

    subject: str | None = None
    reads: str | None = None
    at: str | None = None
    to: str | None = None
    allow: tuple[str, ...] = ()  # private addresses that may be reached


def write_folder(folder: Path, wishes: Wishes, *, example: bool) -> None:
    """Writes a configuration that loads, and a seeds folder; never over files that are there."""
    config = folder / "config.toml"
    if config.exists():
        raise WatcherError(f"{config} is there already: choose another folder, or edit that one")
    if example and wishes != Wishes():
        raise UsageError("--example brings its own subject, languages and hour: leave the other options out")
    text = shipped("config.toml").read_text("utf-8") if example else _written(wishes)
    try:
        (folder / "seeds").mkdir(parents=True, exist_ok=True)
        _write_checked(config, text)
        for seed in sorted(shipped("seeds").iterdir()) if example else ():
            if not (folder / "seeds" / seed.name).exists():
                shutil.copyfile(seed, folder / "seeds" / seed.name)
    except OSError as error:
        raise WatcherError(f"cannot write to {folder}: {error.strerror}") from error
    out(str(config))
    say("next: `watcher run`" if example else "next: `watcher sources add URL` for each source, then `watcher run`")


def _write_checked(config: Path, text: str) -> None:
    """Puts the file into its place once it was read as a configuration."""
    handle, name = tempfile.mkstemp(dir=config.parent, prefix=".config.")
    new = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
        new.chmod(0o644)
        load_config(new, {})
        new.replace(config)
    except ConfigError as error:
        raise UsageError(f"that would be no configuration: {str(error).replace(str(new), config.name)}") from None
    finally:
        new.unlink(missing_ok=True)


def _written(wishes: Wishes) -> str:
    import tzlocal

    subject = _plain(wishes.subject or _asked("What do you want to watch for?", "DeepSeek"))
    reads = wishes.reads or _asked("Which languages do you read, best first?", "en")
    at = wishes.at or _asked("When should the edition be made?", "07:00")
    to = wishes.to or _asked("Where should it be mailed to, once a mail server is set up?", "you@your.domain")
    id = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in subject.lower())
    return _EMPTY.format(
        timezone=_quoted(tzlocal.get_localzone_name()),
        reads=f"[{', '.join(_quoted(each.strip()) for each in reads.split(',') if each.strip())}]",
        id=id.strip("-")[:64] or "subject",
        title=_quoted(subject),
        names=f"[{', '.join(map(_quoted, _variants(subject)))}]",
        at=_quoted(at),
        to=_quoted(to),
        network=_network(wishes.allow),
    )


def _network(allow: tuple[str, ...]) -> str:
    """Private addresses that may be asked; without any the table is left out."""
    listed = ", ".join(map(_quoted, allow))
    return f"\n[network]\nallow = [{listed}]   # private addresses that may be reached\n" if allow else ""


def _variants(subject: str) -> tuple[str, ...]:
    """The subject as it may also be written: its hyphens as spaces, its last word in the other number of English.

    Only a last word in small ASCII letters has one here: names (DeepSeek) have none, other languages their own rules.
    """
    start, gap, last = subject.rpartition(" ")
    numbers = [subject, *(start + gap + other for other in _other_number(last))]
    spaced = [number.replace("-", " ") for number in numbers]
    return tuple(dict.fromkeys([*numbers, *spaced]))


def _other_number(word: str) -> tuple[str, ...]:
    """`batteries` of `battery` and the other way round; nothing where the simple rules of English do not reach."""
    *_, last = word.split("-")
    head = word[: len(word) - len(last)]
    if not (len(last) > 3 and last.isascii() and last.isalpha() and last.islower()):
        return ()
    if last.endswith("ies"):
        return (head + last[:-3] + "y",) if len(last) > 4 else (head + last[:-1],)
    if last.endswith(("sses", "shes", "ches", "xes", "zzes")):
        return (head + last[:-2],)
    if last.endswith(("ss", "us", "is", "ics", "news")):  # glass, virus, analysis, robotics: no plural's s
        return (head + last + "es",) if last.endswith("ss") else ()
    if last.endswith("s"):
        return (head + last[:-1],)
    if last.endswith("y") and last[-2] not in "aeiou":
        return (head + last[:-1] + "ies",)
    if last.endswith(("sh", "ch", "x", "z")):
        return (head + last + "es",)
    return (head + last + "s",)


def _plain(text: str) -> str:
    """One line of letters: no control characters, no halves of letters from a terminal in another encoding."""
    kept = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    if not kept:
        raise UsageError("--subject names nothing: say what to watch for in a word or two")
    return kept


def _quoted(text: str) -> str:
    """A TOML string: JSON's, in which only the letter that TOML forbids besides is left out."""
    return json.dumps("".join(letter for letter in text if letter.isprintable()), ensure_ascii=False)


def _asked(question: str, default: str) -> str:
    """Asks a person; nobody there: the default."""
    if not sys.stdin.isatty():
        return default
    sys.stderr.write(f"{question} [{default}] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip() or default
