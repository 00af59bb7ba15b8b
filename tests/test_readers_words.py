"""Names of layers, groups and storeys, in the languages that people draw in."""

from __future__ import annotations

import pytest

from estimator.readers.words import matches, role_of, storey_rank


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("A-WALL", "wall"),
        ("xref-House$0$A-WALL-FULL", "wall"),
        ("Plan|Mauerwerk", "wall"),
        ("Außenwände", "wall"),
        ("MUROS_INTERIORES", "wall"),
        ("wallsExterior", "wall"),
        ("02_Innenwand", "wall"),
        ("墙体", "wall"),
        ("A-DOOR", "door"),
        ("A-WALL-DOOR", "door"),
        ("PORTES", "door"),
        ("Fenster_EG", "window"),
        ("窗户", "window"),
        ("xref$0$A-OPENING", "opening"),
        ("A-WALL-PATT", "other"),
        ("Stem Walls", "other"),
        ("A-FURN", "other"),
        ("A-ANNO-DIMS", "other"),
        ("ground_floor", None),
        ("ground_floor_walls", "wall"),
        ("0", None),
        ("jps-obstacles", None),
        ("Layer 12", None),
        ("g254", None),
        ("floorplan", None),
        ("Floor plan", None),
        ("floor_plan", None),
        ("floor", None),
        ("floor tiles", "other"),
        ("wall12", "wall"),
    ],
)
def test_a_layer_is_known_by_its_name(name: str, role: str | None) -> None:
    assert role_of(name) == role


@pytest.mark.parametrize(
    ("name", "rank"),
    [
        ("ground_floor", 0),
        ("first_floor", 1),
        ("Erdgeschoss", 0),
        ("EG", 0),
        ("1. OG", 1),
        ("2. Obergeschoss", 2),
        ("Kellergeschoss", -1),
        ("LEVEL 2 PLAN", 2),
        ("Dachgeschoss", 99),
        ("SECOND FLOOR PLAN", 2),
        ("Level -1", -1),
        ("1er étage", 1),
        *((name, 1) for name in ("OG", "R+1", "1º Andar", "Piano primo", "Piętro", "2 этаж", "2. etasje", "2.NP")),
        *((name, 0) for name in ("MAIN FLOOR PLAN", "1 этаж", "1. kerros", "1.NP", "Földszint", "1층", "Zemin kat")),
        *((name, 0) for name in ("Parter", "Térreo", "Bottenvåning", "Ισόγειο", "Přízemí", "Rés-do-chão")),
        *(
            (name, -1)
            for name in ("KG", "Cave", "Interrato", "Piwnica", "Подвал", "Subsolo", "Kellergeschoss", "Kjeller")
        ),
        *((name, -1) for name in ("Kælder", "Bodrum", "Pince", "Sklep", "Lower ground floor", "地下室", "지하 1층")),
        *((name, 99) for name in ("Poddasze", "Мансарда", "Vindsvåning", "Podkroví", "Sottotetto")),
        ("II piętro", 2),
        ("второй этаж", 1),
        ("1ος όροφος", 1),
        ("UPPER FLOOR PLAN", 1),
        ("LOWER FLOOR PLAN", -0.5),
        ("Mezzanine", 0.5),
        ("kitchen", None),
        ("flooring", None),
        ("upper cabinets", None),
        ("main entrance", None),
        ("excavation", None),
    ],
)
def test_a_storey_is_ranked_by_its_name(name: str, rank: float | None) -> None:
    assert storey_rank(name) == rank


def test_patterns_match_whole_names_and_those_behind_a_reference() -> None:
    assert matches("xref-House$0$A-WALL", ("a-wall",))
    assert matches("xref-House$0$A-WALL", ("xref*",))
    assert matches("Anything", ("*",))
    assert not matches("A-WALL-FULL", ("A-WALL",))
