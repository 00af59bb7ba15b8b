"""A file of defaults that were fitted to the buildings of a site: ``--site site.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from estimator.errors import UsageError
from estimator.overrides import TABLES, Overrides, known_keys
from materials import Fact
from printers import Fact as PrinterFact

SCHEMA = "printhouse-site/1"
LARGEST_BYTES = 100_000


@dataclass(frozen=True, slots=True)
class SiteFact:
    """One default of a site.

    Attributes
    ----------
    key : str
        Full name of the fact, like ``terms.motion_time_ratio``.
    value, low, high : float
        Most likely, and ends of its PERT distribution. [any]
    note : str
        What it was fitted to.
    """

    key: str
    value: float
    low: float
    high: float
    note: str


def site_text(name: str, facts: Iterable[SiteFact]) -> str:
    """Defaults as the text of a file.

    Parameters
    ----------
    name : str
        Of the site, or of the buildings.
    facts : iterable of SiteFact

    Returns
    -------
    str
        TOML that :func:`read_site` reads.
    """
    lines = [f'schema = "{SCHEMA}"', f"name = {_quoted(name)}"]
    for f in facts:
        lines += [
            "", f'[facts."{f.key}"]', f"value = {f.value:.4g}", f"low = {f.low:.4g}", f"high = {f.high:.4g}",
            f"note = {_quoted(f.note)}",
        ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    plain = "".join(c if c.isprintable() else " " for c in text)
    return '"' + plain.replace("\\", "\\\\").replace('"', '\\"') + '"'


def read_site(path: str | Path) -> Overrides:
    """Changes that a file of a site makes.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    Overrides

    Raises
    ------
    UsageError
        The file is none of a site; the message names the entry.
    """
    name = str(path)
    try:
        with Path(path).open("rb") as file:
            data = file.read(LARGEST_BYTES + 1)
        found = tomllib.loads(data.decode("utf-8"))
    except (OSError, ValueError) as error:
        reason = "" if isinstance(error, OSError) else f" ({error})"
        raise UsageError(
            f"{name!a}: cannot be read as a file of a site{reason}; make one with printhouse calibrate"
        ) from None
    if len(data) > LARGEST_BYTES or found.get("schema") != SCHEMA or not isinstance(found.get("facts"), dict):
        raise UsageError(f"{name}: is no file of a site ({SCHEMA}, with facts); make one with printhouse calibrate")
    tables: dict[str, dict[str, object]] = {table: {} for table in TABLES}
    for key, entry in found["facts"].items():
        table, _, attribute = key.partition(".")
        fact = _fact(table, attribute, entry, f"{name}: {key}")
        tables[table][attribute] = fact
    return Overrides(tables["printer"], tables["mix"], tables["region"], tables["site"], tables["terms"])


def _fact(table: str, attribute: str, entry: Any, at: str) -> Fact | PrinterFact:
    known = known_keys().get(f"{table}.{attribute}")
    if known is None or known.words or known.is_whole:
        raise UsageError(
            f"{at}: is no number that an estimate uses; give a key of docs/cli.md, like printer.availability"
        )
    values = [entry.get(k) for k in ("low", "value", "high")] if isinstance(entry, dict) else [None]
    if not all(isinstance(v, int | float) and not isinstance(v, bool) for v in values):
        raise UsageError(f"{at}: gives no numbers value, low and high; give all three")
    low, value, high = (float(v) for v in values if v is not None)
    if not known.low <= low <= value <= high <= known.high:
        raise UsageError(
            f"{at}: low, value and high are {low:g}, {value:g} and {high:g}; they have to rise within "
            f"{known.low:g} to {known.high:g}"
        )
    kind = PrinterFact if table == "printer" else Fact
    return kind(value, low, high, "derived", note=str(entry.get("note") or "of the site"))
