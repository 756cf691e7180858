"""Commands about sources."""

from __future__ import annotations

from typing import Annotated

import typer

from watcher.cli import completing
from watcher.cli.options import Config, DryRun, Json

group = typer.Typer(help="Where news comes from.", no_args_is_help=True)
Id = Annotated[str, typer.Argument(metavar="ID", autocompletion=completing.sources)]


@group.command("list")
def list_all(
    sort: Annotated[
        str,
        typer.Option(
            help="What comes first.",
            metavar="noise|id|due|failing",
            autocompletion=completing.one_of("noise", "id", "due", "failing"),
        ),
    ] = "noise",
    config: Config = None,
    json: Json = False,
) -> None:
    """Every source: its state, what it brought in 30 days and what of that reached a reader; the noisiest first.

    Noise is the share of its new leads that reached no reader: off topic, dropped, told in no edition, or only copies
    of texts that were there before.
    """
    from watcher.cli.sourcing.listing import list_sources

    list_sources(config, sort, as_json=json)


@group.command("show")
def show(source: Id, config: Config = None, json: Json = False) -> None:
    """One source: how its last visits went, when it is asked next and why, what it brought, what was dropped."""
    from watcher.cli.sourcing.showing import show_source

    raise typer.Exit(show_source(source, config, as_json=json))


@group.command("check")
def check(
    place: Annotated[str, typer.Argument(metavar="URL|ID", autocompletion=completing.sources)],
    page: Annotated[bool, typer.Option("--page", help="Read one of its articles, too.")] = False,
    config: Config = None,
    json: Json = False,
) -> None:
    """Ask a source once and say what polling it would do; stores nothing. Exit 1 if it cannot be read."""
    from watcher.cli.sourcing.trying import check_source

    raise typer.Exit(check_source(place, config, with_page=page, as_json=json))


@group.command("add")
def add(
    url: Annotated[str, typer.Argument(metavar="URL", help="The address of a feed, or of a site.")],
    id: Annotated[str | None, typer.Option(help="Its name in config.toml (default: from the address).")] = None,
    language: Annotated[str | None, typer.Option(help="Its language, two letters.")] = None,
    kind: Annotated[str | None, typer.Option(help="feed, sitemap or page: add this very address as that.")] = None,
    dry_run: DryRun = False,
    config: Config = None,
) -> None:
    """Add a source to config.toml; comments stay.

    A feed's address costs one request. Of a site's address, what its page names is tried first, then the usual places
    for feeds and sitemaps, one after the other; last, the page's own list of articles. With --dry-run all of that is
    asked too, and nothing is written.
    """
    from watcher.cli.editing import add_source

    raise typer.Exit(add_source(url, id, language, kind, config, dry_run=dry_run))


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


@group.command("export")
def export(
    file: Annotated[str, typer.Argument(metavar="[FILE|-]")] = "-",
    secrets: Annotated[
        bool, typer.Option("--secrets", help="Also those whose address holds a key or password.")
    ] = False,
    config: Config = None,
) -> None:
    """The sources as OPML, folders kept: what other feed readers take, and `import` gives back whole."""
    from watcher.cli.sourcing.exchange import export_sources

    export_sources(file, config, secrets=secrets)


@group.command("import")
def import_(
    file: Annotated[str, typer.Argument(metavar="FILE|URL|-")],
    dry_run: DryRun = False,
    offline: Annotated[bool, typer.Option("--offline", help="Ask no source: no language is found out.")] = False,
    config: Config = None,
    json: Json = False,
) -> None:
    """Add the sources of an OPML file to config.toml; comments stay. Each is asked once.

    With --dry-run nothing is written: it says of each whether it names a topic now.
    """
    from watcher.cli.sourcing.exchange import import_sources

    raise typer.Exit(import_sources(file, config, dry_run=dry_run, offline=offline, as_json=json))


@group.command("suggest")
def suggest(
    add: Annotated[list[str] | None, typer.Option(help="Write this suggested source.", metavar="ID")] = None,
    all: Annotated[bool, typer.Option("--all", help="Write every source that is suggested as new.")] = False,
    replace: Annotated[
        list[str] | None,
        typer.Option(
            help="Write the new address of this source of yours.", metavar="ID", autocompletion=completing.sources
        ),
    ] = None,
    since: Annotated[
        str | None, typer.Option(help="Only what is newer than this version of watcher.", metavar="VERSION")
    ] = None,
    config: Config = None,
    json: Json = False,
) -> None:
    """Sources for your topics and languages that you do not have, and yours that moved or ended; changes nothing
    unless told to."""
    from watcher.cli.suggesting import suggest

    raise typer.Exit(suggest(config, add or [], replace or [], since, everything=all, as_json=json))
