"""Read the source of the packages and say where a docstring or a unit is missing.

Run as ``python -m tests.check_docstrings [PATH ...]``; prints ``file:line: what to fix`` and ends with
status 1 when it printed anything. Nothing is imported, so nothing has to be installed.

The rules, for everything public (no leading underscore):

1. A module, class, function, method and property has a docstring.
2. A number carries its unit as the end of its name: a parameter or class attribute annotated as float or
   float array is called ``width_m``, ``speed_m_per_s``, ``rate_per_h``. Free of this are words that have no
   unit (``ratio``, ``count`` ...), words for money, and symbols of a cited formula (one or two letters, or a
   Greek letter), which say their unit in the docstring. Any other number without a unit says ``[-]`` there.
3. In the core (all but the command line, readers, reports, exports and service) such a number is listed
   under Parameters or Attributes with ``[unit]``, and the unit is the one in the name.
4. In the core, a function that returns numbers has their unit in its name or under Returns.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

SHIPPED: Final = ("api", "estimator", "materials", "printers")

# Where people type and read; help texts, templates and wire models describe the numbers there.
EDGES: Final = re.compile(r"(^|/)(api/|estimator/(cli\.py|cli/|readers/|report/|export/))")

# Unit -> (symbol, exponent of that symbol); symbols are only compared, never converted.
_SPELT_OUT: Final = {"second": "s", "minute": "min", "hour": "h", "day": "d", "year": "a", "degree": "deg"}
UNITS: Final[Mapping[str, tuple[str, int]]] = {
    **{f"{u}{n if n > 1 else ''}": (u, n) for u in ("m", "mm", "cm", "km", "s") for n in (1, 2, 3, 4)},
    **{
        u: (u, 1)
        for u in (
            "h min d week month g kg t n kn nm pa kpa mpa gpa w kw j kj mj wh kwh k c rad hz l mol b mb um "
            "storey house each unit shift usd eur currency"
        ).split()
    },
    **{f"{u}{s}": (u, 1) for u in ("trip", "layer", "sample", "point", "piece", "person") for s in ("", "s")},
    **{f"{word}{s}": (u, 1) for word, u in _SPELT_OUT.items() for s in ("", "s")},
    **{"people": ("person", 1), "deg": ("deg", 1), "°": ("deg", 1), "°c": ("c", 1), "degc": ("c", 1)},
    **{"a": ("a", 1), "percent": ("percent", 1), "%": ("percent", 1), "µm": ("um", 1)},
}

# What may stand in front of another unit without ``per``: pa_s, n_m, m2_k_per_w, persons_h; not reach_min_m.
MULTIPLIED: Final = frozenset("pa kpa mpa n kn w kw kg t m2 person persons".split())

# Last words of names that have no unit. Add one only if it can never be a quantity with a unit.
DIMENSIONLESS: Final = frozenset(
    "absorptance availability confidence correlation count counts efficiency emissivity exponent factor "
    "factors fraction fractions index indices multiplier number percentile percentiles porosity probability "
    "quantile quantiles ratio ratios rtol samples score seed share shares strain utilisation weights".split()
)
# Money is in the one currency that the estimate names.
MONEY: Final = frozenset("amount amounts budget cost costs fee price prices rate rates subtotal total totals".split())
# The unit of these is given by the record they stand in.
RECORD: Final = frozenset(
    "conventional demand capacity default difference maximum minimum printed quantity value".split()
)
# Ends that say which value of a quantity it is, not what it is.
QUALIFIERS: Final = frozenset("low high mode min max mean lower upper p5 p10 p50 p90 p95 x y z".split())

GREEK: Final = "alpha beta gamma delta epsilon zeta eta theta kappa lam lambda mu nu xi rho sigma tau phi chi psi omega"
SYMBOL: Final = re.compile(rf"[a-z]{{1,2}}\d*|({GREEK.replace(' ', '|')})(_?[a-z0-9]{{1,2}})?", re.IGNORECASE)
FLOAT: Final = re.compile(r"\b(float(16|32|64)?|floating)\b")
ANY_ARRAY: Final = re.compile(r"\b(ArrayLike|ndarray|NDArray)\b")
OTHER_DTYPE: Final = re.compile(r"\b(u?int(8|16|32|64|p)?|integer|bool_?|object_|str_|datetime64)\b")
NOT_A_NUMBER: Final = re.compile(r"\b(Mapping|MutableMapping|dict|Callable|ClassVar|TypeAlias|Literal)\b")
SECTION: Final = re.compile(r"^(?P<title>[A-Z][A-Za-z ]+)\n(?P<rule>-{3,})$", re.MULTILINE)
SUPERSCRIPT: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")

Unit = tuple[tuple[str, int], ...]
Function = ast.FunctionDef | ast.AsyncFunctionDef


def unit_in_name(name: str) -> Unit | None:
    """Unit that ends a name, as symbols and exponents: m¹ s⁻¹ for ``speed_m_per_s``; None without one."""
    words = name.lower().split("_")
    while len(words) > 1 and words[-1] in QUALIFIERS:
        words.pop()
    for i in range(len(words)):
        if (unit := _unit_of_words(words[i:], whole=i == 0)) is not None:
            return unit
    return None


def _unit_of_words(words: list[str], *, whole: bool) -> Unit | None:
    """Unit that the words spell, ``per`` turning over all that follows; None if they spell none."""
    if words.count("per") > 1 or words[-1] == "per" or (whole and words[0] != "per" and len(words) == 1):
        return None
    top = words[: words.index("per")] if "per" in words else words
    bottom = words[len(top) + 1 :]
    if not all(w in UNITS for w in top + bottom) or not MULTIPLIED.issuperset(top[:-1]):
        return None
    powers: dict[str, int] = {}
    for sign, word in [*((1, w) for w in top), *((-1, w) for w in bottom)]:
        symbol, exponent = UNITS[word]
        powers[symbol] = powers.get(symbol, 0) + sign * exponent
    return _tidy(powers)


def unit_in_text(text: str) -> Unit | None:
    """Unit written in brackets: ``m/s²``, ``W/(m·K)``, ``kg m⁻³``; None if it is not one.

    That there is none is written ``-`` or ``1``; ``any`` and ``as length_m`` also leave it open.
    """
    text = text.translate(SUPERSCRIPT).replace("**", "").replace("^", "").strip().lower()
    if text in {"-", "–", "−", "1", "any"} or text.startswith("as "):
        return ()
    text = re.sub(r"\s*co2e", "", text.replace("€", "eur"))  # carbon_kg is kilograms, whatever of
    text = re.sub(r"(\d)(?=[a-z])|(?<=[a-z])-(?=[a-z])", r"\1 ", text)  # m²K, person-hours
    top, *bottoms = re.split(r"/|\bper\b", re.sub(r"[()]", " ", text))
    powers: dict[str, int] = {}
    for sign, part in [(1, top), *((-1, b) for b in bottoms)]:
        for factor in re.split(r"[\s·*.⋅]+", part.strip()):
            match = re.fullmatch(r"(?P<unit>[a-zµ°%]+)(?P<power>-?\d*)|1", factor)
            if match is None:
                return None
            word, power = match["unit"], int(match["power"] or 1)
            if word is None:  # the 1 of 1/s
                continue
            if f"{word}{power}" in UNITS and power > 1:
                symbol, exponent = UNITS[f"{word}{power}"]
            elif word in UNITS:
                symbol, exponent = UNITS[word][0], UNITS[word][1] * power
            else:
                return None
            powers[symbol] = powers.get(symbol, 0) + sign * exponent
    return _tidy(powers)


def _tidy(powers: Mapping[str, int]) -> Unit:
    """Symbols and exponents in alphabetical order, with newton metres written out, without zeros."""
    spread: dict[str, int] = {}
    for symbol, exponent in powers.items():
        for part in ("n", "m") if symbol == "nm" else (symbol,):
            spread[part] = spread.get(part, 0) + exponent
    return tuple(sorted((s, e) for s, e in spread.items() if e))


def agree(named: Unit, written: Unit) -> bool:
    """Whether a name and a docstring give the same unit; a name like ``rate_per_m2`` leaves the top open."""
    if all(e < 0 for _, e in named):
        return [p for p in written if p[1] < 0] == list(named)
    return named == written


def brackets(text: str) -> list[Unit]:
    """Every ``[unit]`` in a piece of docstring; ``[m/s or m/s²]`` gives two."""
    found = [part for held in re.findall(r"\[([^][]+)\]", text) for part in held.split(" or ")]
    return [u for part in found if (u := unit_in_text(part)) is not None]


def sections(docstring: str) -> dict[str, str]:
    """Text of a docstring's sections (Parameters, Attributes, Returns ...) by title."""
    found = list(SECTION.finditer(docstring))
    ends = [m.start() for m in found[1:]] + [len(docstring)] * bool(found)
    return {m["title"]: docstring[m.end() : end] for m, end in zip(found, ends, strict=True)}


