"""Words for a story in a language its reports are not written in: what a machine is asked, says and costs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from watcher.types.sources import Trouble


@dataclass(frozen=True, slots=True)
class Wording:
    """Words of one article: as it has them when a machine is asked, in another language when it answers."""

    headline: str
    summary: str = ""  # empty: none is wanted, or there is none


@dataclass(frozen=True, slots=True)
class MachineAnswer:
    """What a machine said to the words of one request, in their order, and the tokens that this took.

    With a trouble nothing that it said can be used; it took its tokens all the same.
    """

    said: tuple[Wording, ...]
    tokens_in: int
    tokens_out: int
    trouble: Trouble | None = None


@dataclass(frozen=True, slots=True)
class MachineCall:
    """One request to a machine, as the log keeps it: what was sent where, and what it cost.

    Until its answer is in, the tokens are the most that it can take, and `trouble` says that there was none yet: of a
    request that was killed both stay.
    """

    id: int
    at: datetime
    machine: str
    url: str  # without a query: keys are put there at times
    into: str
    articles: tuple[int, ...]
    characters: int
    tokens_in: int = 0
    tokens_out: int = 0
    cost: float = 0.0  # in the money of the prices in the configuration; 0 without any
    trouble: str | None = None


@dataclass(frozen=True, slots=True)
class MachineSpend:
    """What the requests of a time took together."""

    calls: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    cost: float = 0.0


@dataclass(frozen=True, slots=True)
class KeptWords:
    """What a machine said to words it was given, once and for all. With `refused` it said nothing fit to be shown."""

    headline: str = ""
    summary: str = ""
    refused: str = ""
