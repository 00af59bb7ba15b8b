"""The summary of a batch as text."""

from __future__ import annotations

from estimator.batch.run import Summary


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
