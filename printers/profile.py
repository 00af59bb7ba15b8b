"""A construction printer: what it is, its numbers, and the rules that hold them together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import Any, TypedDict

from .claims import Claim
from .facts import Fact, ProfileError, is_number
from .fields import FIELD_BY_NAME, FIELDS, TEXT_FIELDS, TextField
from .joints import joint_problems
from .sources import Source, packaged_sources


class Record(TypedDict):
    """One published figure of a real building that the machine printed."""

    name: str
    quantity: str
    value: float
    unit: str
    basis: str
    source: str
    where: str
    note: str


@dataclass(frozen=True)
class Printer:
    """One construction printer.

    The numbers are in `facts` and are attributes as well: ``printer.bead_width_m`` is a
    :class:`Fact`, ``float(printer.bead_width_m)`` its value. :func:`printers.schema` lists them.

    Attributes
    ----------
    id : str
        Name in files, commands and addresses, lower case with dashes.
    name, maker, summary : str
        As people say it.
    country : str
        Country of the maker, or empty.
    year : int
        Year of the machine described.
    status : str
        How it can be had, one of :data:`printers.fields.STATUSES`, or empty.
    kinematics, deployment, continuity, feed : str
        Kinds; the words are in :func:`printers.text_schema`.
    mixes, wall_systems : tuple of str
        What it can print.
    default_mix, default_wall_system : str
        What it prints when nothing is said.
    max_storeys : int
        Storeys it can print one on another.
    max_set_ups : int
        Times a frame may be set up for one building.
    machines_max : int
        Machines of its kind that may print one building at the same time.
    currency : str
        Currency of its price and hire rate.
    price_year : int
        Year of both.
    warnings : tuple of str
        What a buyer of the estimate should know.
    records : tuple of Record
        Published figures of real buildings.
    claims : tuple of Claim
        What is said of it that its record contradicts.
    facts : mapping of str to Fact
        The numbers, by name.
    references : tuple of str
        Keys of the sources behind the texts.
    sources : mapping of str to Source
        Every source the profile cites, by key.
    """

    id: str
    name: str
    maker: str
    country: str
    year: int
    status: str
    summary: str
    kinematics: str
    deployment: str
    continuity: str
    feed: str
    mixes: tuple[str, ...]
    default_mix: str
    wall_systems: tuple[str, ...]
    default_wall_system: str
    max_storeys: int
    max_set_ups: int
    machines_max: int
    currency: str
    price_year: int
    warnings: tuple[str, ...]
    records: tuple[Record, ...]
    claims: tuple[Claim, ...]
    facts: Mapping[str, Fact]
    references: tuple[str, ...]
    sources: Mapping[str, Source]

    def __post_init__(self) -> None:
        """Make the mappings read-only: a loaded printer is shared."""
        for name in ("facts", "sources"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))

    def __getattr__(self, name: str) -> Fact:
        """Fact of that name."""
        if name.startswith("_") or name in _ATTRIBUTES:
            raise AttributeError(name)
        fact = self.facts.get(name)
        if fact is None:
            raise AttributeError(f"printer {self.id} has no fact {name!r}{near(name, self.facts)}")
        return fact

    def __hash__(self) -> int:
        """Agrees with equality; lets a printer be a key."""
        return hash((self.id, frozenset(self.facts.items())))

    def __reduce__(self) -> tuple[Any, ...]:
        """Let a printer cross to another process."""
        items = {name: getattr(self, name) for name in _ATTRIBUTES}
        return _rebuilt, (items | {"facts": dict(self.facts), "sources": dict(self.sources)},)

    def get(self, name: str) -> Fact | None:
        """Fact of that name, or None if the profile has none."""
        return self.facts.get(name)

    def replace(self, **changes: object) -> Printer:
        """Copy with some texts or numbers changed.

        Parameters
        ----------
        **changes
            Texts by their attribute names; facts by theirs, as a number (taken as assumed,
            "set by the user", without range) or as a :class:`Fact`.

        Returns
        -------
        Printer
            Checked like a profile that is loaded.

        Raises
        ------
        ProfileError
            For unknown names and for values that no profile may hold.
        """
        texts: dict[str, object] = {field.name: getattr(self, field.name) for field in TEXT_FIELDS}
        facts = dict(self.facts)
        problems: list[str] = []
        for name, item in changes.items():
            if name in texts:
                texts[name] = item
            elif name not in FIELD_BY_NAME:
                problems.append(f"{name} is not a value of a printer{near(name, [*texts, *FIELD_BY_NAME])}")
            elif isinstance(item, Fact):
                facts[name] = item
            elif is_number(item):
                facts[name] = Fact(item, item, item, "assumed", note="set by the user")
            else:
                problems.append(f"{name} is {item!r}; give a finite number or a Fact")
        sources = {**packaged_sources(), **self.sources}
        problems += printer_problems(texts, facts, self.records, sources, self.claims)
        if problems:
            listed = "; ".join(problems)
            raise ProfileError(f"printer {self.id} cannot be changed like that: {listed}", problems)
        return assembled(self.id, texts, facts, self.records, sources, self.claims)


_ATTRIBUTES = tuple(field.name for field in fields(Printer))


def _rebuilt(items: dict[str, Any]) -> Printer:
    return Printer(**items)


def near(name: str, known: Iterable[str]) -> str:
    """Help for a misspelt name: the nearest known ones, as the end of a sentence."""
    from difflib import get_close_matches

    guesses = get_close_matches(name, sorted(set(known)), n=3)
    if not guesses:
        return "; see printers.schema() for the known ones"
    return f"; did you mean {' or '.join(guesses)}?"


def assembled(
    id: str,
    texts: Mapping[str, object],
    facts: Mapping[str, Fact],
    records: tuple[Record, ...],
    sources: Mapping[str, Source],
    claims: tuple[Claim, ...] = (),
) -> Printer:
    """Printer from parts in which :func:`printer_problems` found nothing wrong."""
    items: dict[str, Any] = {}
    for field in TEXT_FIELDS:
        item: Any = texts.get(field.name, {"whole": field.minimum, "texts": (), "text": ""}[field.kind])
        items[field.name] = tuple(item) if field.kind == "texts" else item
    ordered = {field.name: facts[field.name] for field in FIELDS if field.name in facts}
    cited = [fact.source for fact in ordered.values()] + [record["source"] for record in records]
    cited += [claim[key] for claim in claims for key in ("claim_source", "record_source")]
    keys = sorted({key for key in [*cited, *items["references"]] if key})
    used = {key: sources[key] for key in keys}
    return Printer(id=id, records=records, claims=claims, facts=ordered, sources=used, **items)


def printer_problems(
    texts: Mapping[str, object],
    facts: Mapping[str, Fact],
    records: Iterable[Record],
    sources: Mapping[str, Source],
    claims: Iterable[Claim] = (),
) -> list[str]:
    """Everything that is wrong with the parts of a printer, one sentence each.

    Parameters
    ----------
    texts : mapping
        Texts, lists and whole numbers by name.
    facts : mapping of str to Fact
        Numbers by name, each valid in itself.
    records : iterable of Record
        Published buildings.
    sources : mapping of str to Source
        Every source that may be cited.
    claims : iterable of Claim
        Claims that the record contradicts.

    Returns
    -------
    list of str
        Empty if a printer can be made of them.
    """
    problems = [p for field in TEXT_FIELDS for p in _text_problems(field, texts.get(field.name))]
    for plural, default in (("mixes", "default_mix"), ("wall_systems", "default_wall_system")):
        listed = texts.get(plural)
        if isinstance(listed, list | tuple) and texts.get(default) not in (None, *listed):
            problems.append(f"{default} {texts[default]!r} is not among {plural}; list it there or choose one")
    problems += _fact_problems(texts, facts)
    problems += _order_problems(facts)
    problems += joint_problems(str(texts.get("kinematics")), facts)
    cited = [(name, fact.source) for name, fact in facts.items()]
    cited += [(f"records, {record['name']}, {record['quantity']}", record["source"]) for record in records]
    cited += [(f"claims, {c['quantity']}", key) for c in claims for key in (c["claim_source"], c["record_source"])]
    references = texts.get("references", ())
    if isinstance(references, list | tuple):
        cited += [("references", key) for key in references if isinstance(key, str)]
    for where, key in cited:
        if key and key not in sources:
            problems.append(f"{where} cites the unknown source {key!r}; describe it under [sources.{key}]")
    return problems


def _text_problems(field: TextField, item: object) -> list[str]:
    """What is wrong with one text, list or whole number."""
    name = field.name
    if item is None or (item == "" and not field.required):
        return [f"{name} is missing; add it ({field.description})"] if field.required else []
    if field.kind == "whole":
        if not isinstance(item, int) or isinstance(item, bool):
            return [f"{name} is {item!r}; give a whole number"]
        if not field.minimum <= item <= field.maximum:
            return [f"{name} is {item}; the sane range is {field.minimum} to {field.maximum}"]
        return []
    if field.kind == "texts":
        words = list(item) if isinstance(item, list | tuple) else [None]
        if not all(isinstance(word, str) and word.strip() for word in words):
            return [f"{name} is {item!r}; give a list of texts"]
        if field.choices and not words:
            return [f"{name} is empty; name at least one of {', '.join(field.choices)}"]
        if len(set(words)) < len(words):
            return [f"{name} names something twice; remove one"]
    elif not isinstance(item, str) or not item.strip():
        return [f"{name} is {item!r}; give a text"]
    else:
        words = [item]
    wrong = [word for word in words if field.choices and word not in field.choices]
    return [f"{name} {word!r} is unknown; use {', '.join(field.choices)}" for word in wrong]


def _fact_problems(texts: Mapping[str, object], facts: Mapping[str, Fact]) -> list[str]:
    """Numbers that are missing, out of place or outside their sane range."""
    problems = []
    kinds = frozenset(str(texts.get(name)) for name in ("kinematics", "deployment", "feed"))
    for field in FIELDS:
        fact = facts.get(field.name)
        if fact is None:
            if field.required and field.applies_to(kinds):
                problems.append(f"{field.name} is missing; add it ({field.description}) [{field.unit}]")
            continue
        if not field.applies_to(kinds):
            problems.append(f"{field.name} is for {field.applies} machines only; remove it or change the kind")
        if fact.low < field.minimum or fact.high > field.maximum:
            problems.append(
                f"{field.name} ({fact.low:g} to {fact.high:g} {field.unit}) leaves the sane range "
                f"{field.minimum:g} to {field.maximum:g}; check value and unit"
            )
    return problems


def _order_problems(facts: Mapping[str, Fact]) -> list[str]:
    """Pairs of numbers that contradict each other."""
    pairs = (
        ("print_speed_m_per_s", "print_speed_max_m_per_s"),
        ("reach_min_m", "reach_max_m"),
        ("layer_height_m", "bead_width_m"),
    )
    return [
        f"{small} ({facts[small].value:g}) is above {large} ({facts[large].value:g}); correct one of them"
        for small, large in pairs
        if small in facts and large in facts and facts[small].value > facts[large].value
    ]
