"""Files made to harm: the command answers each with one sentence and exit code 3, soon and in little memory."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

LIMIT_S = 20.0
"""A loaded machine needs a few seconds to start a process; none of these files may need more. [s]"""


def packed(name: str, size: int) -> bytes:
    """An archive whose one file unpacks to a size."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive, archive.open(name, "w") as file:
        for _ in range(size // 1_000_000):
            file.write(b" " * 1_000_000)
    return out.getvalue()


def lying(name: str) -> bytes:
    """An archive that claims two bytes and unpacks to many."""
    data = packed(name, 3_000_000)
    size = struct.pack("<I", 3_000_000)
    assert data.count(size) == 2
    return data.replace(size, struct.pack("<I", 2))


def laughing(head: str, tail: str) -> bytes:
    entities = '<!ENTITY a "ha">' + "".join(f'<!ENTITY {n} "{f"&{m};" * 12}">' for m, n in pairwise("abcdefghi"))
    return f"<?xml version='1.0'?><!DOCTYPE x [{entities}]>{head}&i;{tail}".encode()


def outside(head: str, tail: str) -> bytes:
    return f'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>{head}&a;{tail}'.encode()


SVG = ('<svg xmlns="http://www.w3.org/2000/svg"><text>', "</text></svg>")
DAE = ('<COLLADA xmlns="http://www.collada.org/2005/11/COLLADASchema" version="1.4.1"><asset>', "</asset></COLLADA>")
HOME = ("<home version='7' name='", "'></home>")
IFC = (
    "ISO-10303-21;HEADER;FILE_DESCRIPTION((''),'2;1');FILE_NAME('','',(''),(''),'','','');"
    "FILE_SCHEMA(('IFC4'));ENDSEC;DATA;{}ENDSEC;END-ISO-10303-21;"
)


def dxf(*pairs: tuple[int, str]) -> bytes:
    return "".join(f"{code}\n{value}\n" for code, value in (*pairs, (0, "EOF"))).encode()


def blocks(depth: int, copies: int) -> bytes:
    """Blocks in blocks: every one holds several of the next."""
    pairs: list[tuple[int, str]] = [(0, "SECTION"), (2, "BLOCKS")]
    for k in range(depth):
        pairs += [(0, "BLOCK"), (8, "0"), (2, f"B{k}"), (70, "0"), (10, "0"), (20, "0")]
        inner = f"B{(k + 1) % depth}" if copies == 1 else f"B{k + 1}"
        if k + 1 < depth or copies == 1:
            for c in range(copies):
                pairs += [(0, "INSERT"), (8, "WALL"), (2, inner), (10, str(c)), (20, "0")]
        else:
            pairs += [(0, "LINE"), (8, "WALL"), (10, "0"), (20, "0"), (11, "1"), (21, "0")]
        pairs += [(0, "ENDBLK")]
    pairs += [(0, "ENDSEC"), (0, "SECTION"), (2, "ENTITIES")]
    pairs += [(0, "INSERT"), (8, "WALL"), (2, "B0"), (10, "0"), (20, "0"), (0, "ENDSEC")]
    return dxf(*pairs)


def far_walls() -> bytes:
    ends = [("0", "0", "1e300", "0"), ("0", "1", "1e300", "1"), ("nan", "0", "inf", "0")]
    pairs: list[tuple[int, str]] = [(0, "SECTION"), (2, "ENTITIES")]
    for x, y, u, v in ends:
        pairs += [(0, "LINE"), (8, "WALL"), (10, x), (20, y), (11, u), (21, v)]
    return dxf(*pairs, (0, "ENDSEC"))


HOSTILE: dict[str, Callable[[], bytes]] = {
    "bomb.3mf": lambda: packed("3D/3dmodel.model", 300_000_000),
    "bomb.sh3d": lambda: packed("Home.xml", 300_000_000),
    "bomb.ifczip": lambda: packed("model.ifc", 300_000_000),
    "bomb-imdf.zip": lambda: packed("unit.json", 300_000_000),
    "lying.sh3d": lambda: lying("Home.xml"),
    "lying.3mf": lambda: lying("3D/3dmodel.model"),
    "laughs.svg": lambda: laughing(*SVG),
    "laughs.dae": lambda: laughing(*DAE),
    "laughs.xml": lambda: laughing(*HOME),
    "outside.svg": lambda: outside(*SVG),
    "outside.dae": lambda: outside(*DAE),
    "outside.xml": lambda: outside(*HOME),
    "claim.stl": lambda: b"\0" * 80 + struct.pack("<I", 40_000_000) + b"\0" * 100,
    "claim.ply": lambda: (
        b"ply\nformat binary_little_endian 1.0\nelement vertex 1000000000\nproperty float x\nproperty float y\n"
        b"property float z\nelement face 1000000000\nproperty list uchar int vertex_indices\nend_header\n" + b"\0" * 64
    ),
    "claim.glb": lambda: b"glTF" + struct.pack("<II", 2, 2_000_000_000) + struct.pack("<I", 2_000_000_000) + b"JSON{}",
    "deep.json": lambda: b'{"type":"FeatureCollection","features":' + b"[" * 200_000 + b"]" * 200_000 + b"}",
    "deep.svg": lambda: b'<svg xmlns="http://www.w3.org/2000/svg">' + b"<g>" * 50_000 + b"</g>" * 50_000 + b"</svg>",
    "circle-of-blocks.dxf": lambda: blocks(3, 1),
    "tree-of-blocks.dxf": lambda: blocks(25, 8),
    "far.dxf": far_walls,
    "huge-reference.ifc": lambda: IFC.format("#1=IFCPROJECT('a',$,$,$,$,$,$,(#99999999999),$);").encode(),
    "circle.ifc": lambda: IFC.format(
        "#1=IFCLOCALPLACEMENT(#2,#3);#2=IFCLOCALPLACEMENT(#1,#3);#3=IFCAXIS2PLACEMENT3D(#4,$,$);"
        "#4=IFCCARTESIANPOINT((0.,0.,0.));#5=IFCWALL('1F6umJ5H50aeL3A1As_wTm',$,$,$,$,#1,$,$,$);"
    ).encode(),
    "no-json.json": lambda: b'{"a": 1e999999, "b": ' + b"9" * 100_000 + b"}",
    "nothing.ifc": lambda: b"\0" * 1000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_answered_in_one_sentence(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(HOSTILE[name]())
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "estimator.cli", "check", str(path), "-q"], capture_output=True, check=False, timeout=120
    )
    assert time.perf_counter() - began < LIMIT_S
    told = done.stderr.decode()
    assert done.returncode == 3, told
    assert done.stdout == b""
    assert "Traceback" not in told
    first, *_ = told.splitlines()
    assert first.startswith("error: ")
    assert name in first
    assert "root:" not in told


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.obj", b"mtllib /etc/passwd\nv 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n"),
        (
            "a.svg",
            b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/><style>@import "http://h/x";</style></svg>',
        ),
    ],
)
def test_nothing_that_a_file_names_is_opened(name: str, content: bytes, tmp_path: Path) -> None:
    """Python's own audit of opened files and connections, while the file is read."""
    path = tmp_path / name
    path.write_bytes(content)
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "from estimator.options import ReadOptions\n"
        "from estimator.errors import PlanError\n"
        "from estimator.readers.detect import read_any\n"
        "seen = []\n"
        "sys.addaudithook(lambda event, args: seen.append((event, str(args[0]))) "
        "if event in ('open', 'socket.connect', 'urllib.Request') else None)\n"
        "try:\n"
        "    read_any(Path(sys.argv[1]), ReadOptions(), 'a')\n"
        "except PlanError:\n"
        "    pass\n"
        "print([s for s in seen if 'passwd' in s[1] or s[0] != 'open'])\n"
    )
    done = subprocess.run([sys.executable, "-c", program, str(path)], capture_output=True, check=True, timeout=60)
    assert done.stdout.decode().strip() == "[]"
