"""What requests say and answers hold; bounds and an example on every field."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictFloat, StrictInt, StrictStr

from api.example_plan import EXAMPLE_PLAN, EXAMPLE_PROGRAMME

Name = Annotated[StrictStr, Field(min_length=1, max_length=80, pattern=r"^[A-Za-z0-9][A-Za-z0-9._@/-]*$")]
Identifier = Annotated[StrictStr, Field(pattern=r"^[0-9a-f]{32}$", examples=["0123456789abcdef0123456789abcdef"])]
Number = StrictFloat | StrictInt


Settings = dict[
    Annotated[StrictStr, Field(max_length=80, pattern=r"^[a-z_]+(\.[a-z0-9_]+)+$")],
    Number | Annotated[StrictStr, Field(max_length=40, pattern=r"^[A-Za-z0-9 .-]+$")],
]
SETTINGS: Any = Field(
    default_factory=dict, max_length=100, description="Facts that are changed, by key, as with --set.",
    examples=[{"printer.crew_persons": 3}],
)  # fmt: skip


class Model(BaseModel):
    """A model that takes nothing it does not know."""

    model_config = ConfigDict(extra="forbid")


class Options(Model):
    """Options of an estimate; what is left out is as the plan says, or usual."""

    printer: Name | None = Field(None, description="Printer; default cobod-bod2.", examples=["cobod-bod2"])
    mix: Name | None = Field(None, description="What is printed; default the printer's.", examples=["coarse-concrete"])
    wall_system: Name | None = Field(
        None, description="Section of walls that name none; default the printer's.", examples=["double-leaf"]
    )
    region: Name | None = Field(None, description="Where it is built.", examples=["usa", "kenya", "usa/texas@2022"])
    methods: Annotated[list[Name], Field(max_length=20)] | None = Field(
        None, description="Conventional methods beside it; default those of the region.", examples=[["timber-frame"]]
    )
    route: Literal["aci318", "tms402", "en1996", "en1992"] | None = Field(
        None, description="Code by which set walls are checked.", examples=["aci318"]
    )
    pace: Literal["strength", "stands", "safe"] = Field(
        "stands", description="Layers come when nothing yields, ideal walls stand, or all keep their margin.",
        examples=["stands"],
    )  # fmt: skip
    pacing: Literal["cheapest", "wait", "slow", "alternate"] = Field(
        "cheapest", description="How layers are held back.", examples=["cheapest"]
    )
    machines: StrictInt = Field(1, ge=1, le=10, description="Machines that print at the same time.", examples=[1])
    zones: StrictInt = Field(1, ge=1, le=50, description="Zones that a frame prints in turn.", examples=[1])
    samples: StrictInt = Field(
        1000, ge=0, le=20_000, description="Draws behind the ranges: 0, or 100 and more.", examples=[1000]
    )
    seed: StrictInt = Field(1, ge=0, le=2**32 - 1, description="Seed of the draws.", examples=[1])
    settings: Settings = SETTINGS
    force: StrictBool = Field(False, description="Answer although a wall cannot stand.", examples=[False])


class UploadOptions(Options):
    """Options of an uploaded plan file.

    Attributes
    ----------
    height, thickness : float or None
        Of walls that have none in the file, in metres. [-]
    """

    unit: Literal["m", "dm", "cm", "mm", "in", "ft", "yd"] | None = Field(
        None, description="Unit of the drawing, where the file does not say.", examples=["mm"]
    )
    height: Number | None = Field(None, ge=0.05, le=100, description="Of walls without one. [m]", examples=[2.7])
    thickness: Number | None = Field(None, ge=0.01, le=3, description="Of walls without one. [m]", examples=[0.25])


class EstimateRequest(Model):
    """A plan with the options of its estimate."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"plan": EXAMPLE_PLAN, "options": {"samples": 0}}]}
    )

    plan: dict[str, Any] = Field(
        description="A plan in the project's own format (docs/plan-format.md).", examples=[EXAMPLE_PLAN]
    )
    options: Options = Field(default_factory=Options, description="Options.", examples=[{"samples": 0}])


