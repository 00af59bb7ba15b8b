"""Mixes, regional rates, conventional methods and the rest of the house, each number with range and origin.

>>> from materials import load_mix, load_region
>>> round(load_mix("coarse-concrete").rate(load_region("uae")))
85
"""

from .bills import BillLine
from .exchange import exchange_rate, nearest_exchange_year
from .experiments import Experiment, experiment_ids, load_experiment
from .facts import Basis, Fact, TableError
from .goods import Resource, load_resource, resource_ids
from .houses import Activity, house_kinds, load_activities, load_house_shares
from .methods import Method, load_method, method_ids
from .mixes import Mix, load_mix, mix_ids
from .places import index_years, place_ids
from .prices import Priced
from .programme import ProgrammeFacts, load_programme_facts
from .records import Record
from .regions import Region, load_region, region_ids
from .schema import Quantity, schema
from .sites import Site, load_site
from .sources import Source, packaged_sources
from .terms import Terms, load_terms
from .trades import Trade, load_trades
from .wet_wall import WetWall, load_wet_wall

__all__ = [
    "Activity",
    "Basis",
    "BillLine",
    "Experiment",
    "Fact",
    "Method",
    "Mix",
    "Priced",
    "ProgrammeFacts",
    "Quantity",
    "Record",
    "Region",
    "Resource",
    "Site",
    "Source",
    "TableError",
    "Terms",
    "Trade",
    "WetWall",
    "exchange_rate",
    "experiment_ids",
    "house_kinds",
    "index_years",
    "load_activities",
    "load_experiment",
    "load_house_shares",
    "load_method",
    "load_mix",
    "load_programme_facts",
    "load_region",
    "load_resource",
    "load_site",
    "load_terms",
    "load_trades",
    "load_wet_wall",
    "method_ids",
    "mix_ids",
    "nearest_exchange_year",
    "packaged_sources",
    "place_ids",
    "region_ids",
    "resource_ids",
    "schema",
]
