"""The sample agencies: a local site for each CMS family, serving articles written for this project.

    with samples.serve() as agencies:
        agencies.urls["isna"]          # "http://127.0.1.1:40123"

`samples.articles()` is what those sites publish, as plain values, to compare a crawl with. `python -m samples` runs
them in a process of their own. Nothing here is taken from a real site but the way its pages are built.
"""

from samples.faults import KINDS, Fault, Faults
from samples.outlets import OUTLETS, SampleOutlet
from samples.published import Published, articles
from samples.server import Agencies, serve

__all__ = ["KINDS", "OUTLETS", "Agencies", "Fault", "Faults", "Published", "SampleOutlet", "articles", "serve"]
