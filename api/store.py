"""Where estimates, comparisons and jobs are kept: SQLite or PostgreSQL, by SQLAlchemy Core."""

from __future__ import annotations

import gzip
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Engine

from api.tables import MIGRATIONS, comparisons, estimates, jobs, result_files, results, schema_version
from estimator.errors import UsageError

UNFINISHED = ("queued", "running")


@dataclass(frozen=True, slots=True)
class Kept:
    """A stored estimate.

    Attributes
    ----------
    id, created_at, plan_name, printer, region : str
    options : dict
    packed_plan : bytes
        Native JSON, by gzip.
    packed_document : bytes
        JSON, by gzip.
    headline : dict
    """

    id: str
    created_at: str
    plan_name: str
    printer: str
    region: str
    options: dict[str, Any]
    packed_plan: bytes
    packed_document: bytes
    headline: dict[str, Any]

    @property
    def plan(self) -> bytes:
        """Native JSON."""
        return gzip.decompress(self.packed_plan)

    @property
    def document(self) -> bytes:
        """Estimate document, JSON."""
        return gzip.decompress(self.packed_document)


@dataclass(frozen=True, slots=True)
class Job:
    """A stored job.

    Attributes
    ----------
    id, kind, state, created_at : str
    progress : float
        [-]
    attempts : int
        How often it was begun.
    request : dict
        What is to be done.
    result : str or None
        Address of the result.
    problem : dict or None
    """

    id: str
    kind: str
    state: str
    created_at: str
    progress: float
    attempts: int
    request: dict[str, Any]
    result: str | None
    problem: dict[str, Any] | None


