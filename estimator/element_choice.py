"""The fewest elements that walls can be cut into, and among those the shortest joints.

An element is a core (nodes, and runs that are not cut) with arms that reach into the other
runs, or a piece of one run between two joints. Cores and their greatest arms are columns of
an integer programme; how many pieces a run needs between two arms is counted exactly, by
cutting each as long as it may be.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from estimator.effort import INFEASIBLE, Effort, time_limit_s
from estimator.element_cutter import STUCK, Box, Cutter, reversed_run, turned_run
from estimator.element_runs import Floats, Network, Run

COARSE_M = 0.25
"""Spacing of the places tried for the end of an arm, beside the nearest and the furthest. [m]"""
MOST_CORES = 3000
"""Most cores looked at in a connected group of walls; beyond, fewer elements might do."""

MOST_PLACES = (60, 24, 16, 10, 6, 4, 3)
"""Places tried for each arm of a core: as many as leave few enough columns."""

MOST_COMBINATIONS = 20_000
"""Most sets of arms of one core that are measured."""

MOST_COLUMNS = 300
"""Most elements with the same core that are weighed against each other, times the nodes of the group."""

MOST_WEIGHED = 1700
"""Most columns of a programme, those of the smallest cores: roots ended in 9 s, with half as many more in 20 s."""

LEAST_WEIGHED = 600
"""As many there may be where the effort for a plan is used up."""

MOST_ARMS = 8
"""Cores with more arms are passed over."""

JOINT_WEIGHT = 0.4
"""What all joints that there could be weigh against one element."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Joints chosen in a network.

    Attributes
    ----------
    cuts : tuple of (int, float)
        Run [-], and distance along it as the run counts it [m].
    elements : int
    bound : float
        No choice among the places tried makes do with fewer. [-]
    """

    cuts: tuple[tuple[int, float], ...]
    elements: int
    bound: float


def fewest_elements(network: Network, box: Box, effort: Effort | None = None) -> Choice | None:
    """Cut a network of walls into the fewest elements that fit a box.

    Parameters
    ----------
    network : Network
    box : Box
    effort : Effort, optional
        What is left of that of the plan; all of it when left out.

    Returns
    -------
    Choice or None
        None where some part cannot be cut small enough.

    Notes
    -----
    Fewest among arms that end at places :data:`COARSE_M` apart (further apart where more than
    two arms are weighed against each other), at the nearest and at the furthest place.
    """
    cuts: list[tuple[int, float]] = []
    elements, bound = 0, 0.0
    effort = effort or Effort()
    for nodes, runs in _groups(network):
        if not nodes:
            (only,) = runs
            alone = _lone_run(network.runs[only], box)
            if alone is None:
                return None
            cuts += [(only, at) for at in alone]
            pieces = len(alone) + int(not (network.runs[only].is_ring and alone))
            elements, bound = elements + pieces, bound + pieces
            continue
        choice = _Group(network, nodes, runs, box, effort).solve()
        if choice is None:
            return None
        cuts += choice.cuts
        elements, bound = elements + choice.elements, bound + choice.bound
    return Choice(tuple(cuts), elements, bound)


def _groups(network: Network) -> list[tuple[list[int], list[int]]]:
    """Connected groups of nodes and runs."""
    group = list(range(len(network.node_mass_kg)))

    def root(n: int) -> int:
        while group[n] != n:
            n = group[n]
        return n

    for run in network.runs:
        a, b = run.nodes
        if a >= 0 and b >= 0:
            group[root(a)] = root(b)
    nodes: dict[int, list[int]] = defaultdict(list)
    for n in range(len(group)):
        nodes[root(n)].append(n)
    runs: dict[int, list[int]] = defaultdict(list)
    alone: list[tuple[list[int], list[int]]] = []
    for r, run in enumerate(network.runs):
        held = [n for n in run.nodes if n >= 0]
        if held:
            runs[root(held[0])].append(r)
        else:
            alone.append(([], [r]))
    return [(found, runs[key]) for key, found in nodes.items()] + alone


def _lone_run(run: Run, box: Box) -> list[float] | None:
    """Joints of a wall that meets no other."""
    cutter = Cutter(run, box)
    last = len(run.along_m) - 1
    if cutter.fits(0, last) and not run.is_ring:
        return []
    if not run.is_ring:
        return cutter.even(0, last, is_cut=(False, False))
    reach, mass = run.reach_m.max(axis=0), run.mass_kg[-1]
    if box.holds(reach, mass):
        return []
    best: list[float] | None = None
    for start in np.flatnonzero(run.is_place)[:: max(int(COARSE_M / 0.01), 1)][:8]:
        turned = turned_run(run, int(start))
        found = Cutter(turned, box).even(0, len(turned.along_m) - 1, is_cut=(True, True))
        if found is not None and (best is None or len(found) + 1 < len(best)):
            length = run.along_m[-1]
            best = [float(run.along_m[start]), *((at + run.along_m[start]) % length for at in found)]
    return best


@dataclass(frozen=True, slots=True)
class _Arm:
    """Places at which an arm into a run may end, from the node outwards.

    Attributes
    ----------
    run, side : int
        The run, and 0 for an arm from its start, 1 for one from its end.
    place : (m,) int
        Indices into ``along_m`` of the run; the far end itself where it is free.
    reach_m : (m, k, 4) float
        Of the arm up to each place. [m]
    mass_kg : (m,) float
        [kg]
    """

    run: int
    side: int
    place: NDArray[np.int64]
    reach_m: Floats
    mass_kg: Floats


@dataclass(frozen=True, slots=True)
class _Core:
    """Nodes held together by runs that are not cut."""

    nodes: frozenset[int]
    runs: frozenset[int]
    reach_m: Floats
    mass_kg: float


@dataclass(frozen=True, slots=True)
class _Column:
    """An element with nodes: its core, and where each of its arms ends."""

    core: _Core
    ends: dict[tuple[int, int], int]


@dataclass(frozen=True, slots=True)
class _Option:
    """How a run may be cut: how far the arms reach at least (−1 for none), and pieces between them."""

    run: int
    places: tuple[int, int]
    pieces: int


class _Group:
    """One connected group of walls."""

    def __init__(self, network: Network, nodes: list[int], runs: list[int], box: Box, effort: Effort) -> None:
        self._net = network
        self._nodes = nodes
        self._runs = runs
        self._box = box
        self._effort = effort
        self._cutter = {r: Cutter(network.runs[r], box) for r in runs}
        self._at: dict[int, list[int]] = defaultdict(list)
        for r in runs:
            for n in set(network.runs[r].nodes):
                if n >= 0:
                    self._at[n].append(r)

    def solve(self) -> Choice | None:
        """The joints of the group, or None where it cannot be cut small enough."""
        whole = self._core(self._nodes, [r for r in self._runs if min(self._net.runs[r].nodes) >= 0])
        for r in self._runs:  # a group that fits whole needs no search
            whole = self._with(whole, self._net.runs[r])
        if self._box.holds(whole.reach_m, whole.mass_kg):
            return Choice((), 1, 1.0)
        cores, is_complete = self._cores()
        arms = {(r, s): self._arm(r, s) for r in self._runs for s in (0, 1) if self._net.runs[r].nodes[s] >= 0}
        options = [o for r in self._runs for o in self._options(r, arms)]
        least = max(np.ceil(whole.mass_kg / self._box.mass_kg), 1.0)
        columns, are_all = self._weighed(cores, arms, len(options))
        is_complete &= are_all
        if not columns or not options:
            return None
        found, is_impossible = self._chosen(columns, options, least, is_complete=is_complete)
        if found is not None or (is_complete and is_impossible):
            return found
        columns = [c for core in cores[: len(self._nodes)] for c in self._columns(core, arms, MOST_COLUMNS)]
        return self._chosen(columns, options, least, is_complete=False)[0] if columns else None

    def _weighed(
        self, cores: list[_Core], arms: dict[tuple[int, int], _Arm], others: int
    ) -> tuple[list[_Column], bool]:
        """Elements of the smallest cores, as many as fit beside so many other columns, and whether these are all."""
        columns: list[_Column] = []
        room = max(min(MOST_WEIGHED, math.sqrt(self._effort.left)), LEAST_WEIGHED) - others
        for number, core in enumerate(cores):
            more = self._columns(core, arms, MOST_COLUMNS)
            if number >= len(self._nodes) and len(columns) + len(more) > room:
                return columns, False
            columns += more
        return columns, True

    def _core(self, nodes: Iterable[int], runs: Iterable[int]) -> _Core:
        held, inside = frozenset(nodes), frozenset(runs)
        reach = np.maximum.reduce(
            [self._net.node_reach_m[n] for n in held] + [self._net.runs[r].reach_m.max(axis=0) for r in inside]
        )
        mass = sum(float(self._net.node_mass_kg[n]) for n in held)
        return _Core(held, inside, reach, mass + sum(float(self._net.runs[r].mass_kg[-1]) for r in inside))

    def _with(self, core: _Core, run: Run) -> _Core:
        """A core with a run that ends free."""
        if min(run.nodes) >= 0:
            return core
        reach = np.maximum(core.reach_m, run.reach_m.max(axis=0))
        return _Core(core.nodes, core.runs, reach, core.mass_kg + float(run.mass_kg[-1]))

    def _cores(self) -> tuple[list[_Core], bool]:
        """Every core that fits, and whether all were looked at."""
        start = [self._core([n], []) for n in self._nodes]
        cores = [c for c in start if self._box.holds(c.reach_m, c.mass_kg)]
        seen = {(c.nodes, c.runs) for c in cores}
        for core in cores:  # grows while it is walked through
            for r in sorted({r for n in core.nodes for r in self._at[n]} - core.runs):
                ends = self._net.runs[r].nodes
                if min(ends) < 0:
                    continue
                key = (core.nodes | set(ends), core.runs | {r})
                if key in seen:
                    continue
                seen.add(key)
                if len(cores) >= MOST_CORES:
                    return cores, False
                larger = self._core(*key)
                if self._box.holds(larger.reach_m, larger.mass_kg):
                    cores.append(larger)
        return cores, True

    def _arm(self, r: int, side: int) -> _Arm:
        """Where an arm may end: nearest, furthest, on a grid, and where whole pieces are left beyond."""
        run, cutter = self._net.runs[r], self._cutter[r]
        node = run.nodes[side]
        last = len(run.along_m) - 1
        place = cutter.place
        far_end = (last, 0)[side]
        if run.nodes[1 - side] < 0:
            place = np.unique(np.append(place, far_end))
        if side:
            place = place[::-1]
            reach = np.maximum.accumulate(run.reach_m[::-1], axis=0)[::-1][place]
            mass = run.mass_kg[-1] - run.mass_kg[place]
        else:
            reach = np.maximum.accumulate(run.reach_m, axis=0)[place]
            mass = run.mass_kg[place]
        near = np.maximum(reach, self._net.node_reach_m[node])
        held = self._box.holds(near, mass + self._net.node_mass_kg[node])
        count = int(np.argmin(held)) if not held.all() else len(held)
        place, reach, mass = place[:count], reach[:count], mass[:count]
        if not count:
            return _Arm(r, side, place.astype(np.int64), reach, mass)
        cell = np.floor((run.along_m[place] - run.along_m[0]) / COARSE_M + 1e-9)
        keep = np.concatenate(([True], np.diff(cell) != 0))
        keep[-1] = True
        beyond = place[-1] if run.nodes[1 - side] < 0 else -1
        keep |= place == beyond
        steps = cutter.after if side else cutter.before
        for at in {far_end, int(cutter.place[0 if side else -1])} if len(cutter.place) else set():
            for _ in range(4):  # arms that leave whole pieces for the rest
                at, back = steps(at), at
                if at == back:
                    break
                keep |= place == at
        return _Arm(r, side, place[keep].astype(np.int64), reach[keep], mass[keep])

    def _columns(self, core: _Core, arms: dict[tuple[int, int], _Arm], most_columns: float) -> list[_Column]:
        """Elements with a core and arms none of which could be longer."""
        mine = [
            arms[(r, s)]
            for n in sorted(core.nodes)
            for r in self._at[n]
            if r not in core.runs
            for s in (0, 1)
            if self._net.runs[r].nodes[s] == n
        ]
        if len(mine) > MOST_ARMS or any(not len(a.place) for a in mine):
            return []
        if not mine:
            return [_Column(core, {})]
        for most in MOST_PLACES:
            picked = [self._picked(core, a, most) for a in mine]
            if any(not len(p) for p in picked):
                return []
            if most > MOST_PLACES[-1] and np.prod([len(p) for p in picked]) > MOST_COMBINATIONS:
                continue
            greatest = self._greatest(core, mine, picked)
            if len(greatest) * len(self._nodes) <= most_columns or most == MOST_PLACES[-1]:
                break
        return [
            _Column(core, {(a.run, a.side): int(a.place[p[k]]) for a, p, k in zip(mine, picked, at, strict=True)})
            for at in greatest
        ]

    def _greatest(self, core: _Core, arms: list[_Arm], picked: list[NDArray[np.int64]]) -> list[list[int]]:
        """Sets of arms none of which could be longer: for each arm an index into its places."""
        self._effort.spend(float(np.prod([len(p) for p in picked])))
        reach, mass = core.reach_m, np.asarray(core.mass_kg)
        for arm, pick in zip(arms, picked, strict=True):
            reach = np.maximum(reach[..., None, :, :], arm.reach_m[pick])
            mass = mass[..., None] + arm.mass_kg[pick]
        fits = self._box.holds(reach, mass)
        greatest = fits.copy()
        for axis in range(len(arms)):
            longer = np.zeros_like(fits)
            ahead = [slice(None)] * len(arms)
            here = list(ahead)
            ahead[axis], here[axis] = slice(1, None), slice(None, -1)
            longer[tuple(here)] = fits[tuple(ahead)]
            greatest &= ~longer
        found: list[list[int]] = np.argwhere(greatest).tolist()
        return found

    def _picked(self, core: _Core, arm: _Arm, most: int) -> NDArray[np.int64]:
        """Places of an arm that fit the core alone, thinned out to some number."""
        found = np.flatnonzero(self._box.holds(np.maximum(core.reach_m, arm.reach_m), core.mass_kg + arm.mass_kg))
        if len(found) <= most:
            return found
        return np.unique(found[np.rint(np.linspace(0, len(found) - 1, most)).astype(np.int64)])

    def _options(self, r: int, arms: dict[tuple[int, int], _Arm]) -> list[_Option]:
        """Ways to cut a run, none of them better than another in every respect."""
        run, cutter = self._net.runs[r], self._cutter[r]
        last = len(run.along_m) - 1
        if run.nodes[0] >= 0 and run.nodes[1] >= 0:
            ahead, back = np.sort(arms[(r, 0)].place), np.sort(arms[(r, 1)].place)
            best: dict[int, list[tuple[int, int]]] = defaultdict(list)
            for a in ahead.tolist():
                stops = [a]
                while len(back) and stops[-1] < back[-1] and (further := cutter.after(stops[-1])) > stops[-1]:
                    stops.append(further)
                pieces = np.searchsorted(stops, back)  # 0 where the arms meet
                for n in range(len(stops)):
                    within = back[pieces == n]
                    if len(within):
                        best[n].append((a, int(within[-1])))
            options = []
            for n, pairs in best.items():
                reached = -1
                for a, b in pairs:  # shorter arms at the start first
                    if b > reached:
                        options.append(_Option(r, (a, b), n))
                        reached = b
            return options
        side = 0 if run.nodes[0] >= 0 else 1
        far = last if side == 0 else 0
        shortest: dict[int, int] = {}
        for p in arms[(r, side)].place.tolist():
            n = 0 if p == far else cutter.count(p, far) if side == 0 else cutter.count(far, p)
            if n < STUCK:
                shortest.setdefault(n, p)
        return [_Option(r, (p, -1) if side == 0 else (-1, p), n) for n, p in shortest.items()]

    def _chosen(
        self, columns: list[_Column], options: list[_Option], least: float, *, is_complete: bool
    ) -> tuple[Choice | None, bool]:
        """The best choice that was found, and whether it is known that there is none."""
        from scipy.optimize import Bounds, LinearConstraint, milp
        from scipy.sparse import coo_array

        first = len(columns)
        entries: list[tuple[int, int, float]] = []
        low: list[float] = []
        high: list[float] = []
        row = {("node", n): k for k, n in enumerate(self._nodes)}
        row |= {("run", r): len(row) + k for k, r in enumerate(self._runs)}
        low += [1.0] * len(row)
        high += [1.0] * len(row)
        by_arm: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
        for c, column in enumerate(columns):
            entries += [(row["node", n], c, 1.0) for n in column.core.nodes]
            entries += [(row["run", r], c, 1.0) for r in column.core.runs]
            for key, end in column.ends.items():
                by_arm[key].append((c, end))
        wanted: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
        for o, option in enumerate(options):
            entries.append((row["run", option.run], first + o, 1.0))
            for side in (0, 1):
                if option.places[side] >= 0:
                    wanted[option.run, side].append((first + o, option.places[side]))
        for key, asked in wanted.items():
            outwards = 1 if key[1] == 0 else -1
            for place in {p for _, p in asked}:
                entries += [(len(low), o, 1.0) for o, p in asked if p * outwards >= place * outwards]
                entries += [(len(low), c, -1.0) for c, end in by_arm[key] if end * outwards >= place * outwards]
                low.append(-np.inf)
                high.append(0.0)
        area = np.array([self._net.runs[o.run].joint_area_m2 for o in options])
        joints = np.array([o.pieces + (min(o.places) >= 0) for o in options], dtype=float)
        weight = JOINT_WEIGHT / max(self._most_joints_m2(options, area * joints), 1e-9)
        cost = np.concatenate((np.ones(first), [o.pieces for o in options] + weight * area * joints))
        rows, cols, values = zip(*entries, strict=True)
        matrix = coo_array((values, (rows, cols)), shape=(len(low), len(cost))).tocsr()
        result = milp(
            cost,
            integrality=np.ones(len(cost), dtype=np.int64),
            bounds=Bounds(0, 1),
            constraints=LinearConstraint(matrix, low, high),
            options={
                "node_limit": self._effort.node_limit(len(cost)),
                "time_limit": time_limit_s(len(cost)),
                "mip_rel_gap": 0.3 / (len(self._nodes) + 1),
            },
        )
        self._effort.spend(float(result.mip_node_count or 0) * len(cost) ** 2)
        if result.x is None:
            return None, result.status == INFEASIBLE
        taken = result.x > 0.5
        ends = {key: end for c in np.flatnonzero(taken[:first]) for key, end in columns[c].ends.items()}
        cuts: list[tuple[int, float]] = []
        elements = int(taken[:first].sum())
        for o in np.flatnonzero(taken[first:]).tolist():
            option = options[o]
            elements += option.pieces
            cuts += [(option.run, at) for at in self._cuts(option, ends)]
        dual = result.mip_dual_bound if result.mip_dual_bound is not None else 0.0
        bound = max(np.ceil(dual - JOINT_WEIGHT - 1e-6), least) if is_complete else least
        return Choice(tuple(cuts), elements, float(min(bound, elements))), False

    def _most_joints_m2(self, options: list[_Option], area_m2: Floats) -> float:
        most: dict[int, float] = defaultdict(float)
        for option, area in zip(options, area_m2.tolist(), strict=True):
            most[option.run] = max(most[option.run], area)
        return sum(most.values())

    def _cuts(self, option: _Option, ends: dict[tuple[int, int], int]) -> list[float]:
        """Joints of a run between the arms that reach into it."""
        cutter, run = self._cutter[option.run], self._net.runs[option.run]
        a, b = ends.get((option.run, 0), -1), ends.get((option.run, 1), -1)
        if a >= 0 and b >= 0:
            return cutter.between(a, b, option.pieces)
        if not option.pieces:
            return []
        if a >= 0:
            return cutter.to_free_end(a, option.pieces)
        flipped = Cutter(reversed_run(run), self._box)
        last, length = len(run.along_m) - 1, run.along_m[0] + run.along_m[-1]
        return [length - at for at in flipped.to_free_end(last - b, option.pieces)]
