"""Commands about the service: what opens it, and the feeds that programs read."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from watcher.cli.options import Config, Json

feeds = typer.Typer(help="Feeds for programs of your own, each under an address of its own.", no_args_is_help=True)


def token(
    new: Annotated[
        bool, typer.Option("--new", help="Make another one: whoever signed in by the old one is signed out.")
    ] = False,
    link: Annotated[
        bool, typer.Option("--link", help="A link that signs a browser in, once and within ten minutes.")
    ] = False,
    config: Config = None,
) -> None:
    """Show what opens the service's pages: the token, or a link for a browser."""
    from watcher.cli.feeding import show_token

    show_token(config, new=new, link=link)


@feeds.command("list")
def feeds_list(
    addresses: Annotated[bool, typer.Option("--addresses", help="With their addresses, which are secrets.")] = False,
    config: Config = None,
    json: Json = False,
) -> None:
    """The feeds that were made, revoked ones too."""
    from watcher.cli.feeding import list_feeds

    list_feeds(config, addresses=addresses, as_json=json)


@feeds.command("add")
def feeds_add(
    feed: Annotated[str, typer.Argument(metavar="editions|stories|topic:NAME|saved", help="What it carries.")],
    form: Annotated[Literal["atom", "json"], typer.Option(help="Atom, or JSON Feed.")] = "atom",
    name: Annotated[str, typer.Option(help="What it is for, in your words.")] = "",
    config: Config = None,
) -> None:
    """Make a feed; its secret address is printed. Whoever knows the address reads the feed without signing in."""
    from watcher.cli.feeding import add_feed

    add_feed(config, feed, form, name)


@feeds.command("revoke")
def feeds_revoke(id: Annotated[int, typer.Argument(metavar="ID")], config: Config = None) -> None:
    """Take a feed's address back: it is gone at once, and for good."""
    from watcher.cli.feeding import revoke_feed

    revoke_feed(config, id)
