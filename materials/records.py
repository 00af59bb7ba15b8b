"""What mixes, regions, resources, methods and the rest have in common: texts, facts, a way to change them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from types import MappingProxyType
from typing import Any, ClassVar, Self, TypeVar

from .facts import Fact, TableError, is_number, raise_if, set_by_user
from .schema import QUANTITIES, schema
from .sources import packaged_sources
from .tables import Folder, Text, facts_by_item, limit_problem, near, packaged_tables, read_rows, read_texts


@dataclass(frozen=True, kw_only=True, eq=False)
class Record:
    """One item of a table.

    The numbers are in `facts` and are attributes as well: ``mix.density_kg_per_m3`` is a
    :class:`Fact`, ``float(mix.density_kg_per_m3)`` its value.

    Attributes
    ----------
    id : str
        Name in files, commands and addresses, lower case with dashes.
    facts : mapping of str to Fact
        The numbers, by attribute name.
    """

    KIND: ClassVar[str]
    TABLE: ClassVar[str]
    TEXTS: ClassVar[tuple[Text, ...]]

    id: str
    facts: Mapping[str, Fact]

    def __post_init__(self) -> None:
        """Make the facts read-only: a loaded record is shared."""
        object.__setattr__(self, "facts", MappingProxyType(dict(self.facts)))

    def __getattr__(self, name: str) -> Fact:
        """Fact of that name."""
        if name.startswith("_") or name in ("id", "facts"):
            raise AttributeError(name)
        fact = self.facts.get(name)
        if fact is None:
            raise AttributeError(f"{self.KIND} {self.id} has no fact {name!r}{near(name, self.facts)}")
        return fact

    def __eq__(self, other: object) -> bool:
        """Whether both are of one class and agree in everything."""
        if type(other) is not type(self):
            return NotImplemented
        return all(getattr(self, field.name) == getattr(other, field.name) for field in fields(self))

    def __hash__(self) -> int:
        """Agrees with equality; lets a record be a key."""
        return hash((self.KIND, self.id, frozenset(self.facts.items())))

    def __reduce__(self) -> tuple[Any, ...]:
        """Let a record cross to another process."""
        items = {field.name: getattr(self, field.name) for field in fields(self)}
        return _rebuilt, (type(self), items | {"facts": dict(self.facts)})

    def get(self, name: str) -> Fact | None:
        """Fact of that name, or None if the item has none."""
        return self.facts.get(name)

    def replace(self, **changes: object) -> Self:
        """Copy with some texts or numbers changed.

        Parameters
        ----------
        **changes
            Texts by their attribute names; facts by theirs, as a number (taken as assumed,
            "set by the user", without range) or as a :class:`Fact`.

        Returns
        -------
        Record
            Of the same class.

        Raises
        ------
        TableError
            For unknown names, wrong texts and values outside the limits of the quantity.
        """
        texts = {field.name: field for field in self.TEXTS}
        known = schema(self.KIND)
        changed: dict[str, object] = {}
        facts = dict(self.facts)
        problems: list[str] = []
        at = f"{self.TABLE}: {self.id}"
        for name, item in changes.items():
            if name in texts:
                problem = texts[name].problem(item)
                changed[name] = tuple(item) if isinstance(item, list) else item
            elif name not in known:
                problem = f"{name} is not a value of a {self.KIND}{near(name, [*texts, *known])}"
            elif isinstance(item, Fact):
                facts[name] = item
                problem = limit_problem(known[name], item)
            elif isinstance(item, int | float) and is_number(item):
                facts[name] = set_by_user(float(item))
                problem = limit_problem(known[name], facts[name])
            else:
                problem = "give a finite number or a Fact"
            if problem:
                label = "" if problem.startswith(name) else f"{name} = {item!r}: "
                problems.append(f"{at}: {label}{problem}")
        raise_if(problems)
        values: dict[str, Any] = {**changed, "facts": facts}
        return replace(self, **values)


RecordT = TypeVar("RecordT", bound=Record)


def _rebuilt(kind: type[RecordT], items: dict[str, Any]) -> RecordT:
    return kind(**items)


def read_records(
    kind: type[RecordT],
    problems: list[str],
    folder: Folder | None = None,
) -> dict[str, dict[str, Any]]:
    """Texts and facts of every item of a kind, ready to make records of.

    Parameters
    ----------
    kind : type of Record
    problems : list of str
        Grows by what is wrong.
    folder : path, optional
        Folder of the tables; those of the package if left out.

    Returns
    -------
    dict of str to dict
        Arguments of the class, by item.
    """
    place = packaged_tables() if folder is None else folder
    items = read_texts(place.joinpath(f"{kind.TABLE}.toml"), kind.TEXTS, problems)
    table = f"{kind.TABLE}.csv"
    rows = read_rows(place.joinpath(table), packaged_sources(), problems)
    facts = facts_by_item(table, rows, QUANTITIES[kind.KIND], items, problems)
    return {item: {"id": item, "facts": facts[item], **texts} for item, texts in items.items()}


def made(kind: type[RecordT], items: Mapping[str, dict[str, Any]], problems: Sequence[str]) -> Mapping[str, RecordT]:
    """Records of the items, in their order, once nothing is wrong."""
    raise_if(problems)
    return MappingProxyType({item: kind(**values) for item, values in items.items()})


def pick(known: Mapping[str, RecordT], kind: str, name: str) -> RecordT:
    """Record of that name.

    Raises
    ------
    TableError
        For an unknown name, listing the known ones.
    """
    if name not in known:
        raise TableError(f"there is no {kind} {name!r}; known: {', '.join(known)}")
    return known[name]
