"""``printhouse validate``."""

from __future__ import annotations

from pathlib import Path

import click

from estimator.cli.options import output_options
from estimator.cli.output import answer, format_of, write
from estimator.cli.screen import Progress
from estimator.errors import UsageError


@click.command(short_help="Published buildings beside what comes out for them.")
@click.argument("files", nargs=-1, metavar="[CASES]...")
@click.option(
    "--samples", type=click.IntRange(100, 200_000), default=None, help="Draws for each case.  [default: 2000]"
)
@click.option("--claims", "impossible", is_flag=True, help="Instead, claims that arithmetic alone can judge.")
@output_options
def validate(
    files: tuple[str, ...], samples: int | None, impossible: bool, kind: str | None, output: str | None, quiet: bool
) -> None:
    """Estimate published buildings, or CASES of your own (.toml), and compare with what was measured."""
    page = kind is None and Path(output or "").suffix.lower() == ".html"
    kind, progress = "text" if page else format_of(kind, output), Progress(quiet)
    if impossible:
        if files:
            raise UsageError("--claims judges the claims on file; leave the cases out")
        from estimator.report.validation import claims_csv, claims_object, claims_page
        from estimator.validation.claims import claims

        judged = claims_object(claims())
        answer(
            kind, output, text=lambda colour: claims_page(judged, colour=colour), document=lambda: judged,
            table=lambda: claims_csv(judged),
        )  # fmt: skip
        return
    from estimator.report.validation import validation_csv, validation_html, validation_object, validation_page
    from estimator.validation.cases import packaged_cases, read_case
    from estimator.validation.validate import SAMPLES
    from estimator.validation.validate import validate as validated

    cases = [read_case(Path(name)) for name in files] or packaged_cases()
    v = validated(cases, samples or SAMPLES, lambda name: progress(f"estimating {name} …"))
    d = validation_object(v)
    progress.done()
    if page:
        write(Path(str(output)), validation_html(d).encode("utf-8"))
        return
    answer(
        kind, output, text=lambda colour: validation_page(d, colour=colour), document=lambda: d,
        table=lambda: validation_csv(d),
    )  # fmt: skip
