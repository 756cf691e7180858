"""What the commands do by which somebody says what they want to read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from zoneinfo import ZoneInfo

from watcher import app
from watcher.cli.output import emit, facts, rows, say
from watcher.cli.working import configuration
from watcher.errors import UsageError, WatcherError
from watcher.shapes.marks import mark_row, marked
from watcher.types import MarkKind

if TYPE_CHECKING:
    from watcher.config import Config
    from watcher.marking import Marked
    from watcher.store import SqlStore

_COLUMNS = ("id", "kind", "state", "said_of", "until", "kept", "note")
_DONE: Mapping[str, str] = {
    "mute": "no more of it is told",
    "follow": "all that is new in it is told, first",
    "known": "it counts as told",
    "off-topic": "it leaves that topic",
    "saved": "kept",
    "hide": "found as before, and not shown",
}


@dataclass(frozen=True, slots=True)
class Wished:
    """What is to be hidden, and where."""

    outlet: str
    phrase: str
    topic: str
    source: str
    until: str | None


def say_of_story(
    kind: str, name: str, path: Path | None, *, topic: str, note: str, until: str | None, as_json: bool
) -> None:
    """Says something of a story."""
    from watcher import marking

    config = configuration(path)
    now = app.utc_now()
    with _archive(config) as store:
        story = marking.story_of(store, name)
        said = marking.of_story(
            cast("MarkKind", kind), story, now, topic=topic, note=note, until=_ends(until, config, now)
        )
        kept = marking.say(store, said)
        _show(store, kept.id, now, as_json=as_json)
    undone = f"watcher marks --undo {kept.id}"
    say(f"{_DONE[kind]}: {story.articles[0].article.title} ({len(kept.articles)} articles); `{undone}` takes it back")


def take_back_of_story(kind: str, name: str, topic: str, path: Path | None, *, as_json: bool) -> None:
    """Takes back what was said of a story."""
    from watcher import marking

    config, now = configuration(path), app.utc_now()
    with _archive(config) as store:
        story = marking.story_of(store, name)
        found = [
            mark
            for mark in marking.said_of(store, story, now)
            if mark.kind == kind and (not topic or mark.topic == topic)
        ]
        if not found:
            raise WatcherError(f"nothing to take back: story {story.id} is not in the list of `watcher {_verb(kind)}`")
        for mark in found:
            _show(store, marking.undo(store, mark.id, now).id, now, as_json=as_json)
    say("taken back: the next edition tells what was kept, if it is still news")


def take_back(number: int, path: Path | None, *, as_json: bool) -> None:
    """Takes one mark back."""
    from watcher import marking

    config, now = configuration(path), app.utc_now()
    with _archive(config) as store:
        _show(store, marking.undo(store, number, now).id, now, as_json=as_json)
    say("taken back: the next edition tells what was kept, if it is still news")


def hide_or_list(wished: Wished, path: Path | None, *, undo: bool, as_json: bool) -> None:
    """Hides an outlet or a phrase, shows it again, or lists what is hidden."""
    from watcher import marking

    if not wished.outlet and not wished.phrase:
        if undo or wished.topic or wished.source:
            raise UsageError("say which: --outlet NAME or --phrase TEXT")
        list_marks("hide", path, as_json=as_json)
        return
    config, now = configuration(path), app.utc_now()
    _refuse_unknown(wished, config)
    said = marking.hide(
        now,
        outlet=wished.outlet,
        phrase=wished.phrase,
        topic=wished.topic,
        source=wished.source,
        until=_ends(wished.until, config, now),
    )
    with _archive(config) as store:
        if undo:
            found = [mark for mark in store.marks() if marking.same(mark, said)]
            if not found:
                raise WatcherError("nothing to take back: `watcher hide` lists what is hidden")
            for mark in found:
                _show(store, marking.undo(store, mark.id, now).id, now, as_json=as_json)
            say("shown again: the next edition tells what was kept, if it is still news")
            return
        kept = marking.say(store, said)
        _show(store, kept.id, now, as_json=as_json)
    say(f"{_DONE['hide']}; `watcher marks --undo {kept.id}` takes it back")


def list_marks(kind: str | None, path: Path | None, *, as_json: bool) -> None:
    """What was said, the newest first."""
    with app.reading(configuration(path)) as store:
        found = [each for each in marked(store, app.utc_now()) if kind is None or each.mark.kind == kind]
    rows((mark_row(each) if as_json else _line(each) for each in found), _COLUMNS, as_json=as_json)


def _line(each: Marked) -> dict[str, Any]:
    mark = each.mark
    of = each.headline.title if each.headline else mark.outlet or f"“{mark.phrase}”"
    where = "".join(f", {name} {value}" for name, value in (("topic", mark.topic), ("source", mark.source)) if value)
    return {
        "id": mark.id,
        "kind": mark.kind,
        "state": each.state,
        "said_of": of + where,
        "until": f"{mark.until:%Y-%m-%d}" if mark.until else None,
        "kept": f"{each.did.articles} articles, {each.did.stories} stories",
        "note": mark.note,
    }


def _show(store: SqlStore, number: int, now: datetime, *, as_json: bool) -> None:
    each = next(each for each in marked(store, now) if each.mark.id == number)
    emit(mark_row(each)) if as_json else facts(_line(each), as_json=False)


def _archive(config: Config) -> SqlStore:
    return app.archive(config)


def _verb(kind: str) -> str:
    return "save" if kind == "saved" else kind


def _ends(until: str | None, config: Config, now: datetime) -> datetime | None:
    """The end of a day, in the digest's zone; or so long from now."""
    if until is None:
        return None
    from watcher.keys.values import positive_duration

    try:
        if until[:4].isdigit() and until[4:5] == "-":
            day = date.fromisoformat(until) + timedelta(days=1)
            return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(config.timezone)).astimezone(now.tzinfo)
        return now + positive_duration(until)
    except (ValueError, OverflowError) as error:
        raise UsageError(f"--until {until}: expected a day like 2026-12-31, or a length like 30d") from error


def _refuse_unknown(wished: Wished, config: Config) -> None:
    topics = [topic.id for topic in config.topics]
    if wished.topic and wished.topic not in topics:
        raise WatcherError(f"no topic is called {wished.topic}: {', '.join(topics) or 'none is configured'}")
    if wished.source and wished.source not in {source.id for source in config.sources}:
        raise WatcherError(f"no source has the id {wished.source}: `watcher sources list` shows them")
