"""Any plan in the project's own format (``docs/plan-format.md``), to the last digit.

What is written is read back and compared before anybody gets it: a file that says something
else, or that could not be read, is never made.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import shapely
from shapely import LinearRing, Polygon

from estimator.errors import Finding, PlanError
from estimator.export.layout import json_text
from estimator.export.simple_walls import simple_wall
from estimator.plan import Area, Foundation, Opening, Plan, Roof, Slab, Wall
from estimator.readers import LARGEST_JSON_BYTES
from estimator.readers.native import format as fmt
from estimator.readers.native.reader import parse_native
from estimator.readers.storeys import by_storey

Object = dict[str, Any]


def native_text(plan: Plan) -> str:
    """The plan as a plan file of the project's own format.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    str
        JSON that :func:`~estimator.read_plan` reads back to the same plan, apart from its
        ``source``, walls and rooms ordered by storey.

    Raises
    ------
    PlanError
        The plan is beyond the limits of the format.
    """
    plan = _tidied(by_storey(plan))
    text = json_text(_plan(plan))
    size = len(text.encode("utf-8"))
    if size > LARGEST_JSON_BYTES:
        _refuse(plan, f"it would have {size / 1e6:.0f} MB, and {LARGEST_JSON_BYTES / 1e6:g} MB are read")
    try:
        back = parse_native(text, "plan.json")
    except PlanError as error:
        first = error.findings[0] if error.findings else Finding(error.code, "error", "", str(error))
        _refuse(plan, f"{first.where or 'the plan'} {first.message}")
    if replace(back, source=plan.source) != plan:
        raise RuntimeError(f"the plan of {plan.source} does not read back as it was written")
    return text


def _refuse(plan: Plan, why: str) -> None:
    raise PlanError(
        f"{plan.source}: cannot be written as a printhouse plan: {why.split('; ')[0]}; "
        "convert it storey by storey, with --storey, or export less of it"
    )


def _tidied(plan: Plan) -> Plan:
    """The plan with every area in one form: one part alone is a polygon, and there is one way to be empty."""

    def wall(w: Wall) -> Wall:
        openings = tuple(replace(o, footprint=_area(o.footprint)) for o in w.openings)
        slabs = tuple(replace(s, footprint=_area(s.footprint)) for s in w.slabs)
        return replace(w, footprint=_area(w.footprint), openings=openings, slabs=slabs)

    rooms = tuple(replace(r, footprint=_area(r.footprint)) for r in plan.rooms)
    return replace(plan, walls=tuple(wall(w) for w in plan.walls), rooms=rooms)


def _area(area: Area) -> Area:
    if area.is_empty:
        return Polygon()
    flat = shapely.force_2d(area)
    parts = shapely.get_parts(flat)
    single: Area = parts[0] if len(parts) == 1 else flat
    return single


def _plan(plan: Plan) -> Object:
    value: Object = {"format": fmt.FORMAT, "version": fmt.VERSION, "name": plan.name}
    if plan.region is not None:
        value["region"] = plan.region
    if plan.floor_area_m2 is not None:
        value["floor_area_m2"] = float(plan.floor_area_m2)
    if plan.assumptions:
        value["assumptions"] = list(plan.assumptions)
    if plan.roof != Roof():
        roof = {"kind": plan.roof.kind, "pitch_deg": plan.roof.pitch_deg, "overhang_m": plan.roof.overhang_m}
        value["roof"] = {k: v for k, v in roof.items() if v is not None}
    if plan.foundation != Foundation():
        foundation = {"kind": plan.foundation.kind, "depth_m": plan.foundation.depth_m}
        value["foundation"] = {k: v for k, v in foundation.items() if v is not None}
    value["origin"] = _origin(plan)
    value["storeys"] = _storeys(plan)
    return value


def _origin(plan: Plan) -> Object:
    value: Object = {"source": plan.source, "unit": plan.unit}
    if plan.evidence:
        value["evidence"] = list(plan.evidence)
    if plan.skipped:
        value["skipped"] = list(plan.skipped)
    if plan.findings:
        value["findings"] = [_finding(f) for f in plan.findings]
    return value


def _finding(f: Finding) -> Object:
    where = {"where": f.where} if f.where else {}
    return {"code": f.code, "severity": f.severity, **where, "message": f.message}


def _storeys(plan: Plan) -> list[Object]:
    storeys: list[Object] = []
    for s in plan.storeys:
        number = len(storeys)
        value: Object = {"id": s.id, "name": s.name, "elevation_m": float(s.elevation_m), "height_m": float(s.height_m)}
        walls = [simple_wall(w, s.elevation_m) or _wall(w) for w in plan.walls if w.storey == number]
        rooms = [{"id": r.id, "name": r.name, **_outline(r.footprint)} for r in plan.rooms if r.storey == number]
        if walls:
            value["walls"] = walls
        if rooms:
            value["rooms"] = rooms
        storeys.append(value)
    return storeys


def _wall(w: Wall) -> Object:
    value: Object = {"id": w.id, "base_z_m": float(w.base_m), "top_z_m": float(w.top_m)}
    if w.thickness_m is not None:
        value["thickness_m"] = float(w.thickness_m)
    if w.is_external is not None:
        value["external"] = bool(w.is_external)
    if w.system is not None:
        value["system"] = w.system
    if w.axis is not None:
        value["axis"] = shapely.get_coordinates(w.axis).tolist()
    value |= _outline(w.footprint)
    if w.slabs:
        value["pieces"] = [_piece(s) for s in w.slabs]
    if w.openings:
        value["openings"] = [_opening(o) for o in w.openings]
    return value


def _piece(s: Slab) -> Object:
    return {"base_z_m": float(s.base_m), "top_z_m": float(s.top_m), **_outline(s.footprint)}


def _opening(o: Opening) -> Object:
    heights = {"sill_z_m": float(o.sill_m), "head_z_m": float(o.head_m), "width_m": float(o.width_m)}
    void = {"cut": True} if o.footprint.is_empty else _outline(o.footprint)
    return {"id": o.id, "kind": o.kind, **heights, **void}


def _outline(area: Area) -> Object:
    if isinstance(area, Polygon) and not area.interiors:
        return {"outline": _ring(area.exterior)}
    return {"parts": [_part(p) for p in shapely.get_parts(area)]}


def _part(polygon: Polygon) -> Object:
    value: Object = {"outline": _ring(polygon.exterior)}
    if polygon.interiors:
        value["holes"] = [_ring(hole) for hole in polygon.interiors]
    return value


def _ring(ring: LinearRing) -> list[list[float]]:
    """Corners, the first not repeated at the end."""
    corners: list[list[float]] = shapely.get_coordinates(ring)[:-1].tolist()
    return corners
