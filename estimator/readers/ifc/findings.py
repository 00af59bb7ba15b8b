"""What the IFC reader understood, repaired or left out, in sentences by finding code."""

from __future__ import annotations

from estimator.errors import Severity

# {n} elements, {s} plural ending, {detail} whatever the reader adds
SENTENCES: dict[str, tuple[Severity, str]] = {
    "ifc-damaged": (
        "warning",
        "The file has broken lines ({detail}); what hangs on them is missing: export it again.",
    ),
    "ifc-no-units": ("warning", "The file names no length unit, so metres were taken: check the sizes."),
    "ifc-no-angle-unit": ("note", "The file names no unit of angle, so radians were taken: check the arcs."),
    "ifc-units-doubtful": (
        "warning",
        "The walls are {detail} m high (median), so the file's length unit is probably wrong: check it.",
    ),
    "ifc-shifted": ("note", "The model lies far from its origin; the plan was moved by {detail} m."),
    "ifc-no-storeys": (
        "warning",
        "The file has no storeys; one was made at the lowest wall base, z = {detail} m.",
    ),
    "ifc-storey-elevation": (
        "note",
        "Stated storey elevations contradict where the walls stand; the storeys' placements were used.",
    ),
    "ifc-storey-by-height": ("note", "{n} wall{s} in no storey; assigned by height."),
    "ifc-empty-storey": ("note", "No wall stands in {n} storey{s} ({detail})."),
    "ifc-wall-no-body": ("warning", "{n} wall{s} without a body left out: export them with 3D geometry."),
    "ifc-wall-unreadable": (
        "warning",
        "{n} wall{s} left out because the body could not be made: rebuild or export them again.",
    ),
    "ifc-wall-not-closed": (
        "warning",
        "The body of {n} wall{s} does not close; what encloses no area was left out: mend it in the model.",
    ),
    "ifc-wall-mended": ("note", "Gaps of a few millimetres in the body of {n} wall{s} were bridged."),
    "ifc-opening-not-cut": (
        "warning",
        "{n} wall{s} whose openings leave the body unchanged: already cut in the model, or beside the wall.",
    ),
    "ifc-opening-no-body": (
        "warning",
        "{n} opening{s} without a usable body inside the wall, not listed: check them in the model.",
    ),
    "ifc-opening-unfilled": ("note", "{n} opening{s} with neither door nor window."),
    "ifc-opening-in-body": (
        "note",
        "{n} opening{s} found as hole{s} in the body of a wall, where the file has none: taken as openings.",
    ),
    "ifc-wall-slow": (
        "warning",
        "{n} wall{s} whose body took longer than the limit; a simpler one was taken ({detail}): "
        "simplify them in the model, or raise --limit wall_time_s.",
    ),
    "ifc-wall-simplified": (
        "warning",
        "{n} wall{s} whose body could not be made; a simpler one was taken ({detail}): rebuild them in the model.",
    ),
    "ifc-wall-two-storeys": ("note", "{n} wall{s} running through more than one storey; told with the lowest."),
    "ifc-wall-not-named": ("note", "{n} wall{s} that no --layer names, left out."),
    "ifc-layer-left-out": (
        "note",
        "{n} wall{s} left out as furring, finish or movable, not printed; --layer '*' takes every wall.",
    ),
    "ifc-foundation-left-out": (
        "note",
        "{n} foundation wall{s} left out, not printed; --layer '*' takes every wall.",
    ),
    "ifc-quantities": (
        "warning",
        "Quantities stored with {n} wall{s} differ from the body by more than 1 % ({detail}); the body counts.",
    ),
    "ifc-quantities-twice": (
        "note",
        "{n} wall{s} with quantities stored twice under one name, with different values; the last was compared.",
    ),
    "ifc-curtain-walls": ("note", "{n} curtain wall{s} left out: they are not printed."),
    "ifc-thin-walls": ("note", "{n} wall{s} thinner than 80 mm, kept as walls to print."),
    "ifc-foundation-walls": ("note", "{n} foundation wall{s}, kept as walls to print."),
    "ifc-parapets": ("note", "{n} parapet{s}, kept as walls to print."),
    "ifc-thickness": (
        "note",
        "{n} wall{s} whose material layers contradict the body; the body's thickness was used.",
    ),
    "ifc-space-unreadable": ("warning", "{n} space{s} left out because the body could not be made, or not in time."),
    "ifc-floor-area": ("note", "Gross floor area taken as spaces and the walls around them: {detail} m²."),
    "ifc-duplicate-id": ("warning", "{n} element{s} with an id used before; renamed in the plan."),
}
