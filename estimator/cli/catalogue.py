"""``printhouse printers``, ``mixes``, ``regions`` and ``methods``."""

from __future__ import annotations

import click

from estimator.cli.options import output_options
from estimator.cli.output import answer, format_of


def add_catalogue(cli: click.Group, noun: str, singular: str) -> None:
    """Add ``printhouse NOUN list`` and ``printhouse NOUN show ID``."""

    @cli.group(name=noun, help=f"Known {noun}, and every number of one.")
    def group() -> None:
        pass

    @group.command(name="list", help=f"All {noun}, one line each.")
    @output_options
    def list_(kind: str | None, output: str | None, quiet: bool) -> None:
        from estimator.report import catalogue

        answer(
            format_of(kind, output),
            output,
            text=lambda colour: catalogue.list_page(noun, colour=colour),
            document=lambda: catalogue.list_object(noun),
            table=lambda: catalogue.list_csv(noun),
        )

    @group.command(name="show", help=f"Every number of one {singular}: value, range, basis, source, reason.")
    @click.argument("name", metavar="ID")
    @output_options
    def show(name: str, kind: str | None, output: str | None, quiet: bool) -> None:
        from estimator.report import catalogue

        item = catalogue.load(noun, name)
        answer(
            format_of(kind, output),
            output,
            text=lambda colour: catalogue.show_page(noun, item, colour=colour),
            document=lambda: catalogue.show_object(noun, item),
            table=lambda: catalogue.show_csv(noun, item),
        )