def now() -> str:
    """UTC, as stored."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


class Store:
    """The database; every method is one transaction and may be called from any thread.

    Parameters
    ----------
    url : str
        SQLAlchemy URL.

    Raises
    ------
    UsageError
        The database cannot be opened, or is of a later version.
    """

    def __init__(self, url: str) -> None:
        try:
            self.engine, is_open = _engine(url), False
            try:
                self._migrate()
                is_open = True
            finally:
                if not is_open:
                    self.engine.dispose()
        except (sa.exc.SQLAlchemyError, ImportError, ValueError) as error:
            reason = str(error).split("\n")[0]
            raise UsageError(f"the database cannot be opened ({reason}); check its address") from error

    def _migrate(self) -> None:
        with self.engine.begin() as c:
            if self.engine.dialect.name == "postgresql":
                c.execute(sa.text("SELECT pg_advisory_xact_lock(701702)"))
            schema_version.create(c, checkfirst=True)
            version = c.execute(sa.select(schema_version.c.version)).scalar() or 0
            if version > len(MIGRATIONS):
                raise UsageError(
                    f"the database is of version {version}, later than the {len(MIGRATIONS)} known here; update"
                )
            for step in MIGRATIONS[version:]:
                step(c)
            if version != len(MIGRATIONS):
                c.execute(sa.delete(schema_version))
                c.execute(sa.insert(schema_version).values(version=len(MIGRATIONS)))

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()

    def is_well(self) -> bool:
        """Whether the database answers."""
        try:
            with self.engine.connect() as c:
                return c.execute(sa.select(schema_version.c.version)).scalar() == len(MIGRATIONS)
        except sa.exc.SQLAlchemyError:
            return False

    # --- estimates ---------------------------------------------------------------------------------

    def keep(self, e: Kept) -> bool:
        """Keep an estimate, once.

        Parameters
        ----------
        e : Kept

        Returns
        -------
        bool
            False where it was kept already.
        """
        row = {
            "id": e.id, "created_at": e.created_at, "plan_name": e.plan_name, "printer": e.printer, "region": e.region,
            "options": orjson.dumps(e.options), "plan": e.packed_plan, "document": e.packed_document,
            "headline": orjson.dumps(e.headline),
        }  # fmt: skip
        return self._insert(estimates, row)

    def _insert(self, table: sa.Table, row: dict[str, Any]) -> bool:
        with self.engine.begin() as c:
            return self._inserted(c, table, row)

    def _inserted(self, c: Connection, table: sa.Table, row: dict[str, Any]) -> bool:
        is_postgresql = self.engine.dialect.name == "postgresql"
        upsert: Any = postgresql.insert if is_postgresql else sqlite.insert
        done = upsert(table).values(**row).on_conflict_do_nothing().returning(table.c.id)
        return c.execute(done).first() is not None

    def estimate(self, id: str) -> Kept | None:
        """A kept estimate.

        Parameters
        ----------
        id : str

        Returns
        -------
        Kept or None
        """
        with self.engine.connect() as c:
            row = c.execute(sa.select(estimates).where(estimates.c.id == id)).mappings().first()
        if row is None:
            return None
        return Kept(
            row["id"], row["created_at"], row["plan_name"], row["printer"], row["region"], orjson.loads(row["options"]),
            row["plan"], row["document"], orjson.loads(row["headline"]),
        )  # fmt: skip

    def page(
        self, limit: int, after: tuple[str, str] | None, printer: str | None, region: str | None, plan: str | None
    ) -> list[dict[str, Any]]:
        """Estimates, newest first.

        Parameters
        ----------
        limit : int
        after : (str, str) or None
            Date and id of the last one of the page before.
        printer, region, plan : str or None
            Filters; of the plan a part of its name.

        Returns
        -------
        list of dict
        """
        t = estimates.c
        query = sa.select(t.id, t.created_at, t.plan_name, t.printer, t.region, t.headline)
        for column, wanted in ((t.printer, printer), (t.region, region)):
            if wanted is not None:
                query = query.where(column == wanted)
        if plan is not None:
            query = query.where(sa.func.lower(t.plan_name).contains(plan.lower(), autoescape=True))
        if after is not None:
            query = query.where(sa.tuple_(t.created_at, t.id) < sa.tuple_(*map(sa.literal, after)))
        with self.engine.connect() as c:
            rows = c.execute(query.order_by(t.created_at.desc(), t.id.desc()).limit(limit)).mappings().all()
        return [
            {
                "id": r["id"], "created_at": r["created_at"], "plan": r["plan_name"], "printer": r["printer"],
                "region": r["region"], "headline": orjson.loads(r["headline"]),
            }
            for r in rows
        ]  # fmt: skip

    def drop(self, id: str) -> bool:
        """Forget an estimate.

        Parameters
        ----------
        id : str

        Returns
        -------
        bool
            Whether there was one.
        """
        with self.engine.begin() as c:
            return c.execute(sa.delete(estimates).where(estimates.c.id == id)).rowcount == 1

    # --- comparisons -------------------------------------------------------------------------------

    def keep_comparison(self, id: str, document: bytes) -> None:
        """Keep a comparison, once.

        Parameters
        ----------
        id : str
        document : bytes
            JSON.
        """
        self._insert(comparisons, {"id": id, "created_at": now(), "document": gzip.compress(document, 1)})

    def comparison(self, id: str) -> bytes | None:
        """A kept comparison.

        Parameters
        ----------
        id : str

        Returns
        -------
        bytes or None
            JSON.
        """
        with self.engine.connect() as c:
            found = c.execute(sa.select(comparisons.c.document).where(comparisons.c.id == id)).scalar()
        return None if found is None else gzip.decompress(found)

    # --- results of batches and programmes ---------------------------------------------------------

    def keep_result(self, id: str, kind: str, files: Mapping[str, bytes]) -> None:
        """Keep the files of a result, once.

        Parameters
        ----------
        id : str
        kind : {"batch", "programme"}
        files : mapping of str to bytes
            By name.
        """
        packed = [{"result": id, "name": name, "body": gzip.compress(body, 1)} for name, body in files.items()]
        row = {"id": id, "kind": kind, "created_at": now()}
        with self.engine.begin() as c:
            if self._inserted(c, results, row):
                c.execute(sa.insert(result_files), packed)

    def result_file(self, id: str, kind: str, name: str) -> bytes | None:
        """A file of a result.

        Parameters
        ----------
        id, kind, name : str

        Returns
        -------
        bytes or None
        """
        query = (
            sa.select(result_files.c.body)
            .join(results, results.c.id == result_files.c.result)
            .where(results.c.id == id, results.c.kind == kind, result_files.c.name == name)
        )
        with self.engine.connect() as c:
            found = c.execute(query).scalar()
        return None if found is None else gzip.decompress(found)

    # --- jobs --------------------------------------------------------------------------------------

    def add_job(self, id: str, kind: str, request: dict[str, Any]) -> Job:
        """A new job, queued.

        Parameters
        ----------
        id, kind : str
        request : dict

        Returns
        -------
        Job
        """
        row = {
            "id": id, "kind": kind, "state": "queued", "created_at": now(), "progress": 0.0, "attempts": 0,
            "request": gzip.compress(orjson.dumps(request), 1), "result": None, "problem": None,
        }  # fmt: skip
        with self.engine.begin() as c:
            c.execute(sa.insert(jobs).values(**row))
        return _job(row)

    def job(self, id: str) -> Job | None:
        """A job.

        Parameters
        ----------
        id : str

        Returns
        -------
        Job or None
        """
        with self.engine.connect() as c:
            row = c.execute(sa.select(jobs).where(jobs.c.id == id)).mappings().first()
        return None if row is None else _job(row)

    def unfinished(self) -> list[Job]:
        """Jobs that no one has finished, oldest first."""
        query = sa.select(jobs).where(jobs.c.state.in_(UNFINISHED)).order_by(jobs.c.created_at, jobs.c.id)
        with self.engine.connect() as c:
            return [_job(row) for row in c.execute(query).mappings()]

    def begin(self, id: str) -> bool:
        """Mark a job as running.

        Parameters
        ----------
        id : str

        Returns
        -------
        bool
            False where it is finished or cancelled.
        """
        change = {"state": "running", "attempts": jobs.c.attempts + 1, "progress": 0.0}
        return self._change(id, UNFINISHED, change)

    def advance(self, id: str, progress: float) -> None:
        """Note how far a job is.

        Parameters
        ----------
        id : str
        progress : float
            [-]
        """
        self._change(id, ("running",), {"progress": progress})

    def finish(self, id: str, state: str, result: str | None = None, problem: dict[str, Any] | None = None) -> bool:
        """Finish a job, once.

        Parameters
        ----------
        id : str
        state : {"done", "failed", "cancelled"}
        result : str, optional
        problem : dict, optional

        Returns
        -------
        bool
            False where it is finished already.
        """
        change: dict[str, Any] = {"state": state, "result": result}
        if problem is not None:
            change["problem"] = orjson.dumps(problem)
        if state == "done":
            change["progress"] = 1.0
        return self._change(id, UNFINISHED, change)

    def _change(self, id: str, states: Sequence[str], change: dict[str, Any]) -> bool:
        with self.engine.begin() as c:
            query = sa.update(jobs).where(jobs.c.id == id, jobs.c.state.in_(states)).values(**change)
            return c.execute(query).rowcount == 1


def _job(row: Any) -> Job:
    problem = row["problem"]
    return Job(
        row["id"], row["kind"], row["state"], row["created_at"], float(row["progress"]), int(row["attempts"]),
        orjson.loads(gzip.decompress(row["request"])), row["result"],
        None if problem is None else orjson.loads(problem),
    )  # fmt: skip


def _engine(url: str) -> Engine:
    if url.startswith("postgresql://"):
        url = "postgresql+psycopg://" + url.removeprefix("postgresql://")
    engine = sa.create_engine(url, pool_pre_ping=not url.startswith("sqlite"))
    if engine.dialect.name not in ("sqlite", "postgresql"):
        raise ValueError(f"{engine.dialect.name} is not supported; use SQLite or PostgreSQL")
    if engine.dialect.name == "sqlite":

        @sa.event.listens_for(engine, "connect")
        def _pragmas(connection: Any, _record: Any) -> None:
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=15000"):
                connection.execute(f"PRAGMA {pragma}")

    return engine
