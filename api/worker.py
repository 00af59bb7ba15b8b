"""What runs in the worker processes: plans and options in, bytes out, errors as plain values."""

from __future__ import annotations

import functools
import gzip
import hashlib
import io
import resource
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import orjson

from api.told import element_pointers, finding_list, for_http, pointers_into

Object: TypeAlias = dict[str, Any]

KEPT_ESTIMATES = 4
"""Estimates that a worker keeps, for the representations that need more than the document."""

KEPT_METHODS = 8
"""Conventional methods of documents that are kept packed."""

KEPT_PLANS = 8
"""Plans that a worker keeps as read, with the geometries that were made of them."""

KEPT_GEOMETRIES = 6
"""Geometries of one plan: of different printers and wall systems."""


@dataclass(slots=True)
class ReadPlan:
    """A plan as it was read, and what was made of it.

    Attributes
    ----------
    plan : Plan
    geometries : tuple of Geometry
        Of the latest estimates of it.
    """

    plan: Any
    geometries: tuple[Any, ...] = ()


_reading: dict[str, Any] = {}
"""Limits of parsers, as :func:`prepare` was told."""

_methods: OrderedDict[int, tuple[Any, bytes]] = OrderedDict()
"""Conventional methods of documents by the identity of their object, which is kept with them, and packed."""

_made: OrderedDict[str, Any] = OrderedDict()
_plans: OrderedDict[tuple[Any, ...], ReadPlan] = OrderedDict()


def prepare(memory_bytes: int, read_time_s: float, read_memory_bytes: int) -> None:
    """Make a new worker ready: memory bounded, everything imported.

    Parameters
    ----------
    memory_bytes : int
        Address space. [B]
    read_time_s : float
        That a parser of a foreign format may take. [s]
    read_memory_bytes : int
        Address space of the process that it runs in. [B]
    """
    _reading.update(time_s=read_time_s, memory_bytes=read_memory_bytes)
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    from api.example_plan import EXAMPLE_PLAN
    from estimator.document import as_document
    from estimator.readers.native.reader import decode_native

    plan = decode_native(orjson.dumps(EXAMPLE_PLAN), "example")
    as_document(_estimate(ReadPlan(plan), {"samples": 100}))


def ready() -> None:
    """Nothing: a worker that answers is ready."""


def guarded(task: Callable[..., Object]) -> Callable[..., Object]:
    """The task with its expected errors as a value: they cannot always be pickled.

    Parameters
    ----------
    task : callable

    Returns
    -------
    callable
    """

    @functools.wraps(task)
    def run(*args: Any) -> Object:
        from estimator.errors import EstimatorError
        from materials import TableError
        from printers import ProfileError

        try:
            return task(*args)
        except EstimatorError as error:
            found = finding_list(error.findings, pointers_into(args))
            return {"error": error.code, "detail": for_http(str(error)), "findings": found}
        except (ProfileError, TableError) as error:
            return {"error": "usage", "detail": for_http(str(error)), "findings": []}
        except MemoryError:
            return {"error": "limit", "detail": "the plan needs more memory than a worker has", "findings": []}

    return run


def _read(data: bytes, name: str, options: Mapping[str, Any]) -> ReadPlan:
    from estimator.options import Limits, ReadOptions, unit_m
    from estimator.readers import read_stream

    key = (hashlib.sha256(data).digest(), name, *(options.get(k) for k in ("unit", "height", "thickness")))
    if key in _plans:
        _plans.move_to_end(key)
        return _plans[key]
    reading = ReadOptions(
        unit_m=unit_m(options["unit"]) if options.get("unit") else None,
        height_m=options.get("height"),
        thickness_m=options.get("thickness"),
        limits=Limits(**_reading),
    )
    found = _plans[key] = ReadPlan(read_stream(io.BytesIO(data), name, reading))
    while len(_plans) > KEPT_PLANS:
        _plans.popitem(last=False)
    return found


def _estimate(read: ReadPlan, options: Mapping[str, Any]) -> Any:
    from estimator.check import refuse_to_fall
    from estimator.estimate import estimate
    from estimator.overrides import parse_overrides
    from printers import load_printer

    o, plan = options, read.plan
    settings = [f"{key}={value}" for key, value in o.get("settings", {}).items()]
    printer = load_printer(o["printer"]) if o.get("printer") else None
    inputs = parse_overrides(settings).applied(printer, o.get("mix"), o.get("region"), plan)
    e = estimate(
        plan, wall_system=o.get("wall_system"), methods=o.get("methods"), route=o.get("route"),
        pace=o.get("pace", "stands"), pacing=o.get("pacing", "cheapest"), machines=o.get("machines", 1),
        zones=o.get("zones", 1), samples=o.get("samples", 1000), seed=o.get("seed", 1), with_settings=False,
        geometries=read.geometries, **inputs,
    )  # fmt: skip
    others = [g for g in read.geometries if all(g is not own for own in e.geometries)]
    read.geometries = (*e.geometries, *others)[:KEPT_GEOMETRIES]
    refuse_to_fall(plan.source, e, force=bool(o.get("force")))
    return e


