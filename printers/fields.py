"""What a profile may and must say: every key, its unit, its sane range and where it applies."""

from __future__ import annotations

from dataclasses import dataclass

KINEMATICS = ("gantry", "polar", "arm", "delta")
DEPLOYMENTS = ("frame", "stands", "factory")
CONTINUITIES = ("pause", "run-over", "never-stop")
FEEDS = ("concrete", "polymer")
MIXES = (
    "bagged-mortar",
    "site-mixed-mortar",
    "coarse-concrete",
    "accelerated-mortar",
    "stabilised-earth",
    "polymer-pellet",
    "ready-mix-c30",
)
WALL_SYSTEMS = (
    "single",
    "solid",
    "double-leaf",
    "double-leaf-webs",
    "double-leaf-zigzag",
    "double-leaf-sine",
    "cellular",
    "filled-core",
    "forked",
    "element-hollow",
)
CURRENCIES = ("USD", "EUR")
STATUSES = ("sold", "own-use", "one-off", "trial", "class")


@dataclass(frozen=True, slots=True)
class Field:
    """One number that a profile may hold.

    Attributes
    ----------
    name : str
        Key in the profile and attribute of the printer, unit included.
    unit : str
        Unit as people write it; "currency" is the profile's own currency.
    description : str
        What the number means.
    applies : str
        "all", or the kinematics, deployments and feeds that use it, separated by spaces.
    minimum, maximum : float
        Sane range, ends included: outside it lies a slip of the pen or of the unit.
    required : bool
        Whether a profile to which the field applies must give it.
    """

    name: str
    unit: str
    description: str
    applies: str
    minimum: float
    maximum: float
    required: bool = True

    def applies_to(self, kinds: frozenset[str]) -> bool:
        """Whether a printer of these kinds uses the field."""
        return self.applies == "all" or not kinds.isdisjoint(self.applies.split())


@dataclass(frozen=True, slots=True)
class TextField:
    """One text, list or whole number that describes a printer.

    Attributes
    ----------
    name : str
        Key in the profile and attribute of the printer.
    kind : {"text", "texts", "whole"}
        One text, a list of texts, or a whole number.
    description : str
        What it means.
    choices : tuple of str
        Allowed words; empty where any text will do.
    minimum, maximum : int
        Sane range of a whole number, ends included.
    required : bool
        Whether every profile must give it; a whole number left out is its minimum, a text or list empty.
    """

    name: str
    kind: str
    description: str
    choices: tuple[str, ...] = ()
    minimum: int = 0
    maximum: int = 0
    required: bool = True


TEXT_FIELDS: tuple[TextField, ...] = (
    TextField("name", "text", "name of the machine as its maker writes it"),
    TextField("maker", "text", "firm that built it"),
    TextField("country", "text", "country of that firm", required=False),
    TextField("year", "whole", "year of the machine described", minimum=1980, maximum=2100),
    TextField("status", "text", "how it can be had: bought, hired with its firm, not at all", STATUSES, required=False),
    TextField("summary", "text", "what it is and what to beware of, two or three sentences"),
    TextField("kinematics", "text", "how the head is moved", KINEMATICS),
    TextField("deployment", "text", "how the machine meets the building", DEPLOYMENTS),
    TextField("continuity", "text", "what happens at a gap in the bead", CONTINUITIES),
    TextField("feed", "text", "what comes out of the nozzle", FEEDS),
    TextField("mixes", "texts", "mixes it can print", MIXES),
    TextField("default_mix", "text", "mix taken when none is named", MIXES),
    TextField("wall_systems", "texts", "wall cross-sections it can print", WALL_SYSTEMS),
    TextField("default_wall_system", "text", "wall cross-section taken when none is named", WALL_SYSTEMS),
    TextField("max_storeys", "whole", "storeys it can print one on another", minimum=1, maximum=20),
    TextField(
        "max_set_ups",
        "whole",
        "times a frame may be set up for one building, 1 if the building has to fit inside",
        minimum=1,
        maximum=100,
        required=False,
    ),
    TextField(
        "machines_max",
        "whole",
        "machines of this kind that may print one building at the same time",
        minimum=1,
        maximum=10,
        required=False,
    ),
    TextField("currency", "text", "currency of its price and hire rate", CURRENCIES),
    TextField("price_year", "whole", "year of its price and hire rate", minimum=1990, maximum=2100),
    TextField("warnings", "texts", "what a buyer of the estimate should know, one sentence each"),
    TextField("references", "texts", "sources of the texts in the profile", required=False),
)

