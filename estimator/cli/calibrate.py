"""``printhouse calibrate``."""

from __future__ import annotations

from pathlib import Path

import click

from estimator.cli.output import answer, write
from estimator.cli.screen import Progress
from estimator.errors import UsageError


@click.command(short_help="Defaults of a site, from what was measured on its buildings.")
@click.argument("files", nargs=-1, required=True, metavar="CASES...")
@click.option(
    "--samples", type=click.IntRange(100, 200_000), default=None, help="Draws for each case.  [default: 2000]"
)
@click.option("--name", default="my site", show_default=True, help="Of the site, as the file says it.")
@click.option(
    "-f", "--format", "kind", type=click.Choice(("text", "json", "csv")), default="text", help="Of the table."
)
@click.option("-q", "--quiet", is_flag=True, help="No progress on stderr.")
@click.option("-o", "--output", metavar="FILE", help="Write the defaults to a file, for --site.")
def calibrate(
    files: tuple[str, ...], samples: int | None, name: str, kind: str, quiet: bool, output: str | None
) -> None:
    """Compare CASES (.toml) with what was measured, and fit the defaults of their site."""
    if output is not None and Path(output).suffix.lower() != ".toml":
        raise UsageError(f"-o {output}: a file of a site ends in .toml")
    from estimator.report.validation import calibration_object, calibration_page, validation_csv
    from estimator.site_file import site_text
    from estimator.validation.calibration import FITTED, fits, site_facts
    from estimator.validation.cases import QUANTITIES, read_case
    from estimator.validation.validate import SAMPLES, validate

    progress = Progress(quiet)
    cases = [read_case(Path(file)) for file in dict.fromkeys(files)]
    v = validate(cases, samples or SAMPLES, lambda case: progress(f"estimating {case} …"))
    progress.done()
    if v.failed:
        case, reason = v.failed[0]
        raise UsageError(f"{case.id}.toml: its building cannot be estimated: {reason}")
    fitted = fits(v)
    if not fitted:
        wanted = " or ".join(q for quantities in FITTED.values() for q in quantities if q in QUANTITIES)
        raise UsageError(f'no case has a scored value to fit to; measure {wanted}, and give it kind = "measured"')
    facts = site_facts(v, fitted)
    d = calibration_object(v, facts)
    answer(
        kind, None, text=lambda colour: calibration_page(d, colour=colour), document=lambda: d,
        table=lambda: validation_csv(d),
    )  # fmt: skip
    if output is not None:
        write(Path(output), site_text(name, facts).encode("utf-8"))
