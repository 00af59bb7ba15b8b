"""Which quantities each kind of item has, in which unit, and within which limits.

The limits are wide: they catch slips of unit and of the decimal point, not opinions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

MONEY = "money"  # stands in a unit for the three letters of the item's own currency


@dataclass(frozen=True, slots=True)
class Quantity:
    """One number that an item of some kind can have.

    Attributes
    ----------
    attribute : str
        Name on the loaded object, unit included.
    quantity, unit : str
        Name and unit as they stand in the table. The unit of a price begins with ``money``,
        which the table replaces by the item's currency.
    low, high : float
        No value outside these limits is believed.
    meaning : str
        One phrase for people.
    optional : bool
        Whether an item may go without it.
    """

    attribute: str
    quantity: str
    unit: str
    low: float
    high: float
    meaning: str
    optional: bool = False

    @property
    def is_money(self) -> bool:
        """Whether the quantity is an amount of money."""
        return self.unit.split("/")[0] == MONEY

    def unit_in(self, currency: str) -> str:
        """Unit as written for an item whose prices are in `currency`."""
        return self.unit.replace(MONEY, currency, 1) if self.is_money else self.unit


_Q = Quantity

_MIX = (
    _Q("density_kg_per_m3", "density", "kg/m3", 300, 3500, "wet density; of the solid for polymers"),
    _Q("yield_stress_pa", "yield stress", "Pa", 10, 2e5, "static yield stress as deposited", True),
    _Q("structuration_rate_pa_per_s", "structuration rate", "Pa/s", 0.001, 1000, "growth of yield stress", True),
    _Q("plastic_viscosity_pa_s", "plastic viscosity", "Pa s", 0.1, 500, "Bingham viscosity", True),
    _Q("dynamic_yield_stress_pa", "dynamic yield stress", "Pa", 1, 5e4, "yield stress while flowing", True),
    _Q("green_modulus_pa", "green modulus", "Pa", 100, 1e8, "elastic modulus as deposited", True),
    _Q("green_modulus_rate_pa_per_s", "green modulus rate", "Pa/s", 0, 1e5, "growth of green modulus", True),
    _Q("green_strength_pa", "green strength", "Pa", 10, 1e6, "unconfined strength as deposited", True),
    _Q("green_strength_rate_pa_per_s", "green strength rate", "Pa/s", 0, 5e3, "growth of strength", True),
    _Q("fresh_poisson_ratio", "fresh Poisson ratio", "-", 0, 0.5, "Poisson ratio while fresh", True),
    _Q("open_time_s", "open time", "s", 30, 172800, "time in which it can be extruded", True),
    _Q("set_time_s", "set time", "s", 30, 604800, "time to initial set", True),
    _Q("compressive_strength_pa", "compressive strength", "Pa", 1e5, 3e8, "cast, at 28 days"),
    _Q("tensile_strength_pa", "tensile strength", "Pa", 1e4, 2e8, "mean, cast or along the bead, at 28 days"),
    _Q("elastic_modulus_pa", "elastic modulus", "Pa", 1e7, 2e11, "at 28 days"),
    _Q("conductivity_w_per_m_k", "conductivity", "W/(m K)", 0.01, 5, "thermal conductivity, dry"),
    _Q("shrinkage_strain", "shrinkage strain", "m/m", 0, 0.1, "free drying or cooling shrinkage"),
    _Q("printed_strength_ratio", "printed strength ratio", "-", 0.1, 1.5, "printed over cast, compression"),
    _Q("flexural_across_ratio", "flexural across ratio", "-", 0.05, 1.5, "bending across layers over cast"),
    _Q("bond_strength_ratio", "bond strength ratio", "-", 0.05, 1.5, "fresh-on-fresh bond over tension"),
    _Q("bond_log_slope", "bond log slope", "-", 0, 1, "loss of bond per tenfold of layer interval"),
    _Q("waste_fraction", "waste fraction", "-", 0, 0.5, "loss in proportion to the printed volume"),
    _Q("carbon_kg_per_m3", "carbon", "kgCO2e/m3", 0, 2e4, "cradle to gate, A1-A3"),
    _Q("price_per_m3", "price", "money/m3", 0, 1e5, "part of the price that no regional rate moves"),
    _Q("cement_kg_per_m3", "cement", "kg/m3", 0, 1500, "bought at the regional cement rate"),
    _Q("ready_mix_m3_per_m3", "ready-mix", "m3/m3", 0, 3, "bought at the regional ready-mix rate"),
)

_REGION = (
    _Q("mason_rate_per_h", "mason", "money/h", 0.1, 500, "loaded hour of a mason"),
    _Q("labourer_rate_per_h", "labourer", "money/h", 0.1, 500, "loaded hour of a labourer"),
    _Q("carpenter_rate_per_h", "carpenter", "money/h", 0.1, 500, "loaded hour of a carpenter"),
    _Q("operator_rate_per_h", "operator", "money/h", 0.1, 500, "loaded hour of a printer operator"),
    _Q("crane_rate_per_h", "crane", "money/h", 1, 1000, "mobile crane with driver"),
    _Q("ready_mix_rate_per_m3", "ready-mix", "money/m3", 10, 1000, "ready-mixed concrete C25/30, delivered"),
    _Q("cement_rate_per_kg", "cement", "money/kg", 0.01, 2, "cement"),
    _Q("block_rate_each", "block", "money/each", 0.05, 20, "concrete block 40 x 20 x 20 cm"),
    _Q("brick_rate_each", "brick", "money/each", 0.01, 5, "common brick"),
    _Q("softwood_rate_per_m3", "softwood", "money/m3", 30, 3000, "structural softwood"),
    _Q("rebar_rate_per_kg", "rebar", "money/kg", 0.1, 10, "reinforcing bar"),
    _Q("electricity_rate_per_kwh", "electricity", "money/kWh", 0.005, 2, "electricity for business"),
    _Q("diesel_rate_per_l", "diesel", "money/l", 0.05, 5, "diesel"),
    _Q("labour_hours_factor", "labour hours factor", "-", 0.3, 10, "hours against the Spanish norms"),
    _Q("house_cost_per_m2", "house cost", "money/m2", 20, 20000, "finished house per floor area, no land"),
    _Q("goods_level_per_usd", "goods level", "money/USD", 0.01, 1e4, "price of goods that cost one dollar in the USA"),
    _Q("grid_carbon_kg_per_kwh", "grid carbon", "kgCO2e/kWh", 0, 2, "of electricity from the grid"),
    _Q("idle_factor", "idle factor", "-", 1, 5, "observed duration over the ideal network"),
    _Q("house_duration_days", "house duration", "d", 20, 2000, "observed, start on site to completion", True),
)

_RESOURCE = (
    _Q("price", "price", "money/unit", 0, 1e4, "part of the price that no regional rate moves", True),
    _Q("cement_kg", "cement", "kg/unit", 0, 2000, "bought at the regional cement rate", True),
    _Q("ready_mix_m3", "ready-mix", "m3/unit", 0, 3, "bought at the regional ready-mix rate", True),
    _Q("softwood_m3", "softwood", "m3/unit", 0, 3, "bought at the regional softwood rate", True),
    _Q("rebar_kg", "rebar", "kg/unit", 0, 2000, "bought at the regional rebar rate", True),
    _Q("block_each", "block", "each/unit", 0, 500, "bought at the regional block rate", True),
    _Q("crane_h", "crane", "h/unit", 0, 100, "hired at the regional crane rate", True),
    _Q("brick_each", "brick", "each/unit", 0, 2000, "bought at the regional brick rate", True),
    _Q("goods_usd", "goods", "USD/unit", 0, 1e5, "bought at the regional level of goods", True),
    _Q("carbon_kg", "carbon", "kgCO2e/unit", 0, 5000, "cradle to gate, A1-A3"),
    _Q("conductivity_w_per_m_k", "conductivity", "W/(m K)", 0.005, 5, "of what fills walls, dry", True),
)

_METHOD = (
    _Q("wall_thickness_external_m", "external thickness", "m", 0.03, 1.5, "external wall, as built"),
    _Q("wall_thickness_internal_m", "internal thickness", "m", 0.03, 1, "internal wall, as built"),
    _Q("crew_persons", "crew", "persons", 1, 50, "gang on the walls"),
    _Q("wait_time_s", "wait time", "s", 0, 2.5e6, "from the last wall to the work that rests on it"),
    _Q("hours_reference_factor", "hours reference factor", "-", 0.3, 10, "of the norm's country"),
    _Q("wall_resistance_m2_k_per_w", "wall resistance", "m2 K/W", 0.02, 10, "external wall as billed, no surfaces"),
    _Q("hollow_width_m", "hollow width", "m", 0.02, 0.5, "of an external wall, free for insulation", True),
    _Q("hollow_free_ratio", "hollow free", "-", 0.1, 1, "share of the wall that the hollow takes", True),
    _Q("filled_resistance_m2_k_per_w", "filled resistance", "m2 K/W", 0.1, 15, "with that hollow insulated", True),
)

_TERMS = (
    _Q("subcontractor_overhead_fraction", "subcontractor overhead", "-", 0, 1, "on the direct cost"),
    _Q("site_overhead_fraction", "site overhead", "-", 0, 1, "preliminaries, on the direct cost"),
    _Q("contingency_printed_fraction", "contingency printed", "-", 0, 1, "first printed house"),
    _Q("contingency_series_fraction", "contingency series", "-", 0, 1, "printed in series"),
    _Q("contingency_conventional_fraction", "contingency conventional", "-", 0, 1, "conventional work"),
    _Q("engineering_fraction", "engineering", "-", 0, 1, "design, slicing, tests, on the printed shell"),
    _Q("over_extrusion_ratio", "over-extrusion ratio", "-", 0.5, 2, "extruded over nominal bead volume"),
    _Q("lintel_time_s", "lintel time", "s", 0, 36000, "machine stands while one lintel is set"),
    _Q("lintel_bearing_m", "lintel bearing", "m", 0.02, 1, "each end"),
    _Q("lintel_moment_max_n_m", "lintel moment", "N m", 0, 1e5, "that a bought lintel carries, factored"),
    _Q("lintel_strength_pa", "lintel strength", "Pa", 1.2e7, 5e7, "characteristic, concrete of cast lintels"),
    _Q("lintel_cast_time_s_per_m", "lintel cast time", "s/m", 0, 36000, "one person casts one metre of lintel"),
    _Q("box_time_s", "box time", "s", 0, 36000, "machine stands while one box or sleeve is set"),
    _Q("tie_density_per_m2", "tie density", "1/m2", 0, 50, "wall ties per net wall area"),
    _Q("tie_time_s", "tie time", "s", 0, 3600, "one person sets one tie"),
    _Q("ladder_density_m_per_m2", "ladder density", "m/m2", 0, 100, "bed reinforcement per net wall area"),
    _Q("ladder_time_s_per_m", "ladder time", "s/m", 0, 3600, "one person lays one metre"),
    _Q("core_time_s_per_m3", "core time", "s/m3", 0, 36000, "one person places one cubic metre of core"),
    _Q("core_lift_height_m", "core lift height", "m", 0.05, 5, "poured at once between printed leaves"),
    _Q("core_lift_time_s", "core lift time", "s", 0, 604800, "from one lift of a core to the next"),
    _Q("core_crew_persons", "core crew", "persons", 1, 30, "people who place cores"),
    _Q("rebar_crew_persons", "rebar crew", "persons", 1, 30, "people who fix bars before printing"),
    _Q("joint_fill_width_m", "joint fill width", "m", 0.001, 0.1, "mortar in a joint between parts"),
    _Q("joint_time_s_per_m", "joint time", "s/m", 0, 36000, "one person fills and seals one metre of joint"),
    _Q("element_mass_max_kg", "element mass", "kg", 50, 60000, "heaviest element that the site crane sets"),
    _Q("element_cure_time_s", "element cure time", "s", 0, 2.5e6, "from the last layer to the lorry"),
    _Q("element_clearance_m", "element clearance", "m", 0.05, 3, "between elements printed beside each other"),
    _Q("lorry_length_m", "lorry length", "m", 2, 25, "of the bed that carries elements"),
    _Q("lorry_width_m", "lorry width", "m", 1.5, 5, "of the load"),
    _Q("lorry_height_m", "lorry height", "m", 1, 5, "of an element that stands on the bed"),
    _Q("lorry_mass_max_kg", "lorry mass", "kg", 500, 60000, "that one lorry carries"),
    _Q("delivery_rate_per_trip", "delivery", "money/trip", 0, 50000, "lorry with elements, there and back"),
    _Q("web_spacing_m", "web spacing", "m", 0.05, 10, "straight webs along a double-leaf wall"),
    _Q("zigzag_pitch_m", "zigzag pitch", "m", 0.05, 10, "one to-and-fro of zigzag or sine infill"),
    _Q("chamber_pitch_m", "chamber pitch", "m", 0.05, 10, "a chamber of a cellular wall, along the wall"),
    _Q("motion_time_ratio", "motion time", "-", 0.1, 10, "time of motion on site over that by the printer's speeds"),
    _Q("working_day_s", "working day", "s", 3600, 86400, "of gangs, of setting up and taking down"),
    _Q("printed_wait_time_s", "printed wait time", "s", 0, 2.5e6, "from the last layer to what rests on it"),
    _Q("transport_rate_per_trip", "transport", "money/trip", 0, 50000, "lorry with the printer, one way"),
    _Q("setup_crane_h", "set-up crane", "h", 0, 100, "crane on site, for setting up or taking down"),
    _Q("working_days_per_week", "working days", "d/week", 1, 7, "days on site in a week"),
    _Q("insulation_conductivity_w_per_m_k", "insulation conductivity", "W/(m K)", 0.015, 0.2, "of insulation on walls"),
    _Q("insulation_skilled_time_s_per_m2", "insulation skilled time", "s/m2", 0, 36000, "insulation outside, mason"),
    _Q("insulation_helper_time_s_per_m2", "insulation helper time", "s/m2", 0, 36000, "insulation outside, helper"),
    _Q("insulation_waste_fraction", "insulation waste", "-", 0, 0.5, "of boards and fill, on their volume"),
    _Q("tie_diameter_m", "tie diameter", "m", 0.001, 0.03, "of a wall tie"),
    _Q("tie_conductivity_w_per_m_k", "tie conductivity", "W/(m K)", 0.1, 400, "of a wall tie"),
    _Q("haul_carbon_fraction", "haul carbon", "-", 0, 2, "of materials, on their carbon at the gate"),
    _Q("crane_carbon_kg_per_h", "crane carbon", "kgCO2e/h", 0, 300, "of a mobile crane"),
    _Q("trip_carbon_kg", "trip carbon", "kgCO2e/trip", 0, 5000, "of a lorry with printer or elements"),
    _Q("learning_fraction", "learning", "-", 0, 0.5, "saved with each doubling of identical houses"),
    _Q("weather_loss_fraction", "weather loss", "-", 0, 0.6, "share of days without work outside"),
)

_ACTIVITY = (
    _Q("duration_days", "duration", "d", 0, 200, "working days, per 100 m2 of floor if it scales with area"),
    _Q("wait_days", "wait", "d", 0, 200, "calendar days that must pass afterwards"),
    _Q("crew_persons", "crew", "persons", 0, 50, "people at work"),
)

_TRADE = (_Q("quantity_ratio", "ratio", "-", 0, 100, "quantity of the item over the measure of the house"),)

_PROGRAMME = (
    _Q(
        "breakdown_interval_h",
        "breakdown interval",
        "h",
        10,
        1e6,
        "hours of shifts from one to the next",
    ),
    _Q("repair_time_h", "repair time", "h", 0, 2000, "working hours a broken machine stands"),
    _Q("repair_hire_days", "repair cost", "d", 0, 100, "what a repair costs, in days of hire"),
    _Q("road_speed_km_per_h", "road speed", "km/h", 5, 120, "lorry with a machine or van with a gang, stops included"),
    _Q("loading_time_h", "loading time", "h", 0, 200, "loading and unloading a machine that moves to another site"),
    _Q("road_detour_ratio", "road detour", "-", 1, 5, "way by road over the great circle"),
    _Q("near_move_ratio", "near move", "-", 0, 1, "of the price of a lorry, where a machine moves within a site"),
    _Q("included_distance_km", "included distance", "km", 0, 2000, "that the price of a lorry covers"),
    _Q("move_rate_per_km", "move", "money/km", 0, 100, "lorry, for each kilometre beyond that"),
    _Q("move_carbon_kg_per_km", "move carbon", "kgCO2e/km", 0, 20, "lorry, for each kilometre beyond that"),
    _Q("house_scatter_ratio", "house scatter", "-", 0, 1, "standard deviation over mean of times of like houses"),
    _Q("learning_floor_ratio", "learning floor", "-", 0.05, 1, "least that learning leaves of the first effort"),
    _Q("gang_learning_fraction", "gang learning", "-", 0, 0.5, "saved by conventional gangs with each doubling"),
    _Q("idle_pay_fraction", "idle pay", "-", 0, 1, "of the wages of a wall team while it waits"),
)

_WET_WALL = (
    _Q("plastic_knock_down_ratio", "plastic knock-down", "-", 0.05, 1, "on strength, against yielding"),
    _Q("buckling_knock_down_ratio", "buckling knock-down", "-", 0.05, 1, "on height, against buckling"),
    _Q("collapse_ratio", "collapse ratio", "-", 0.05, 20, "median load over strength at collapse"),
    _Q("collapse_spread_ratio", "collapse spread", "-", 0.1, 3, "of the logarithm of that ratio"),
    _Q("standing_ratio", "standing ratio", "-", 0.05, 20, "the same ratio where prints were finished"),
    _Q("standing_spread_ratio", "standing spread", "-", 0.1, 3, "of the logarithm of that ratio"),
    _Q("collapsed_share", "collapsed share", "-", 0, 1, "of the prints on record"),
    _Q("measured_time_s", "measured age", "s", 60, 86400, "to which laws of growth were measured"),
    _Q("bond_loss_ratio", "bond loss", "-", 0, 1, "share lost each time the interval grows e-fold"),
    _Q("bond_reference_time_s", "bond reference time", "s", 1, 3600, "interval up to which no bond is lost"),
    _Q("surface_reference_time_s", "surface reference time", "s", 1, 3600, "the same for slopes by surface"),
    _Q("bond_floor_ratio", "bond floor", "-", 0, 1, "share of the bond left on a cold joint"),
    _Q("bond_variation_ratio", "bond variation", "-", 0, 1, "standard deviation of bond over its mean"),
    _Q("late_joint_ratio", "late joint", "-", 0.05, 1, "share of the open time"),
    _Q("dry_interval_s", "dry interval", "s", 60, 14400, "longest between layers in dry weather"),
    _Q("evaporation_kg_per_m2_h", "evaporation", "kg/(m2 h)", 0.05, 5, "above it surfaces need protection"),
)

_SITE = (
    _Q("basic_wind_speed_m_per_s", "basic wind speed", "m/s", 10, 120, "by the wind code of the site"),
    _Q("roof_dead_load_pa", "roof dead load", "Pa", 50, 15000, "weight of the roof, in plan"),
    _Q("roof_live_load_pa", "roof live load", "Pa", 0, 15000, "snow or maintenance, in plan"),
    _Q("floor_dead_load_pa", "floor dead load", "Pa", 100, 15000, "weight of upper floors"),
    _Q("floor_live_load_pa", "floor live load", "Pa", 500, 10000, "use of upper floors"),
    _Q("design_acceleration", "design acceleration", "-", 0, 3, "S_DS, in units of gravity"),
    _Q("wall_transmittance_w_per_m2_k", "wall transmittance", "W/(m2 K)", 0.05, 5, "greatest U of new walls", True),
)

_EXPERIMENT = (
    _Q("bead_width_m", "bead width", "m", 0.001, 0.5, "of the thinnest wall", True),
    _Q("layer_height_m", "layer height", "m", 0.0005, 0.2, "of a layer"),
    _Q("radius_m", "radius", "m", 0.005, 10, "of the centre line of a cylinder", True),
    _Q("layer_interval_s", "layer interval", "s", 1, 36000, "between layers", True),
    _Q("density_kg_per_m3", "density", "kg/m3", 300, 3500, "wet density"),
    _Q("green_modulus_pa", "green modulus", "Pa", 100, 1e8, "as deposited", True),
    _Q("green_modulus_rate_pa_per_s", "green modulus rate", "Pa/s", 0, 1e5, "growth", True),
    _Q("green_strength_pa", "green strength", "Pa", 10, 1e6, "unconfined, as deposited", True),
    _Q("green_strength_rate_pa_per_s", "green strength rate", "Pa/s", 0, 5e3, "growth", True),
    _Q("yield_stress_pa", "yield stress", "Pa", 10, 2e5, "static, as deposited", True),
    _Q("structuration_rate_pa_per_s", "structuration rate", "Pa/s", 0.001, 1000, "growth", True),
    _Q("fresh_poisson_ratio", "fresh Poisson ratio", "-", 0, 0.5, "while fresh", True),
    _Q("height_m", "height", "m", 0.01, 10, "at collapse, or reached without"),
)

STAGES = ("walls", "foundation", "floors-and-roof", "envelope", "services", "finishes", "site")
_HOUSE_KIND = tuple(_Q(stage, stage, "-", 0, 1, "share of the finished house") for stage in STAGES)

_EXCHANGE = (_Q("units_per_usd", "exchange rate", "money/USD", 1e-3, 1e6, "mean of the year"),)

QUANTITIES: Mapping[str, tuple[Quantity, ...]] = MappingProxyType(
    {
        "mix": _MIX,
        "region": _REGION,
        "resource": _RESOURCE,
        "method": _METHOD,
        "terms": _TERMS,
        "activity": _ACTIVITY,
        "trade": _TRADE,
        "programme": _PROGRAMME,
        "house-kind": _HOUSE_KIND,
        "exchange": _EXCHANGE,
        "wet-wall": _WET_WALL,
        "site": _SITE,
        "experiment": _EXPERIMENT,
    }
)


def schema(kind: str) -> Mapping[str, Quantity]:
    """Quantities that an item of `kind` can have, by attribute name."""
    return {quantity.attribute: quantity for quantity in QUANTITIES[kind]}
