"""How large the archive is, how fast it grows, and which schema it has."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select, text

from watcher.store.opened import Opened
from watcher.store.tables import article

_SPAN = timedelta(days=30)
_SHORTEST = timedelta(days=2)  # less than that says nothing of a day


class SizeReads(Opened):
    """What `status` says of the database."""

    def size(self) -> int:
        """Bytes on the disk, the log included."""
        return self.ground.size()

    def growth(self, now: datetime) -> int | None:
        """Bytes a day, by what was found in the last 30 days and what an article takes; None while it is too young."""
        with self._reading() as connection:
            # Each by itself, as one step along an index; ids are given one after the other, and no article ever goes.
            first = connection.execute(select(func.min(article.c.found))).scalar_one()
            count = connection.execute(select(func.max(article.c.id))).scalar_one()
            if first is None or now - first < _SHORTEST:
                return None
            span = min(_SPAN, now - first)
            lately = select(func.count()).select_from(article).where(article.c.found >= now - span)
            found = connection.execute(lately).scalar_one()
        return int(self.size() / count * found / (span / timedelta(days=1)))

    def schema(self) -> str:
        """The number of the last migration."""
        with self._reading() as connection:
            return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one())