class VariantRequest(Model):
    """Changes of an estimate; what is not named stays as it was."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"options": {"region": "kenya"}}]})

    options: dict[Annotated[StrictStr, Field(max_length=40)], Any] = Field(
        description="Options that change; null makes one usual again.", max_length=30, examples=[{"region": "kenya"}]
    )


class ComparisonRequest(Model):
    """A plan with the printers to compare."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"plan": EXAMPLE_PLAN, "printers": ["cobod-bod2", "icon-vulcan-2"], "options": {"samples": 0}}]
        },
    )

    plan: dict[str, Any] | None = Field(
        None, description="A plan in the project's own format; or name an estimate.", examples=[EXAMPLE_PLAN]
    )
    estimate: Identifier | None = Field(
        None, description="Estimate whose plan is compared.", examples=["0123456789abcdef0123456789abcdef"]
    )
    printers: Annotated[list[Name], Field(min_length=1, max_length=60)] | None = Field(
        None, description="Default all.", examples=[["cobod-bod2", "icon-vulcan-2"]]
    )
    options: Options = Field(
        default_factory=Options, description="Options; printer is not used.", examples=[{"samples": 0}]
    )


class FindingModel(Model):
    """What is wrong or doubtful."""

    code: str = Field(max_length=80, examples=["wall-thin"])
    severity: Literal["error", "warning", "note"] = Field(examples=["warning"])
    where: str = Field(max_length=400, description="Id of the element, or pointer.", examples=["w1"])
    pointer: str = Field(max_length=400, description="JSON pointer.", examples=["/plan/storeys/0/walls/0"])
    message: str = Field(max_length=2000, examples=["is thinner than a bead"])


class Problem(Model):
    """An error, after RFC 9457."""

    type: str = Field(max_length=80, examples=["/problems/plan"])
    title: str = Field(max_length=200, examples=["The plan is not valid"])
    status: int = Field(ge=400, le=599, examples=[422])
    detail: str = Field(max_length=4000, examples=["wall w1 has no height"])
    instance: str = Field(max_length=80, description="Id of the request.", examples=["0f3a"])
    findings: list[FindingModel] = Field(max_length=200, examples=[[]])


class Links(Model):
    """Where the representations of an estimate are."""

    self: str = Field(max_length=200, examples=["/v1/estimates/0123456789abcdef0123456789abcdef"])
    json_: str = Field(alias="json", max_length=200, examples=["/v1/estimates/0123456789abcdef0123456789abcdef.json"])
    csv: str = Field(max_length=200, examples=["/v1/estimates/0123456789abcdef0123456789abcdef.csv"])
    xlsx: str = Field(max_length=200, examples=["/v1/estimates/0123456789abcdef0123456789abcdef.xlsx"])
    html: str = Field(max_length=200, examples=["/v1/estimates/0123456789abcdef0123456789abcdef.html"])
    svg: str = Field(max_length=200, examples=["/v1/estimates/0123456789abcdef0123456789abcdef.svg"])
    glb: str = Field(max_length=200, examples=["/v1/estimates/0123456789abcdef0123456789abcdef.glb"])
    gcode: str = Field(max_length=200, examples=["/v1/estimates/0123456789abcdef0123456789abcdef.gcode"])
    plan: str = Field(max_length=200, examples=["/v1/estimates/0123456789abcdef0123456789abcdef/plan"])
    beads: str = Field(max_length=200, examples=["/v1/estimates/0123456789abcdef0123456789abcdef/beads"])
    variants: str = Field(max_length=200, examples=["/v1/estimates/0123456789abcdef0123456789abcdef/variants"])


class EstimateResource(Model):
    """A finished estimate."""

    id: Identifier
    created_at: str = Field(max_length=40, description="UTC.", examples=["2026-11-27T06:00:00+00:00"])
    options: dict[str, Any] = Field(examples=[{"samples": 0}])
    document: dict[str, Any] = Field(description="The estimate document (docs/document.md).", examples=[{}])
    links: Links


class EstimateItem(Model):
    """An estimate in a list."""

    id: Identifier
    created_at: str = Field(max_length=40, examples=["2026-11-27T06:00:00+00:00"])
    plan: str = Field(max_length=400, description="Name of the plan.", examples=["Rectangular house"])
    printer: str = Field(max_length=80, examples=["cobod-bod2"])
    region: str = Field(max_length=80, examples=["usa"])
    headline: dict[str, Any] = Field(examples=[{"nozzle_s": 56000.0}])


