"""The summary of a batch: counts, and what walls cost by printer and region."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from estimator.batch.rows import Row


@dataclass(slots=True)
class Tally:
    """One printer in one region, over all plans.

    Attributes
    ----------
    currency : str
    plans : int
        Plans that can be printed, each mix and wall system apart.
    refused : int
    cost_per_m2 : float
        Sum over them of printed walls by floor area. [currency/m²]
    """

    currency: str = ""
    plans: int = 0
    refused: int = 0
    cost_per_m2: float = 0.0


@dataclass(slots=True)
class Summary:
    """What came out of a batch.

    Attributes
    ----------
    plans, different, rows : int
        Plans asked for, how many of them differ in what was asked, and rows of the table.
    invalid : int
        Plans that could not be read.
    tallies : dict of (str, str) to Tally
        By printer and region.
    """

    plans: int = 0
    different: int = 0
    rows: int = 0
    invalid: int = 0
    tallies: dict[tuple[str, str], Tally] = field(default_factory=lambda: defaultdict(Tally))

    def count(self, rows: Sequence[Row]) -> None:
        """Count the rows of a plan.

        Parameters
        ----------
        rows : sequence of dict
        """
        self.plans += 1
        self.rows += len(rows)
        seen = set[tuple[str, ...]]()
        for row in rows:
            if row["state"] == "invalid":
                self.invalid += 1
                continue
            tally = self.tallies[row["printer"], row["region"]]
            if row["state"] == "refused":
                tally.refused += 1
                continue
            one = tuple(row[name] for name in ("printer", "mix", "wall_system", "region"))
            if one not in seen and row["floor_area_m2"] > 0:  # once, whatever it is compared with
                seen.add(one)
                tally.plans += 1
                tally.currency = row["currency"]
                tally.cost_per_m2 += row["walls_cost"] / row["floor_area_m2"]


def summary_page(summary: Summary, output: str) -> str:
    """What came out of a batch.

    Parameters
    ----------
    summary : Summary
    output : str
        File that the table is in.

    Returns
    -------
    str
        Lines of text.
    """
    lines = [f"{summary.plans:,} plans, {summary.different:,} different; {summary.rows:,} rows in {output}"]
    if summary.invalid:
        lines.append(f"{summary.invalid:,} could not be read; their rows say why")
    if summary.tallies:
        lines += ["", f"{'printer':24} {'region':16} {'printable':>9} {'refused':>8} {'walls by floor, mean':>24}"]
    for (printer, region), tally in sorted(summary.tallies.items()):
        mean = f"{tally.cost_per_m2 / tally.plans:,.0f} {tally.currency}/m²" if tally.plans else "–"
        lines.append(f"{printer:24} {region:16} {tally.plans:9,} {tally.refused:8,} {mean:>24}")
    return "\n".join(lines) + "\n"
