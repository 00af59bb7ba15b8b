"""Construction printers: what each can do, with the range and origin of every number.

>>> from printers import load_printer
>>> float(load_printer("icon-vulcan-2").bead_width_m)
0.051
"""

from .claims import Claim
from .facts import Basis, Fact, ProfileError
from .fields import Field, TextField, schema, text_schema
from .loader import load_printer, load_profile_file, printer_ids
from .outline import Outline, outlines
from .profile import Printer, Record
from .sources import Source, packaged_sources

__all__ = [
    "Basis",
    "Claim",
    "Fact",
    "Field",
    "Outline",
    "Printer",
    "ProfileError",
    "Record",
    "Source",
    "TextField",
    "load_printer",
    "load_profile_file",
    "outlines",
    "packaged_sources",
    "printer_ids",
    "schema",
    "text_schema",
]
