"""Every outlet by its name. The file is the registration: `scrapers/outlets/<name>.py` holds one `OUTLET`."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from scrapers.outlet import Outlet


def _declared() -> dict[str, Outlet]:
    found = {}
    for module in sorted(iter_modules(__path__), key=lambda module: module.name):
        outlet = import_module(f"{__name__}.{module.name}").OUTLET
        if outlet.name != module.name:
            raise ValueError(f"scrapers/outlets/{module.name}.py declares an outlet named {outlet.name!r}")
        found[outlet.name] = outlet
    return found


OUTLETS: dict[str, Outlet] = _declared()
