"""`init`: a folder to start from."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from watcher.app import utc_now
from watcher.cli.output import out, say
from watcher.config import Config, load_config, topic_lines
from watcher.errors import ConfigError, UsageError, WatcherError
from watcher.shipped import shipped
from watcher.subjects import plain_name, proposed, quoted, rule_lines, topic_id

_NOBODY = "you@your.domain"

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

# What you watch for. names: each is enough by itself; weak: only with one of `needs` in the same sentence; never: what
# looks like a name and is none. `watcher topics add NAME` proposes another subject, `watcher topics try TEXT` tries.
{topics}
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

    subjects: tuple[str, ...] = ()
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
    _say_what_next(config)


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

    zone = tzlocal.get_localzone_name()
    subjects = [plain_name(each) for each in wishes.subjects] or _subjects()
    if not all(subjects):
        raise UsageError("--subject names nothing: say what to watch for in a word or two")
    reads = wishes.reads or _asked("Which languages do you read, best first?", _spoken())
    at = wishes.at or _asked(f"When should the edition be made, by the clock of {zone}?", "07:00")
    to = wishes.to or _asked("Where should it be mailed to, once a mail server is set up?", "nowhere")
    return _EMPTY.format(
        timezone=quoted(zone),
        reads=f"[{', '.join(quoted(each.strip()) for each in reads.split(',') if each.strip())}]",
        topics="\n".join(_topics(subjects)),
        at=quoted(at),
        to=quoted(_NOBODY if to.strip().lower() in {"", "none", "no", "-", "nowhere"} else to),
        network=_network(wishes.allow),
    )


def _subjects() -> list[str]:
    said = _asked("What do you want to watch for? (several: with commas)", "DeepSeek")
    return [name for each in said.split(",") if (name := plain_name(each))] or [""]


def _topics(subjects: Sequence[str]) -> Iterator[str]:
    """The tables of the subjects: the shipped rule of a shipped one, what the table of names knows for the others."""
    from watcher.stories.facts import shipped as shipped_entities

    taken: set[str] = set()
    for subject in dict.fromkeys(subjects):
        table = _shipped_table(subject)
        if table is not None:
            taken.add(table[0])
            yield table[1]
            continue
        base = topic_id(subject)
        id = next(each for each in (base, *(f"{base[:58]}-{n}" for n in range(2, 99))) if each not in taken)
        taken.add(id)
        yield rule_lines(proposed([subject], shipped_entities(), id=id))


def _shipped_table(subject: str) -> tuple[str, str] | None:
    """The id and lines of the shipped topic that is called so."""
    text = shipped("config.toml").read_text("utf-8")
    for id, topic in tomllib.loads(text)["topics"].items():
        if subject.casefold() in {id, topic["title"].casefold()}:
            return id, topic_lines(text, id)
    return None


def _spoken() -> str:
    """The language of the terminal, and English."""
    said = (os.environ.get("LC_ALL") or os.environ.get("LANG") or "")[:2].lower()
    return f"{said},en" if said.isalpha() and len(said) == 2 and said != "en" else "en"


def _say_what_next(config: Path) -> None:
    """Three lines: where news comes from, the first look, every day."""
    made = load_config(config, {})
    folder = "" if config.parent == Path() else f"cd {config.parent}; "
    if made.sources:
        say(f"next: {folder}watcher doctor looks whether all is well; watcher sources list shows what is read")
    else:
        known = _known_sources(made)
        more = (
            f"watcher sources suggest names {known} that fit"
            if known
            else "of the sources that come with the program none writes about it: watcher topics add NAME --search "
            "adds searches for a subject of yours"
        )
        say(f"next: {folder}watcher sources add URL for each source, or sources import FILE|URL for a list; {more}")
    say("then: watcher poll, and watcher digest for a first look")
    say(f"then: watcher run makes an edition every day at {made.digest.at} ({made.timezone})")


def _known_sources(config: Config) -> int:
    from watcher.catalogue import catalogue, suggestions

    found = suggestions(catalogue(), (), {}, config.topics, config.watcher.reads, utc_now())
    return sum(each.action == "add" for each in found)


def _network(allow: tuple[str, ...]) -> str:
    """Private addresses that may be asked; without any the table is left out."""
    listed = ", ".join(map(quoted, allow))
    return f"\n[network]\nallow = [{listed}]   # private addresses that may be reached\n" if allow else ""


def _asked(question: str, default: str) -> str:
    """Asks a person; nobody there: the default."""
    if not sys.stdin.isatty():
        return default
    sys.stderr.write(f"{question} [{default}] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip() or default
