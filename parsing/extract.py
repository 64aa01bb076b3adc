"""An article in, its records out: the one function of this package that everything else calls.

Pure: no I/O, no clock, and it never raises.
"""

from __future__ import annotations

from parsing.records import Article, Records


def extract(article: Article) -> Records:
    return Records()
