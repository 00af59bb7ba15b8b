"""All printers of the catalogue as one page of Markdown: a table to compare and a section for each."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence

from estimator.report.envelope import drawing, room_words
from estimator.report.layout import about, span
from estimator.report.machine import GAPS, buildings, claim_words, kind_words, origin_words
from printers import Fact, Printer

MARKDOWN_WIDTH = 116
"""Columns of a line of prose."""

HEAD = """# Printers

Written from the profiles by `pytest --update-expected tests/test_printers_page.py`; a test fails when it is stale.
Every number with its range, source and reason: `printhouse printers show ID`. What a fact is: [facts.md](facts.md).

Makers publish little. A speed marked *assumed* was judged from finished buildings or from machines of its kind;
what a profile does not know is the value of its class, and its note says so. Room is width × length × height of a
frame or of an element, R reach × height of an arm, in metres; a bead is width × layer, in millimetres; the range of
the speed is in brackets. Words in round brackets after a building or a claim are [sources](#sources)."""

COLUMNS = ("id", "machine", "kind", "room [m]", "bead [mm]", "speed [m/s]", "basis", "storeys", "buildings")


def machine_pages(printers: Sequence[Printer]) -> str:
    """The page.

    Parameters
    ----------
    printers : sequence of Printer
        In the order of the page; classes go last.

    Returns
    -------
    str
        Markdown.
    """
    machines = [p for p in printers if p.status != "class"]
    classes = [p for p in printers if p.status == "class"]
    head = HEAD + f"\n\n{len(machines)} machines and {len(classes)} classes, for machines not chosen yet."
    blocks = [head, "## All machines", _table([*machines, *classes])]
    blocks += [block for p in machines for block in _section(p)]
    blocks += ["## Classes", "The middle of a kind, for a machine that is not chosen yet or not in the list."]
    blocks += [block for p in classes for block in _section(p)]
    blocks += ["## Sources", _sources(printers)]
    return "\n\n".join(blocks) + "\n"


def _sources(printers: Iterable[Printer]) -> str:
    cited = {key: source for p in printers for key, source in p.sources.items()}
    rows = [(key, f"{s.author}, [{s.title}]({s.url})", str(s.year)) for key, s in sorted(cited.items())]
    return _markdown_table([("key", "source", "year"), ("---",) * 3, *rows])


def _markdown_table(rows: Iterable[Sequence[str]]) -> str:
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def _table(printers: Iterable[Printer]) -> str:
    rows = [
        (
            f"[`{p.id}`](#{p.id})", p.name, f"{p.kinematics}, {p.deployment}", room_words(p.deployment, p.facts),
            _bead(p), _ranged(p.print_speed_m_per_s), p.print_speed_m_per_s.basis, str(p.max_storeys),
            str(len(buildings(p.records))),
        )
        for p in printers
    ]  # fmt: skip
    return _markdown_table([COLUMNS, ("---",) * len(COLUMNS), *rows])


def _section(p: Printer) -> list[str]:
    blocks = [f"### {p.id}", _prose(f"**{p.name}**, {origin_words(p)}. {p.summary}")]
    published = sorted(name for name, fact in p.facts.items() if fact.basis in ("published", "measured"))
    known = f"Published: {', '.join(f'`{name}`' for name in published)}" if published else "No number is published"
    facts = [
        f"{kind_words(p)}; {GAPS[p.continuity]}",
        f"bead {_bead(p)} mm, {_ranged(p.print_speed_m_per_s)} m/s ({p.print_speed_m_per_s.basis}), crew of "
        f"{about(float(p.crew_persons), 2)}, {p.default_mix} unless told otherwise",
        f"{known}; the other numbers are derived or assumed.",
    ]
    blocks.append("\n".join(_item(text) for text in facts))
    blocks.append("\n".join(["```", *drawing(p), "```"]))
    if p.records:
        said = [f"{b.name}: {b.words()} ({_cited([r['source'] for r in b.records])})" for b in buildings(p.records)]
        blocks += ["On record:", "\n".join(map(_item, said))]
    if p.claims:
        said = [
            f"{claim_words(c)}. {c['claim']} ({_cited([c['claim_source']])}) {c['record']} "
            f"({_cited([c['record_source']])}) {c['arithmetic']}"
            for c in p.claims
        ]
        blocks += ["Claims beside the record:", "\n".join(map(_item, said))]
    return [*blocks, "Mind:", "\n".join(map(_item, p.warnings))]


def _bead(p: Printer) -> str:
    return f"{about(1000 * float(p.bead_width_m))} × {about(1000 * float(p.layer_height_m))}"


def _ranged(fact: Fact) -> str:
    around = "" if fact.low == fact.high else f" ({span(fact.low, fact.high)})"
    return f"{about(fact.value)}{around}"


def _cited(keys: Iterable[str]) -> str:
    """Keys of sources, each once."""
    return ", ".join(dict.fromkeys(keys))


def _prose(text: str) -> str:
    return "\n".join(_lines(text))


def _item(text: str) -> str:
    first, *rest = _lines(text, MARKDOWN_WIDTH - 2)
    return "\n".join([f"- {first}", *(f"  {line}" for line in rest)])


def _lines(text: str, width: int = MARKDOWN_WIDTH) -> list[str]:
    return textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False)