def _native(data: bytes, plan: Any) -> bytes:
    """A plan in the project's own format: as it came, if it came in it."""
    from estimator.export.native import native_text

    return data if data[:1] == b"{" and b'"printhouse-plan"' in data else native_text(plan).encode("utf-8")


def packed(data: bytes) -> bytes:
    """Data by gzip, as they are stored: quick rather than small, and less to send to the service.

    Parameters
    ----------
    data : bytes

    Returns
    -------
    bytes
    """
    return gzip.compress(data, 1, mtime=0)


def packed_document(document: Object) -> bytes:
    """An estimate document by gzip.

    Parameters
    ----------
    document : dict

    Returns
    -------
    bytes
        Members of gzip, one after the other: conventional methods are most of a document and the same in many of one
        plan, so they are packed once.
    """
    names = list(document)
    middle = names.index("conventional")
    before, after = (orjson.dumps({n: document[n] for n in some}) for some in (names[:middle], names[middle + 1 :]))
    part = document["conventional"]
    _, found = _methods.get(id(part), (part, b""))
    if not found:
        found = packed(orjson.dumps(part))
        _methods[id(part)] = (part, found)
        while len(_methods) > KEPT_METHODS:
            _methods.popitem(last=False)
    return packed(before[:-1] + b',"conventional":') + found + packed(b"," + after[1:])


def _remember(id: str, e: Any) -> None:
    _made[id] = e
    _made.move_to_end(id)
    while len(_made) > KEPT_ESTIMATES:
        _made.popitem(last=False)


@guarded
def estimate_task(id: str, data: bytes, name: str, options: Object) -> Object:
    """Read a plan and estimate it.

    Parameters
    ----------
    id : str
        Under which the estimate is remembered.
    data : bytes
        Plan file.
    name : str
        Of the file.
    options : dict

    Returns
    -------
    dict
        ``document`` and ``plan`` as JSON by gzip, and what a list shows; or ``error``, ``detail``, ``findings``.
    """
    from estimator.document import as_document

    read = _read(data, name, options)
    plan, e = read.plan, _estimate(read, options)
    d = as_document(e, may_change=False)
    _remember(id, e)
    spread = d["uncertainty"]
    headline = {
        "currency": d["currency"], "nozzle_s": d["time"]["nozzle_s"], "print_days": d["time"]["print_days"],
        "printed_walls": d["cost"]["printed_walls"], "whole_house": d["cost"]["whole_house"],
        "cost": {k: spread["cost"][k] for k in ("p10", "p50", "p90")} if spread.get("cost") else None,
    }  # fmt: skip
    return {
        "document": packed_document(d), "plan": packed(_native(data, plan)), "headline": headline,
        "plan_name": plan.name, "printer": e.printer.id, "region": e.region.id,
    }  # fmt: skip


@guarded
def check_task(data: bytes, name: str, options: Object) -> Object:
    """What is understood of a plan, and its drawing.

    Parameters
    ----------
    data : bytes
    name : str
    options : dict

    Returns
    -------
    dict
        ``body`` as JSON in bytes; or an error.
    """
    from estimator.export.native import native_text
    from estimator.fit import check
    from estimator.report.check import check_object
    from estimator.report.drawing import plan_picture
    from estimator.report.svg_ import svg_text

    plan = _read(data, name, options).plan
    native = orjson.loads(native_text(plan))
    findings = check(plan)
    body = {
        "plan": native, "summary": check_object(plan, [])["plan"],
        "findings": finding_list(findings, element_pointers(native)), "svg": svg_text(plan_picture(plan, findings)),
    }  # fmt: skip
    return {"body": orjson.dumps(body)}


