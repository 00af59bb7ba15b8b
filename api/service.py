"""What the service does, whatever asks for it: estimates, comparisons and jobs over store and pool."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
import secrets
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import anyio.to_thread
import orjson

from api import worker
from api.batches import batch
from api.pool import Pool
from api.problems import ProblemError, problem_object
from api.programmes import programme
from api.settings import Settings
from api.store import Job, Kept, Store, now
from estimator import __version__
from estimator.comparison_document import merged_comparison

Object: TypeAlias = dict[str, Any]

LOG = logging.getLogger("printhouse")

FAULT = "this is a fault of printhouse, and logged"

MOST_ATTEMPTS = 2
"""How often a job is begun before it counts as failed."""

CACHE_BYTES = 64_000_000
"""Of answers that are kept in memory, the latest used."""

REPRESENTATIONS: Mapping[str, tuple[str, str]] = {
    "json": ("application/json", "json"),
    "csv": ("text/csv", "csv"),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    "html": ("text/html", "html"),
    "svg": ("image/svg+xml", "svg"),
    "glb": ("model/gltf-binary", "glb"),
    "gcode": ("text/x-gcode", "gcode"),
}
"""Media type of each representation, and its suffix."""


LONG = {"batch": (batch, "summary.json", "batches"), "programme": (programme, "programme.json", "programmes")}
"""Jobs that are more than a few tasks: what works, a file of the result, and where that is."""


class Service:
    """Store, pool, and what is going on.

    Parameters
    ----------
    settings : Settings
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.store = Store(settings.database_url)
        self.pool = Pool(settings)
        self._cache: OrderedDict[str, bytes] = OrderedDict()
        self._cached_bytes = 0
        self._going: dict[str, asyncio.Future[Kept]] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    # --- life --------------------------------------------------------------------------------------

    async def open(self) -> None:
        """Take up the jobs that an interrupted service left."""
        self.pool.warm()
        for job in await _thread(self.store.unfinished):
            if job.attempts >= MOST_ATTEMPTS:
                problem = problem_object(ProblemError("interrupted", "the service was ended while it ran, twice"))
                await _thread(self.store.finish, job.id, "failed", None, problem)
            else:
                self._start(job)

    async def close(self) -> None:
        """Stop; unfinished jobs are taken up by the next service."""
        for task in list(self._tasks.values()):
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        await _thread(self.pool.close)
        await _thread(self.store.close)

    # --- estimates ---------------------------------------------------------------------------------

    async def estimate(self, data: bytes, name: str, options: Object, *, is_behind: bool = False) -> tuple[Kept, bool]:
        """Estimate a plan, or find the estimate that was made of it.

        Parameters
        ----------
        data : bytes
            Plan file.
        name : str
            Of the file.
        options : dict
        is_behind : bool
            Whether nobody waits for it.

        Returns
        -------
        Kept
        bool
            Whether it is new.
        """
        id = content_id("estimate", data, name, options)
        found = await _thread(self.store.estimate, id)
        if found is not None:
            return found, False
        while id in self._going:  # the same, asked for at the same time: one of them works
            other = self._going[id]
            try:
                return await asyncio.shield(other), False
            except asyncio.CancelledError:
                if not other.cancelled():  # this request is called off, not the other
                    raise
                self._going.pop(id, None)
        going = self._going[id] = asyncio.get_running_loop().create_future()
        try:
            made = await self.pool.run(worker.estimate_task, id, data, name, options, is_behind=is_behind)
            kept = Kept(
                id, now(), made["plan_name"], made["printer"], made["region"], options, made["plan"], made["document"],
                made["headline"],
            )  # fmt: skip
            is_new = await _thread(self.store.keep, kept)
            if not is_new:
                kept = await _thread(self.store.estimate, id) or kept
            going.set_result(kept)
            return kept, is_new
        except ProblemError as error:
            going.set_exception(error)
            going.exception()  # seen, also where nobody else waits
            raise
        finally:
            going.cancel()  # nothing, where it is done
            if self._going.get(id) is going:
                del self._going[id]

    async def found(self, id: str) -> Kept:
        """A kept estimate.

        Parameters
        ----------
        id : str

        Returns
        -------
        Kept

        Raises
        ------
        ProblemError
            There is none.
        """
        kept: Kept | None = await _thread(self.store.estimate, id)
        if kept is None:
            raise ProblemError("not-found", f"there is no estimate {id}; it was never made, or deleted")
        return kept

    async def rendered(self, kept: Kept, kind: str, layer: int | None = None) -> bytes:
        """A representation of an estimate.

        Parameters
        ----------
        kept : Kept
        kind : str
            As of :func:`api.worker.render_task`, or ``json``.
        layer : int, optional

        Returns
        -------
        bytes
        """
        if kind == "json":
            return kept.document
        key = f"{kept.id}:{kind}:{layer}"
        body = self.cached(key)
        if body is None:
            made = await self.pool.run(worker.render_task, kept.id, kept.plan, kept.options, kind, layer)
            body = made["body"]
            self.cache(key, body)
        return body

    def cached(self, key: str) -> bytes | None:
        """An answer that was given lately.

        Parameters
        ----------
        key : str

        Returns
        -------
        bytes or None
        """
        body = self._cache.get(key)
        if body is not None:
            self._cache.move_to_end(key)
        return body

    def cache(self, key: str, body: bytes) -> None:
        """Keep an answer in memory.

        Parameters
        ----------
        key : str
        body : bytes
        """
        if len(body) > CACHE_BYTES // 8:
            return
        self._cached_bytes += len(body) - len(self._cache.pop(key, b""))
        self._cache[key] = body
        while self._cached_bytes > CACHE_BYTES:
            _, oldest = self._cache.popitem(last=False)
            self._cached_bytes -= len(oldest)

    def forget(self, id: str) -> None:
        """Drop what is cached of an estimate.

        Parameters
        ----------
        id : str
        """
        for key in [k for k in self._cache if id in k]:
            self._cached_bytes -= len(self._cache.pop(key))

    # --- comparisons -------------------------------------------------------------------------------

    async def compare(
        self, data: bytes, name: str, printers: Sequence[str], options: Object, job: str | None = None
    ) -> tuple[str, bytes]:
        """Compare printers, each in a task of its own.

        Parameters
        ----------
        data : bytes
        name : str
        printers : sequence of str
            Ids.
        options : dict
        job : str, optional
            Whose progress is told.

        Returns
        -------
        str
            Id of the comparison.
        bytes
            Its document, JSON.
        """
        id = content_id("comparison", data, name, {**options, "printers": sorted(set(printers))})
        known = await _thread(self.store.comparison, id)
        if known is not None:
            return id, known
        chosen, done = sorted(set(printers)), 0

        async def one(printer: str) -> Object:
            nonlocal done
            part = await self.pool.run(worker.compare_task, data, name, printer, options, is_behind=True)
            done += 1
            if job is not None:
                await _thread(self.store.advance, job, done / len(chosen))
            return part

        place = self.pool.place() if job is None else contextlib.nullcontext()
        try:
            with place:
                async with asyncio.TaskGroup() as group:
                    tasks = [group.create_task(one(printer)) for printer in chosen]
        except ExceptionGroup as error:
            raise first_problem(error) from error
        parts = [task.result() for task in tasks]
        documents = [part["part"] for part in parts if "part" in part]
        if not documents:
            raise ProblemError("usage", parts[0]["impossible"])
        refused = [(part["printer"], part["impossible"]) for part in parts if "impossible" in part]
        body = orjson.dumps(merged_comparison(documents, refused))
        await _thread(self.store.keep_comparison, id, body)
        return id, body

    # --- jobs --------------------------------------------------------------------------------------

    async def begin(self, kind: str, request: Object) -> Job:
        """Start a job.

        Parameters
        ----------
        kind : {"estimate", "comparison", "batch", "programme"}
        request : dict
            ``plan`` as text in latin-1, ``name``, ``options``, and ``printers`` of a comparison; or as it was sent.

        Returns
        -------
        Job

        Raises
        ------
        ProblemError
            Too many jobs wait.
        """
        if len(self._tasks) >= self.settings.queue_max:
            raise ProblemError(
                "busy", f"{len(self._tasks)} jobs are waiting; come again", headers={"retry-after": "10"}
            )
        job: Job = await _thread(self.store.add_job, secrets.token_hex(16), kind, request)
        self._start(job)
        return job

    def _start(self, job: Job) -> None:
        task = asyncio.create_task(self._work(job), name=f"job {job.id}")
        self._tasks[job.id] = task
        task.add_done_callback(lambda ended: self._ended(job, ended))

    def _ended(self, job: Job, task: asyncio.Task[None]) -> None:
        """Note a fault of the program in a job: nobody waits for its exception."""
        self._tasks.pop(job.id, None)
        fault = None if task.cancelled() else task.exception()
        if fault is not None:
            LOG.error("job %s failed", job.id, exc_info=fault)
            self.store.finish(job.id, "failed", None, problem_object(ProblemError("internal", FAULT)))

    async def _work(self, job: Job) -> None:
        if not await _thread(self.store.begin, job.id):
            return
        r = job.request
        data = r.get("plan", "").encode("latin-1")
        try:
            if job.kind in LONG:
                result = await self._long(job)
            elif job.kind == "comparison":
                id, _ = await self.compare(data, r["name"], r["printers"], r["options"], job.id)
                result = f"/v1/comparisons/{id}"
            else:
                kept, _ = await self.estimate(data, r["name"], r["options"], is_behind=True)
                result = f"/v1/estimates/{kept.id}"
            await _thread(self.store.finish, job.id, "done", result)
        except ProblemError as error:
            await _thread(self.store.finish, job.id, "failed", None, problem_object(error))

    async def _long(self, job: Job) -> str:
        """Address of the result of a batch or programme."""
        kind, (work, told, place) = job.kind, LONG[job.kind]
        id = content_id(kind, b"", "", job.request)
        if await _thread(self.store.result_file, id, kind, told) is None:

            async def advance(share: float) -> None:
                await _thread(self.store.advance, job.id, share)

            await _thread(self.store.keep_result, id, kind, await work(self.pool, job.request, advance))
        return f"/v1/{place}/{id}"

    async def cancel(self, id: str) -> None:
        """Cancel a job.

        Parameters
        ----------
        id : str

        Raises
        ------
        ProblemError
            There is none, or it is finished.
        """
        if await _thread(self.store.job, id) is None:
            raise ProblemError("not-found", f"there is no job {id}")
        if not await _thread(self.store.finish, id, "cancelled"):
            raise ProblemError("state", f"job {id} is finished; there is nothing to cancel")
        task = self._tasks.get(id)
        if task is not None:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.wait([task])


def first_problem(error: BaseException) -> ProblemError:
    """The problem in an error, or in a group of them.

    Parameters
    ----------
    error : BaseException

    Returns
    -------
    ProblemError
    """
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error if isinstance(error, ProblemError) else ProblemError("internal", FAULT)


def content_id(what: str, data: bytes, name: str, options: Object) -> str:
    """Id of a result by what it is made of: the same request, the same id.

    Parameters
    ----------
    what : str
    data : bytes
    name : str
    options : dict

    Returns
    -------
    str
        32 hexadecimal digits.
    """
    key = orjson.dumps([what, __version__, name, options], option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(hashlib.sha256(key).digest() + hashlib.sha256(data).digest()).hexdigest()[:32]


async def _thread(function: Any, *args: Any) -> Any:
    return await anyio.to_thread.run_sync(lambda: function(*args))
