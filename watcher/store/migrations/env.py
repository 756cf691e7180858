"""Run by Alembic, inside the transaction that `store.schema` has begun."""

from __future__ import annotations

from alembic import context

from watcher.store import tables

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=tables.metadata,
    render_as_batch=True,  # SQLite alters a table by copying it
    transactional_ddl=True,  # not Alembic's default for SQLite: a step happens whole or not at all
)
context.run_migrations()