def entries(docstring: str) -> dict[str, str]:
    """Text of each parameter or attribute that a docstring lists, by name; ``a, b : float`` gives two."""
    listed: dict[str, str] = {}
    for title, body in sections(docstring).items():
        if title not in {"Parameters", "Other Parameters", "Attributes"}:
            continue
        for entry in re.split(r"\n(?=[\w*])", body):
            head, _, rest = entry.partition("\n")
            names, _, kind = head.partition(":")
            for name in names.split(","):
                listed[name.strip(" *`")] = f"{kind if ' : ' in head else ''}\n{rest}"
    return listed


def is_public(name: str) -> bool:
    """Whether a name is part of a module's face."""
    return not name.startswith("_")


@dataclass
class Checker:
    """Walks one module and collects what is missing.

    Attributes
    ----------
    path : str
        As printed in front of each complaint.
    aliases : frozenset of str
        Names that stand for float arrays, such as ``Floats = NDArray[np.float64]``.
    complaints : list of str
        What to fix, in the order of the file.
    """

    path: str
    aliases: frozenset[str] = frozenset()
    complaints: list[str] = field(default_factory=list)

    def say(self, node: ast.AST, message: str) -> None:
        """Add a complaint about the line of a node."""
        self.complaints.append(f"{self.path}:{getattr(node, 'lineno', 1)}: {message}")

    @property
    def is_core(self) -> bool:
        """Whether the module computes, so that every number's docstring entry is wanted."""
        return EDGES.search(self.path) is None

    def module(self, tree: ast.Module) -> None:
        """Check a module and all that is public in it."""
        if not ast.get_docstring(tree):
            self.say(tree, "the module has no docstring; say in a sentence what it takes and gives")
        self.body(tree.body, "")

    def body(self, nodes: list[ast.stmt], prefix: str, *, in_protocol: bool = False) -> None:
        """Check the public functions and classes among some statements, also under ``if``."""
        for node in nodes:
            if isinstance(node, ast.If):
                self.body(node.body + node.orelse, prefix, in_protocol=in_protocol)
            elif isinstance(node, Function) and is_public(node.name):
                self.function(node, prefix, in_protocol=in_protocol)
            elif isinstance(node, ast.ClassDef) and is_public(node.name):
                self.record(node, prefix)

    def record(self, node: ast.ClassDef, prefix: str) -> None:
        """Check a class: docstring, annotated attributes, methods."""
        docstring = ast.get_docstring(node) or ""
        if not docstring:
            self.say(node, f"class {prefix}{node.name} has no docstring")
        listed = entries(docstring)
        for item in node.body if docstring else ():
            if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name):
                self.number(item, item.target.id, item.annotation, listed, f"{prefix}{node.name}")
            elif isinstance(item, Function) and item.name == "__init__":  # listed in the class docstring
                self.parameters(item, entries(ast.get_docstring(item) or "") | listed, f"{prefix}{node.name}")
        in_protocol = any(ast.unparse(b).split("[")[0].endswith("Protocol") for b in node.bases)
        self.body(node.body, f"{prefix}{node.name}.", in_protocol=in_protocol)

    def function(self, node: Function, prefix: str, *, in_protocol: bool) -> None:
        """Check a function or method: docstring, numeric parameters, what it returns."""
        if any(_ends_in(d, "overload") or _ends_in(d, "setter") for d in node.decorator_list):
            return
        docstring = ast.get_docstring(node)
        if not docstring and in_protocol:
            return  # a protocol's members are described in the protocol's own docstring
        if not docstring:
            self.say(node, f"{prefix}{node.name} has no docstring; its first line says what comes back")
            return
        self.parameters(node, entries(docstring), f"{prefix}{node.name}")
        if self.is_core and self.is_number(node.returns) and not _needs_no_unit(node.name):
            returned = sections(docstring).get("Returns") or sections(docstring).get("Yields") or docstring
            if unit_in_name(node.name) is None and not brackets(returned):
                self.say(
                    node,
                    f"{prefix}{node.name} returns a number: its [unit], or [-], is missing under Returns",
                )

    def parameters(self, node: Function, listed: Mapping[str, str], owner: str) -> None:
        """Check each annotated parameter of a function."""
        spec = node.args
        for arg in [*spec.posonlyargs, *spec.args, *spec.kwonlyargs]:
            if arg.annotation is not None:
                self.number(arg, arg.arg, arg.annotation, listed, owner)

    def number(self, node: ast.AST, name: str, kind: ast.expr, listed: Mapping[str, str], owner: str) -> None:
        """Check one parameter or attribute, if it is a float or an array of floats."""
        if not is_public(name) or not self.is_number(kind) or _needs_no_unit(name):
            return
        written = brackets(listed.get(name, ""))
        named = unit_in_name(name)
        if SYMBOL.fullmatch(name):
            if not written:
                self.say(node, f"{owner}: the symbol {name} needs its [unit], or [-], in the docstring")
        elif named is None:
            if () not in written:
                self.say(node, f"{owner}: {name} has no unit: end it in one (width_m), or list it with [-]")
        elif self.is_core:
            if name not in listed:
                self.say(node, f"{owner}: {name} is not listed with its [unit] in the docstring")
            elif not written:
                self.say(node, f"{owner}: the docstring's entry of {name} has no [unit]")
            elif not any(agree(named, u) for u in written):
                self.say(node, f"{owner}: the docstring gives {name} another unit than its name")

    def is_number(self, annotation: ast.expr | None) -> bool:
        """Whether an annotation is a float, an array of floats, or a tuple or sequence of either."""
        if annotation is None:
            return False
        text = annotation.value if isinstance(annotation, ast.Constant) else ast.unparse(annotation)
        if not isinstance(text, str) or NOT_A_NUMBER.search(text):
            return False
        if FLOAT.search(text) or self.aliases & set(re.findall(r"\w+", text)):
            return True
        return ANY_ARRAY.search(text) is not None and OTHER_DTYPE.search(text) is None


