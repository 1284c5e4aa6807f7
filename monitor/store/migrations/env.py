"""Alembic's entry. The store calls it with an open connection, inside its own transaction.

Migrations are written by hand in `versions/`; `tests/store/test_migrations.py` fails when they and
`schema.py` disagree. To try one: `Store.open("sqlite:///try.db")`.
"""

from __future__ import annotations

from alembic import context

from monitor.store.schema import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=connection.dialect.name == "sqlite",  # SQLite alters a table by copying it
)
with context.begin_transaction():
    context.run_migrations()
