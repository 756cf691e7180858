"""Commands by which somebody says what they want to read: less of this, more of this, I know this, keep this."""

from __future__ import annotations

from typing import Annotated

import typer

from watcher.cli.options import Config, Json

Story = Annotated[
    str | None,
    typer.Argument(
        metavar="STORY", help="A story's id, article:ID, or an article's address; without one, what was said so far."
    ),
]
Until = Annotated[str | None, typer.Option(help="When it ends by itself: a day, or a length.", metavar="DATE|30d")]
Undo = Annotated[bool, typer.Option("--undo", help="Take it back: what it kept is told, if it is still news.")]


def mute(
    story: Story = None, until: Until = None, undo: Undo = False, config: Config = None, json: Json = False
) -> None:
    """No more of this story, whatever joins it; editions count what they leave out."""
    _of_story("mute", story, config, until=until, undo=undo, as_json=json)


def follow(
    story: Story = None, until: Until = None, undo: Undo = False, config: Config = None, json: Json = False
) -> None:
    """More of this story: all that is new in it is told in full, first."""
    _of_story("follow", story, config, until=until, undo=undo, as_json=json)


def known(
    story: Story = None, until: Until = None, undo: Undo = False, config: Config = None, json: Json = False
) -> None:
    """I know this already: it counts as told, and only what is new in it comes."""
    _of_story("known", story, config, until=until, undo=undo, as_json=json)


def off_topic(
    story: Story = None,
    topic: Annotated[str, typer.Option(help="The topic it is not about.", metavar="ID")] = "",
    until: Until = None,
    undo: Undo = False,
    config: Config = None,
    json: Json = False,
) -> None:
    """This story is not about that topic."""
    _of_story("off-topic", story, config, topic=topic, until=until, undo=undo, as_json=json)


def save(
    story: Story = None,
    note: Annotated[str, typer.Option(help="Why, or what for.", metavar="TEXT")] = "",
    undo: Undo = False,
    config: Config = None,
    json: Json = False,
) -> None:
    """Keep a story for later, with a note."""
    _of_story("saved", story, config, note=note, undo=undo, as_json=json)


def hide(
    outlet: Annotated[str | None, typer.Option(help="An outlet's name, or its site.", metavar="NAME")] = None,
    phrase: Annotated[
        str | None,
        typer.Option(
            help="Words of a headline, or of the first 600 characters of a text; case and accents do not matter.",
            metavar="TEXT",
        ),
    ] = None,
    topic: Annotated[str, typer.Option(help="Only within this topic.", metavar="ID")] = "",
    source: Annotated[str, typer.Option(help="Only from this source.", metavar="ID")] = "",
    until: Until = None,
    undo: Undo = False,
    config: Config = None,
    json: Json = False,
) -> None:
    """Articles that are found and not shown (`sources pause`: not fetched at all)."""
    from watcher.cli.marking import Wished, hide_or_list

    hide_or_list(Wished(outlet, phrase, topic, source, until), config, undo=undo, as_json=json)


def marks(
    undo: Annotated[int | None, typer.Option(help="Take this one back.", metavar="ID")] = None,
    config: Config = None,
    json: Json = False,
) -> None:
    """Everything that was said by hand of what is read, and what it did."""
    from watcher.cli.marking import list_marks, take_back

    if undo is not None:
        take_back(undo, config, as_json=json)
        return
    list_marks(None, config, as_json=json)


def _of_story(
    kind: str,
    story: str | None,
    config: Config,
    *,
    topic: str = "",
    note: str = "",
    until: str | None = None,
    undo: bool,
    as_json: bool,
) -> None:
    from watcher.cli.marking import list_marks, say_of_story, take_back_of_story

    if story is None:
        list_marks(kind, config, as_json=as_json)
    elif undo:
        take_back_of_story(kind, story, topic, config, as_json=as_json)
    else:
        say_of_story(kind, story, config, topic=topic, note=note, until=until, as_json=as_json)
