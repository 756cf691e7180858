"""Keys that have another name now. The old one is followed, with a warning, until a stated version; then it is unknown.

To rename a key: change the model, and write a row here that stays for a major version. `*` stands for any place in a
list and any name of a table; it stands in both paths for the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from watcher import __version__

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Renamed:
    """One key that is called something else now, and the first version that does not know the old name any more."""

    old: tuple[str, ...]
    new: tuple[str, ...]
    until: str

    @property
    def is_over(self) -> bool:
        return _numbers(__version__) >= _numbers(self.until)

    def followed(self, path: Sequence[str | int]) -> Path | None:
        """Where a path leads now; None where this row has nothing to say of it."""
        if len(path) != len(self.old) or any(a not in (b, "*") for a, b in zip(self.old, path, strict=True)):
            return None
        stars = iter([step for name, step in zip(self.old, path, strict=True) if name == "*"])
        return tuple(next(stars) if name == "*" else name for name in self.new)


# None so far: nothing is renamed without need.
RENAMED: tuple[Renamed, ...] = ()


@dataclass(frozen=True, slots=True)
class Moved:
    """A value that stood under an old name."""

    old: Path
    new: Path
    row: Renamed
    is_doubled: bool = False  # the new name is there, too


def follow(data: dict[str, Any]) -> list[Moved]:
    """Moves the values of old names to the new ones, in the data itself; what is doubled or over is taken out."""
    moved: list[Moved] = []
    for row in RENAMED:
        for old in list(_places(data, row.old)):
            new = row.followed(old)
            if new is None:
                continue
            is_doubled = _has(data, new)
            moved.append(Moved(old, new, row, is_doubled))
            value = _take(data, old)
            if not (is_doubled or row.is_over):
                _put(data, new, value)
    return moved


def led(steps: Sequence[str | int]) -> Moved | None:
    """Where a variable's path leads now, if that is elsewhere."""
    for row in RENAMED:
        if (new := row.followed(steps)) is not None:
            return Moved(tuple(steps), new, row)
    return None


def _places(data: Any, path: Sequence[str]) -> Iterator[Path]:
    """Every place in the data that a path with stars means."""
    if not path:
        yield ()
        return
    inside: Iterator[tuple[str | int, Any]] = iter(())
    if isinstance(data, Mapping):
        inside = ((key, value) for key, value in data.items() if path[0] in (key, "*"))
    elif isinstance(data, list) and path[0] == "*":
        inside = iter(enumerate(data))
    for step, value in inside:
        yield from ((step, *rest) for rest in _places(value, path[1:]))


def _has(data: Any, path: Path) -> bool:
    for step in path:
        if isinstance(data, Mapping):
            if step not in data:
                return False
        elif not (isinstance(data, list) and isinstance(step, int) and step < len(data)):
            return False
        data = data[step]
    return True


def _take(data: Any, path: Path) -> Any:
    for step in path[:-1]:
        data = data[step]
    return data.pop(path[-1])


def _put(data: Any, path: Path, value: Any) -> None:
    for step in path[:-1]:
        data = data.setdefault(step, {}) if isinstance(data, dict) else data[step]
    if isinstance(data, dict):
        data[path[-1]] = value


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdecimal())
