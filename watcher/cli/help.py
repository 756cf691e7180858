"""What `watcher --help` shows: the commands of every day first, all others under "Advanced", examples at the end."""

from __future__ import annotations

from typing import Any

from typer.core import TyperGroup

# In the order in which a new reader meets them, in a line that fits 80 columns.
DAILY = {
    "init": "Begin: writes config.toml, and a folder for what you know already.",
    "run": "Watch: visits the sources, makes the edition, sends and serves it.",
    "digest": "The next edition as it stands, or an earlier one again.",
    "status": "How it is doing, at a glance.",
    "sources": "Where news comes from: list, add, remove, pause, check.",
    "search": "Find what was found.",
    "why": "Why an article is in an edition, or is not.",
    "doctor": "What is wrong, and what to do about it.",
}
EXAMPLES = (
    ("watcher init news", "begin in the folder news; it asks a few questions"),
    ("watcher sources add URL", "find the feed of that site and add it"),
    ("watcher run", "watch from now on; Ctrl-C ends it"),
    ("watcher digest --send", "make today's edition now, and send it"),
    ("watcher why 42", "everything that was decided about article 42"),
)
_LONGEST = 300  # of a first sentence: it is wrapped, not cut off


class ProgramHelp(TyperGroup):
    """The command tree with its help in an order of its own."""

    def format_help_text(self, ctx: Any, formatter: Any) -> None:
        super().format_help_text(ctx, formatter)
        shown = {name: command for name, command in self.commands.items() if not command.hidden}
        with formatter.section("Every day"):
            formatter.write_dl([(name, line) for name, line in DAILY.items() if name in shown])
        with formatter.section("Advanced"):
            rest = {name: command for name, command in shown.items() if name not in DAILY}
            formatter.write_dl([(name, command.get_short_help_str(_LONGEST)) for name, command in rest.items()])

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """They stand above the options."""

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        super().format_epilog(ctx, formatter)
        with formatter.section("Examples"):
            formatter.write_dl(EXAMPLES)
