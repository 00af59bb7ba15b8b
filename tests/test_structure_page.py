"""The worked examples of docs/structure.md come out as printed."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest

PAGE = Path(__file__).resolve().parents[1] / "docs" / "structure.md"


def chapters() -> dict[str, str]:
    """Text below each heading of the second order."""
    parts = re.split(r"^## (.+)$", PAGE.read_text(encoding="utf-8"), flags=re.M)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def examples(text: str) -> str:
    return "\n".join(re.findall(r"^```pycon\n(.*?)^```$", text, re.S | re.M))


@pytest.mark.parametrize("chapter", chapters())
def test_the_examples_of_a_chapter_come_out_as_printed(chapter: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(PAGE.parents[1])
    test = doctest.DocTestParser().get_doctest(examples(chapters()[chapter]), {}, chapter, str(PAGE), 0)
    said: list[str] = []
    results = doctest.DocTestRunner(verbose=False).run(test, out=said.append)
    assert results.attempted > 0
    assert results.failed == 0, "".join(said)


def test_every_relation_of_wet_and_set_walls_has_its_example() -> None:
    text = "".join(chapters()[name] for name in ("Wet wall", "Bond", "Set wall"))
    for section in re.split(r"^### ", text, flags=re.M)[1:]:
        assert "```pycon" in section, section.splitlines()[0]