FIELDS: tuple[Field, ...] = (
    # motion
    Field("print_speed_m_per_s", "m/s", "head speed on a long straight bead", "all", 0.001, 2),
    Field("print_speed_max_m_per_s", "m/s", "highest head speed while printing", "all", 0.001, 2),
    Field("travel_speed_m_per_s", "m/s", "head speed between beads", "all", 0.001, 3),
    Field(
        "acceleration_m_per_s2",
        "m/s²",
        "speeding up and braking of the head along the path",
        "all",
        0.005,
        20,
    ),
    Field("junction_deviation_m", "m", "how far the path may cut a corner", "all", 0.0001, 0.05),
    Field("z_speed_m_per_s", "m/s", "speed of lifting the head", "all", 0.001, 1),
    Field("x_speed_max_m_per_s", "m/s", "limit of the x axis alone", "gantry", 0.001, 3, required=False),
    Field("y_speed_max_m_per_s", "m/s", "limit of the y axis alone", "gantry", 0.001, 3, required=False),
    Field("angular_speed_max_rad_per_s", "rad/s", "limit of the arm's rotation", "polar", 0.001, 5),
    Field("radial_speed_max_m_per_s", "m/s", "limit of the arm's extension", "polar", 0.001, 3),
    Field(
        "x_acceleration_max_m_per_s2",
        "m/s²",
        "acceleration of the x axis alone",
        "gantry",
        0.005,
        20,
        required=False,
    ),
    Field(
        "y_acceleration_max_m_per_s2",
        "m/s²",
        "acceleration of the y axis alone",
        "gantry",
        0.005,
        20,
        required=False,
    ),
    Field(
        "angular_acceleration_max_rad_per_s2",
        "rad/s²",
        "change of the arm's rotation",
        "polar",
        0.001,
        20,
        required=False,
    ),
    Field(
        "radial_acceleration_max_m_per_s2",
        "m/s²",
        "change of the arm's extension",
        "polar",
        0.005,
        20,
        required=False,
    ),
    Field("upper_arm_m", "m", "from the shoulder joint to the elbow joint", "arm", 0.1, 30, required=False),
    Field("forearm_m", "m", "from the elbow joint to the wrist", "arm", 0.1, 30, required=False),
    Field(
        "shoulder_offset_m",
        "m",
        "from the turning axis of the base to the shoulder joint, outwards",
        "arm",
        0,
        5,
        required=False,
    ),
    Field(
        "wrist_drop_m",
        "m",
        "how far below the shoulder the wrist works, at half the height of a wall",
        "arm",
        -10,
        10,
        required=False,
    ),
    Field("base_speed_max_rad_per_s", "rad/s", "limit of the base joint", "arm", 0.01, 10, required=False),
    Field("shoulder_speed_max_rad_per_s", "rad/s", "limit of the shoulder joint", "arm", 0.01, 10, required=False),
    Field("elbow_speed_max_rad_per_s", "rad/s", "limit of the elbow joint", "arm", 0.01, 10, required=False),
    Field(
        "base_acceleration_max_rad_per_s2",
        "rad/s²",
        "acceleration of the base joint",
        "arm",
        0.01,
        100,
        required=False,
    ),
    Field(
        "shoulder_acceleration_max_rad_per_s2",
        "rad/s²",
        "acceleration of the shoulder joint",
        "arm",
        0.01,
        100,
        required=False,
    ),
    Field(
        "elbow_acceleration_max_rad_per_s2",
        "rad/s²",
        "acceleration of the elbow joint",
        "arm",
        0.01,
        100,
        required=False,
    ),
    Field(
        "tower_radius_m",
        "m",
        "from the middle to a tower, less the radius of the plate that holds the head",
        "delta",
        0.1,
        50,
        required=False,
    ),
    Field("rod_length_m", "m", "length of the rods between carriages and head", "delta", 0.2, 80, required=False),
    Field("carriage_speed_max_m_per_s", "m/s", "limit of a carriage on its tower", "delta", 0.001, 5, required=False),
    Field(
        "carriage_acceleration_max_m_per_s2",
        "m/s²",
        "acceleration of a carriage on its tower",
        "delta",
        0.005,
        30,
        required=False,
    ),
    Field(
        "path_speed_ratio",
        "1",
        "share of the speeds that joints leave on the mean, where nothing is known of them",
        "arm delta",
        0.1,
        1,
        required=False,
    ),
    # bead
    Field("layer_height_m", "m", "height of one layer", "all", 0.0005, 0.3),
    Field("bead_width_m", "m", "width of one bead", "all", 0.001, 0.6),
    Field("flow_max_m3_per_s", "m³/s", "most that pump or extruder delivers", "all", 1e-8, 0.01),
    Field("start_time_s", "s", "from order to steady bead at each start", "all", 0, 120),
    Field("stop_time_s", "s", "from order to dry nozzle at each stop", "all", 0, 120),
    Field("start_waste_m3", "m³", "material thrown aside at each start", "all", 0, 0.02),
    Field("start_finish_time_s", "s", "one person's time to smooth a start and the stop by it by hand", "all", 0, 600),
    Field("hose_volume_m3", "m³", "left in hose and hopper and lost at each wash-down", "all", 0, 1),
    # work room
    Field("build_x_m", "m", "clear width for the building", "frame", 0.5, 200),
    Field("build_y_m", "m", "clear length for the building", "frame", 0.5, 1000),
    Field(
        "build_z_m",
        "m",
        "height it can print; of one storey and stand for machines on stands",
        "frame stands",
        0.3,
        100,
    ),
    Field("reach_min_m", "m", "radius inside which the nozzle cannot come", "stands", 0, 20),
    Field("reach_max_m", "m", "largest radius of the nozzle", "stands", 0.5, 60),
    Field(
        "relocation_time_s",
        "s",
        "from the last bead at one stand to the first at the next",
        "stands",
        0,
        259200,
    ),
    Field("base_radius_m", "m", "radius round a stand that has to be clear of walls", "stands", 0, 10, required=False),
    Field(
        "tail_radius_m",
        "m",
        "radius that the counterweight sweeps, to be clear of walls printed from another stand",
        "stands",
        0,
        20,
        required=False,
    ),
    Field(
        "exit_width_m",
        "m",
        "narrowest way that it drives or is carried through; without it a crane lifts it out",
        "stands",
        0.3,
        10,
        required=False,
    ),
    Field(
        "exit_height_m", "m", "lowest opening that it drives or is carried through", "stands", 0.3, 10, required=False
    ),
    Field("machine_mass_kg", "kg", "mass that a slab has to carry at a stand", "stands", 10, 200000, required=False),
    Field(
        "machine_clearance_m",
        "m",
        "least distance between what two machines print at the same time",
        "stands",
        0,
        50,
        required=False,
    ),
    Field("element_length_m", "m", "longest element", "factory", 0.1, 60),
    Field("element_width_m", "m", "widest element", "factory", 0.05, 10),
    Field("element_height_m", "m", "tallest element", "factory", 0.1, 12),
    Field(
        "element_changeover_time_s",
        "s",
        "from the end of one element to the start of the next",
        "factory",
        0,
        604800,
    ),
    Field("element_assembly_time_s", "s", "placing one element on site", "factory", 0, 604800),
    Field(
        "assembly_crew_persons",
        "persons",
        "people who place elements, crane driver not counted",
        "factory",
        0,
        30,
    ),
    # site and shift
    Field(
        "availability",
        "1",
        "share of the shift, less start-up and wash-down, in which the nozzle works",
        "all",
        0.05,
        1,
    ),
    Field("shift_time_s", "s", "length of the working day, start-up and wash-down included", "all", 3600, 86400),
    Field("startup_time_s", "s", "mix test, priming and first layer of a shift", "all", 0, 28800),
    Field("washdown_time_s", "s", "cleaning at the end of a shift", "all", 0, 28800),
    Field("setup_time_s", "s", "from arrival on the plot to ready", "all", 0, 2592000),
    Field("teardown_time_s", "s", "from the last bead to loaded lorries", "all", 0, 2592000),
    Field("crew_persons", "persons", "people at the machine while it prints", "all", 0.05, 50),
    Field("transport_trips", "trips", "lorries that bring the machine, one way", "all", 0, 100),
    Field(
        "rebar_labour_s_per_m2",
        "s/m²",
        "person-seconds of steel fixing per square metre of wall before printing",
        "all",
        0,
        36000,
        required=False,
    ),
    Field(
        "rebar_density_kg_per_m3",
        "kg/m³",
        "steel fixed before printing, per cubic metre of printed wall",
        "all",
        0,
        500,
        required=False,
    ),
    # energy and money
    Field("power_w", "W", "mean electric power while printing, mixer and pump included", "all", 10, 500000),
    Field("purchase_price", "currency", "price of the machine", "all", 100, 2e7),
    Field(
        "hire_rate_per_day",
        "currency/day",
        "hire of the machine per working day, without crew",
        "all",
        1,
        200000,
    ),
    Field("lifetime_years", "years", "working life", "all", 1, 40),
)

FIELD_BY_NAME: dict[str, Field] = {field.name: field for field in FIELDS}


def schema() -> tuple[Field, ...]:
    """Every number a profile may hold, in the order in which profiles list them."""
    return FIELDS


def text_schema() -> tuple[TextField, ...]:
    """Every text, list and whole number a profile may hold."""
    return TEXT_FIELDS
