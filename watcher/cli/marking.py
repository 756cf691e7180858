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
    "hide": "found as before, and not shown; a story that has nothing else in a language somebody reads is kept back",
}
_TELLS = "taken back: the next edition tells what it kept, if it is still news"
_TAKEN_BACK: Mapping[str, str] = {
    "follow": "taken back: its news stands among the others again",
    "saved": "taken out of what is saved",
}


@dataclass(frozen=True, slots=True)
class Wished:
    """What is to be hidden, and where."""

    outlet: str | None
    phrase: str | None
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
        undone = f"watcher marks --undo {kept.id}"
        done = f"{_DONE[kind]}: {story.articles[0].article.title} ({_articles(len(kept.articles))})"
        say(f"{done}; `{undone}` takes it back")
        _show(store, kept.id, now, as_json=as_json)


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
            _take_back(store, mark.id, now, as_json=as_json)


def take_back(number: int, path: Path | None, *, as_json: bool) -> None:
    """Takes one mark back."""

    config, now = configuration(path), app.utc_now()
    with _archive(config) as store:
        _take_back(store, number, now, as_json=as_json)


def _take_back(store: SqlStore, number: int, now: datetime, *, as_json: bool) -> None:
    from watcher import marking

    gone = marking.undo(store, number, now)
    say(_TAKEN_BACK.get(gone.kind, _TELLS))
    _show(store, gone.id, now, as_json=as_json)


def hide_or_list(wished: Wished, path: Path | None, *, undo: bool, as_json: bool) -> None:
    """Hides an outlet or a phrase, shows it again, or lists what is hidden."""
    from watcher import marking

    if wished.outlet is None and wished.phrase is None:
        if undo or wished.topic or wished.source:
            raise UsageError("say which: --outlet NAME or --phrase TEXT")
        list_marks("hide", path, as_json=as_json)
        return
    config, now = configuration(path), app.utc_now()
    within = marking.Within(
        [topic.id for topic in config.topics], {source.id for source in (*config.sources, *config.history)}
    )
    said = marking.hide(
        now,
        within,
        outlet=wished.outlet or "",
        phrase=wished.phrase or "",
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
                _take_back(store, mark.id, now, as_json=as_json)
            return
        kept = marking.say(store, said)
        say(f"{_DONE['hide']}; `watcher marks --undo {kept.id}` takes it back")
        if not marking.is_met(store, said, now):
            say("no article of the last 30 days is of an outlet called that; it is hidden if one comes")
        _show(store, kept.id, now, as_json=as_json)


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
    if as_json:
        emit(mark_row(each))
        return
    line = _line(each) | {"kept": "" if not each.did.articles else _line(each)["kept"]}
    facts({name: value for name, value in line.items() if value}, as_json=False)


def _articles(number: int) -> str:
    return f"{number} article{'' if number == 1 else 's'}"


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
            ends = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(config.timezone)).astimezone(now.tzinfo)
            if ends <= now:
                raise WatcherError(f"--until {until}: that day is over already: name one to come")
            return ends
        return now + positive_duration(until)
    except (ValueError, OverflowError) as error:
        raise UsageError(f"--until {until}: expected a day like 2026-12-31, or a length like 30d") from error