class EstimateList(Model):
    """A page of estimates, newest first."""

    items: list[EstimateItem] = Field(max_length=200, examples=[[]])
    next: str | None = Field(max_length=400, description="Address of the next page.", examples=[None])


class BatchPlan(Model):
    """A plan of a batch, and where its houses stand.

    Attributes
    ----------
    latitude, longitude : float or None
        In degrees, as GeoJSON has them. [-]
    """

    id: Annotated[StrictStr, Field(min_length=1, max_length=200)] | None = Field(
        None, description="Name in the table; default its number.", examples=["plot 1"]
    )
    plan: dict[str, Any] = Field(
        description="A plan in the project's own format (docs/plan-format.md).", examples=[EXAMPLE_PLAN]
    )
    site: Annotated[StrictStr, Field(max_length=200)] = Field("", description="Name of the place.", examples=["north"])
    latitude: Number | None = Field(None, ge=-90, le=90, examples=[-1.28])
    longitude: Number | None = Field(None, ge=-180, le=180, examples=[36.8])
    count: StrictInt = Field(1, ge=1, le=1_000_000, description="Houses there.", examples=[40])


Names = Annotated[list[Name], Field(max_length=60)]


class BatchOptions(Model):
    """Every combination is worked out."""

    printers: Names = Field(default_factory=list, description='Default the usual one; ["all"].', examples=[["all"]])
    mixes: Names = Field(default_factory=list, description="Default the printer's.", examples=[["coarse-concrete"]])
    wall_systems: Names = Field(default_factory=list, description="Default the printer's.", examples=[["double-leaf"]])
    regions: Names = Field(default_factory=list, description="Default as each plan says.", examples=[["kenya"]])
    methods: Names = Field(default_factory=list, description='Default none; ["all"].', examples=[["timber-frame"]])
    samples: StrictInt = Field(0, ge=0, le=20_000, description="Draws: 0, or 100 and more.", examples=[0])
    seed: StrictInt = Field(1, ge=0, le=2**32 - 1, description="Seed of the draws.", examples=[1])
    settings: Settings = SETTINGS
    force: StrictBool = Field(False, description="Answer although a wall cannot stand.", examples=[False])


