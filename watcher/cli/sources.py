"""Commands about sources."""

from __future__ import annotations

from typing import Annotated

import typer

from watcher.cli.options import Config, Json

group = typer.Typer(help="Where news comes from.", no_args_is_help=True)
Id = Annotated[str, typer.Argument(metavar="ID")]


@group.command("list")
def list_all(config: Config = None, json: Json = False) -> None:
    """Every source, with its last result and when it is asked next."""
    from watcher.cli.answers import list_sources

    list_sources(config, as_json=json)


@group.command("show")
def show(source: Id, config: Config = None, json: Json = False) -> None:
    """One source: what it is, how its last visits went, when it is asked next and why."""
    from watcher.cli.answers import show_source

    raise typer.Exit(show_source(source, config, as_json=json))


@group.command("add")
def add(
    url: Annotated[str, typer.Argument(metavar="URL", help="The address of a feed, or of a site.")],
    id: Annotated[str | None, typer.Option(help="Its name in config.toml (default: from the address).")] = None,
    language: Annotated[str | None, typer.Option(help="Its language, two letters.")] = None,
    kind: Annotated[str | None, typer.Option(help="feed, sitemap or page: add this very address as that.")] = None,
    config: Config = None,
) -> None:
    """Add a source to config.toml; comments stay.

    A feed's address costs one request. Of a site's address, what its page names is tried first, then the usual places
    for feeds and sitemaps, one after the other; last, the page's own list of articles.
    """
    from watcher.cli.editing import add_source

    raise typer.Exit(add_source(url, id, language, kind, config))


@group.command("remove")
def remove(source: Id, config: Config = None) -> None:
    """Take a source out of config.toml; what it brought stays."""
    from watcher.cli.editing import remove_source

    raise typer.Exit(remove_source(source, config))


@group.command("pause")
def pause(source: Id, config: Config = None) -> None:
    """Do not ask this source until it is resumed."""
    from watcher.cli.editing import pause_source

    pause_source(source, config, paused=True)


@group.command("resume")
def resume(source: Id, config: Config = None) -> None:
    """Ask a paused or ended source again."""
    from watcher.cli.editing import pause_source

    pause_source(source, config, paused=False)


@group.command("read")
def read(
    document: Annotated[str, typer.Argument(metavar="FILE|URL")],
    kind: Annotated[str | None, typer.Option(help="Read it as this kind of source.")] = None,
    url: Annotated[str | None, typer.Option(help="The address relative links are relative to.", metavar="BASE")] = None,
    config: Config = None,
    json: Json = False,
) -> None:
    """Show the leads found in one document; stores nothing."""
    from watcher.cli.answers import read_leads

    raise typer.Exit(read_leads(document, kind, url, config, as_json=json))