@guarded
def compare_task(data: bytes, name: str, printer: str, options: Object) -> Object:
    """One printer's part of a comparison.

    Parameters
    ----------
    data : bytes
    name : str
    printer : str
        Id.
    options : dict

    Returns
    -------
    dict
        ``part``, a comparison document of one printer; or an error.
    """
    from estimator.compare import compare
    from estimator.comparison_document import comparison_document
    from estimator.errors import UsageError
    from estimator.overrides import parse_overrides

    plan = _read(data, name, options).plan
    settings = [f"{key}={value}" for key, value in options.get("settings", {}).items()]
    try:
        c = compare(
            plan, [printer], mix=options.get("mix"), wall_system=options.get("wall_system"),
            region=options.get("region"), methods=options.get("methods"), overrides=parse_overrides(settings),
            samples=options.get("samples", 1000), seed=options.get("seed", 1), force=bool(options.get("force")),
        )  # fmt: skip
    except UsageError as error:
        return {"impossible": for_http(str(error)), "printer": printer}
    return {"part": comparison_document(c)}


@guarded
def render_task(id: str, plan: bytes, options: Object, kind: str, layer: int | None) -> Object:
    """A representation of an estimate that needs more than its document.

    Parameters
    ----------
    id : str
    plan : bytes
        Native JSON.
    options : dict
    kind : str
        ``csv``, ``xlsx``, ``html``, ``glb``, ``gcode``, ``beads``, or ``svg:`` and the view.
    layer : int or None
        Of the view of a layer.

    Returns
    -------
    dict
        ``body`` in bytes; or an error.
    """
    e = _made.get(id)
    if e is None or (e.uncertainty is None and options.get("samples", 1000) > 0):
        e = _estimate(_read(plan, "plan.json", options), options)
        _remember(id, e)
    return {"body": _rendered(e, kind, layer)}


def _rendered(e: Any, kind: str, layer: int | None) -> bytes:
    from estimator.document import as_document
    from estimator.export.layers import printed_layers

    if kind == "csv":
        from estimator.report.csv_ import ledger_csv

        return ledger_csv(as_document(e)).encode("utf-8")
    if kind == "xlsx":
        from estimator.export.workbook import workbook

        return workbook(as_document(e), e)
    if kind == "html":
        from estimator.report.html import html_report

        return html_report(e).encode("utf-8")
    if kind == "gcode":
        from estimator.export.gcode import gcode

        return b"".join(gcode(e, printed_layers(e)))
    if kind == "glb":
        from estimator.export.solid_files import glb

        return glb(e, printed_layers(e))
    if kind == "beads":
        return orjson.dumps(beads_object(e), option=orjson.OPT_SERIALIZE_NUMPY)
    from estimator.report.svg_ import svg_text

    return svg_text(_picture(e, kind.partition(":")[2], layer)).encode("utf-8")


def _picture(e: Any, view: str, layer: int | None) -> Any:
    from estimator.document import as_document
    from estimator.report.charts import gantt_picture, tornado_picture
    from estimator.report.drawing import plan_picture
    from estimator.report.gantt import schedule_object
    from estimator.report.path_drawing import layer_picture
    from estimator.report.structure_drawing import structure_picture

    if view == "structure":
        return structure_picture(e)
    if view == "layer":
        return layer_picture(e, layer or 1)
    if view == "schedule":
        return gantt_picture(schedule_object(e))
    if view == "tornado":
        return tornado_picture(as_document(e))
    return plan_picture(e.plan, e.findings)


def beads_object(e: Any) -> Object:
    """The beads of an estimate, each section once, and the layers that follow them.

    Parameters
    ----------
    e : Estimate

    Returns
    -------
    dict
        ``layer_height_m``; ``sections`` with ``start``, ``end`` (x and y of each move, in metres, one after the other),
        ``kind`` (1 contour, 2 infill) and ``width_m``; ``layers`` with ``z_m`` of the underside, ``section``,
        ``storey``, ``part`` and ``done_s``, the age of the print when the layer is finished.
    """
    import numpy as np

    from estimator.export.layers import printed_layers

    path, layers = e.toolpath, printed_layers(e)
    used, section = np.unique(layers.path, return_inverse=True)
    sections = []
    for k in used.tolist():
        moves = slice(int(path.first[k]), int(path.first[k + 1]))
        bead = path.kind[moves] != 0
        sections.append(
            {
                "start": np.round(path.start_m[moves][bead], 4).ravel(),
                "end": np.round(path.end_m[moves][bead], 4).ravel(),
                "kind": path.kind[moves][bead].astype(np.int64), "width_m": np.round(path.width_m[moves][bead], 4),
            }
        )  # fmt: skip
    laid = e.structure.laid
    return {
        "layer_height_m": float(path.layer_height_m), "sections": sections,
        "layers": {
            "z_m": np.round(layers.bottom_m, 4), "section": section.astype(np.int64), "storey": layers.storey,
            "part": layers.part, "done_s": np.round(laid.done_s, 0),
        },
    }  # fmt: skip
