"""Tables of the database, and the steps that make them."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy.engine import Connection

metadata = sa.MetaData()

schema_version = sa.Table("printhouse_schema", metadata, sa.Column("version", sa.Integer, nullable=False))

estimates = sa.Table(
    "estimates",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("created_at", sa.String(40), nullable=False),
    sa.Column("plan_name", sa.Text, nullable=False),
    sa.Column("printer", sa.String(80), nullable=False),
    sa.Column("region", sa.String(80), nullable=False),
    sa.Column("options", sa.LargeBinary, nullable=False),
    sa.Column("plan", sa.LargeBinary, nullable=False),
    sa.Column("document", sa.LargeBinary, nullable=False),
    sa.Column("headline", sa.LargeBinary, nullable=False),
    sa.Index("estimates_by_date", "created_at", "id"),
)

comparisons = sa.Table(
    "comparisons",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("created_at", sa.String(40), nullable=False),
    sa.Column("document", sa.LargeBinary, nullable=False),
)

jobs = sa.Table(
    "jobs",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("state", sa.String(20), nullable=False, index=True),
    sa.Column("created_at", sa.String(40), nullable=False),
    sa.Column("progress", sa.Float, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("request", sa.LargeBinary, nullable=False),
    sa.Column("result", sa.String(200)),
    sa.Column("problem", sa.LargeBinary),
)

results = sa.Table(
    "results",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("created_at", sa.String(40), nullable=False),
)

result_files = sa.Table(
    "result_files",
    metadata,
    sa.Column("result", sa.String(32), primary_key=True),
    sa.Column("name", sa.String(40), primary_key=True),
    sa.Column("body", sa.LargeBinary, nullable=False),
)


def _first(connection: Connection) -> None:
    metadata.create_all(connection, [estimates, comparisons, jobs], checkfirst=True)


def _second(connection: Connection) -> None:
    metadata.create_all(connection, [results, result_files], checkfirst=True)


MIGRATIONS: tuple[Callable[[Connection], None], ...] = (_first, _second)
"""Steps from an empty database to the present one, in order; a step is never changed once it was shipped."""
