"""Names from foreign files."""

from __future__ import annotations

from dataclasses import replace

from estimator.errors import Finding
from estimator.readers.names import LONGEST_NAME, plain, with_plain_names
from tests.helpers import small_house


def test_control_and_direction_characters_become_spaces() -> None:
    assert plain("\x1b[31mRED\u202e\x07\n") == " [31mRED   "


def test_joiners_of_persian_and_emoji_stay() -> None:
    assert plain("خانه\u200cی ما") == "خانه\u200cی ما"


def test_long_names_are_cut() -> None:
    assert len(plain("x" * 10_000)) == LONGEST_NAME


def test_ids_that_look_the_same_when_cleaned_or_cut_stay_apart() -> None:
    house = small_house()
    names = ["a\x1b", "a\x07", "", "x" * 300, "x" * 400]
    walls = tuple(replace(w, id=name) for w, name in zip(house.walls, names, strict=True))
    ids = [w.id for w in with_plain_names(replace(house, walls=walls)).walls]
    assert ids[:3] == ["a ", "a ~2", "unnamed"]
    assert len(set(ids)) == 5 and max(map(len, ids)) <= LONGEST_NAME


def test_every_name_of_a_plan_is_cleaned() -> None:
    dirty = "a\x1bb"
    house = small_house()
    storeys = tuple(replace(s, name=dirty, id=dirty) for s in house.storeys)
    walls = tuple(replace(w, id=dirty) for w in house.walls)
    findings = (Finding("x", "note", dirty, f"{dirty}\udce4"),)
    plan = replace(house, name=dirty, storeys=storeys, walls=walls, findings=findings, skipped=(f"1 {dirty}\udce4",))
    clean = with_plain_names(plan)
    assert "\x1b" not in repr(clean).replace("\\x1b", "\x1b")
    assert (clean.findings[0].message, clean.skipped) == ("a b ", ("1 a b ",))