def _ends_in(decorator: ast.expr, name: str) -> bool:
    return ast.unparse(decorator).split(".")[-1] == name


def _needs_no_unit(name: str) -> bool:
    words = [w for w in name.lower().split("_") if w not in QUALIFIERS] or [name]
    return words[-1] in DIMENSIONLESS | MONEY | RECORD or name.lower() in QUALIFIERS


def float_aliases(tree: ast.Module) -> Iterator[str]:
    """Names of a module that stand for floats or arrays of floats."""
    for node in tree.body:
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        value = getattr(node, "value", None)
        if isinstance(target, ast.Name) and isinstance(value, ast.Subscript | ast.BinOp | ast.Attribute):
            text = ast.unparse(value)
            if re.match(r"[A-Z]", target.id) and re.search(r"NDArray|ndarray|ArrayLike", text):
                if not OTHER_DTYPE.search(text) and not NOT_A_NUMBER.search(text):
                    yield target.id


def complaints(source: str, path: str = "module.py", aliases: frozenset[str] = frozenset()) -> list[str]:
    """What to fix in one module, as ``path:line: what``; empty for a clean one."""
    tree = ast.parse(source, path)
    checker = Checker(path, aliases | frozenset(float_aliases(tree)))
    checker.module(tree)
    return checker.complaints


def main(arguments: list[str]) -> int:
    """Check the files and folders named; the exit status."""
    roots = [Path(a) for a in arguments] or [Path(__file__).resolve().parents[1] / p for p in SHIPPED]
    files = sorted(f for r in roots for f in (r.rglob("*.py") if r.is_dir() else [r] if r.is_file() else []))
    if not files:
        print("no Python file in " + " ".join(map(str, roots)), file=sys.stderr)
        return 1
    sources = {f: f.read_text(encoding="utf-8") for f in files}
    aliases = frozenset(name for s in sources.values() for name in float_aliases(ast.parse(s)))
    found = [line for f, s in sources.items() for line in complaints(s, f.as_posix(), aliases)]
    print("\n".join(found) or f"docstrings and units: {len(files)} modules, nothing to fix")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