class BatchRequest(Model):
    """Plans, or footprints on a map, with the options of a batch."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"plans": [{"plan": EXAMPLE_PLAN}], "options": {"printers": ["cobod-bod2"]}}]},
    )

    plans: Annotated[list[BatchPlan], Field(max_length=10_000)] | None = Field(
        None, examples=[[{"plan": EXAMPLE_PLAN}]]
    )
    footprints: dict[str, Any] | None = Field(
        None, description="GeoJSON FeatureCollection of outlines of houses (docs/batch.md).",
        examples=[{"type": "FeatureCollection", "features": []}],
    )  # fmt: skip
    options: BatchOptions = Field(default_factory=BatchOptions, examples=[{"printers": ["cobod-bod2"]}])


class BatchTally(Model):
    """A printer in a region, over all plans."""

    printer: str = Field(max_length=80, examples=["cobod-bod2"])
    region: str = Field(max_length=80, examples=["kenya"])
    currency: str = Field(max_length=10, examples=["USD"])
    plans: int = Field(ge=0, description="Plans that can be printed.", examples=[40])
    refused: int = Field(ge=0, examples=[0])
    cost_per_m2: float = Field(description="Sum of printed walls by floor area. [currency/m²]", examples=[4200.0])


class BatchLinks(Model):
    """Where the forms of the table are."""

    csv: str = Field(max_length=200, examples=["/v1/batches/0123456789abcdef0123456789abcdef.csv"])
    jsonl: str = Field(max_length=200, examples=["/v1/batches/0123456789abcdef0123456789abcdef.jsonl"])
    parquet: str = Field(max_length=200, examples=["/v1/batches/0123456789abcdef0123456789abcdef.parquet"])


class BatchResource(Model):
    """What came out of a batch."""

    id: Identifier
    plans: int = Field(ge=0, examples=[40])
    different: int = Field(ge=0, description="Plans that differ in what was asked.", examples=[38])
    rows: int = Field(ge=0, examples=[80])
    invalid: int = Field(ge=0, description="Plans that could not be read.", examples=[0])
    tallies: list[BatchTally] = Field(max_length=50_000, examples=[[]])
    links: BatchLinks


class ProgrammeRequest(Model):
    """A programme, and what is asked of it besides.

    Attributes
    ----------
    sure : float
        Share of the repetitions. [-]
    budget : float or None
        In the currency of the houses. [-]
    """

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"programme": EXAMPLE_PROGRAMME}]})

    programme: dict[str, Any] = Field(
        description="As in a file (docs/programme.md), its plans written out.", examples=[EXAMPLE_PROGRAMME]
    )
    by: date | None = Field(None, description="Find the smallest fleet for a date.", examples=["2029-12-31"])
    sure: Number = Field(
        0.9, ge=0.01, le=1, description="Share of the repetitions that have to keep date and budget.", examples=[0.9]
    )
    budget: Number | None = Field(None, ge=0, le=1e15, description="Find ways that cost no more.", examples=[12e6])
    strategies: StrictBool = Field(
        False, description="Printed, conventional and mixed with about as many people.", examples=[True]
    )


class ProgrammeLinks(Model):
    """Where the files of a programme are."""

    events_csv: str = Field(max_length=200, examples=["/v1/programmes/0123456789abcdef0123456789abcdef/events.csv"])
    teams_svg: str = Field(max_length=200, examples=["/v1/programmes/0123456789abcdef0123456789abcdef/teams.svg"])
    use_svg: str = Field(max_length=200, examples=["/v1/programmes/0123456789abcdef0123456789abcdef/use.svg"])


class ProgrammeResource(Model):
    """What came out of a programme."""

    id: Identifier
    document: dict[str, Any] = Field(description="The result (docs/programme.md).", examples=[{}])
    links: ProgrammeLinks


class JobResource(Model):
    """Work that takes longer.

    Attributes
    ----------
    progress : float
        Share that is done. [-]
    """

    id: Identifier
    kind: Literal["estimate", "comparison", "batch", "programme"] = Field(examples=["estimate"])
    state: Literal["queued", "running", "done", "failed", "cancelled"] = Field(examples=["queued"])
    progress: float = Field(ge=0, le=1, examples=[0.5])
    created_at: str = Field(max_length=40, examples=["2026-11-27T06:00:00+00:00"])
    result: str | None = Field(max_length=200, examples=["/v1/estimates/0123456789abcdef0123456789abcdef"])
    problem: Problem | None = Field(examples=[None])


class CatalogueItem(Model):
    """A printer, mix, region or method in a list."""

    model_config = ConfigDict(extra="allow")

    id: str = Field(max_length=80, examples=["cobod-bod2"])


class CatalogueList(Model):
    """All printers, mixes, regions or methods."""

    items: list[CatalogueItem] = Field(max_length=500, examples=[[{"id": "cobod-bod2"}]])


class Example(Model):
    """A plan to try it with."""

    id: str = Field(max_length=80, examples=["rectangular-72"])
    name: str = Field(max_length=200, examples=["Rectangular house, 72 m²"])
    url: str = Field(max_length=200, examples=["/v1/examples/rectangular-72"])


class ExampleList(Model):
    """Plans to try it with."""

    items: list[Example] = Field(
        max_length=100,
        examples=[[{"id": "rectangular-72", "name": "Rectangular house, 72 m²", "url": "/v1/examples/rectangular-72"}]],
    )


class CheckResult(Model):
    """What was understood of a plan."""

    plan: dict[str, Any] = Field(description="In the project's own format.", examples=[EXAMPLE_PLAN])
    summary: dict[str, Any] = Field(examples=[{"walls": 4}])
    findings: list[FindingModel] = Field(max_length=400, examples=[[]])
    svg: str = Field(description="The plan, drawn.", examples=["<svg xmlns='http://www.w3.org/2000/svg'/>"])


class Version(Model):
    """What runs."""

    version: str = Field(max_length=40, examples=["0.1.0"])
    schema_: str = Field(alias="schema", max_length=40, examples=["printhouse-estimate/1"])
