"""An article in, its records out: the one function of this package that everything else calls.

Pure: no I/O, no clock, and it never raises.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from parsing.document import read, read_raw
from parsing.meetings import find_meetings
from parsing.metrics import find_metrics
from parsing.officials import find_people
from parsing.organizations import find_organizations
from parsing.records import Article, Records

# Letters; the longest of 13,509 articles has 70,000. What stands further on in a page is not one article, and time is
# bounded: sentences that end after this are not read.
MOST_LETTERS: Final = 200_000


def extract(article: Article, *, is_normalized: bool = False) -> Records:
    """The records of an article, each thing once, in the order of the text.

    Their spans point into `normalize_article(article).text`; an article that has been through it (`is_normalized`)
    is read as it is. Never raises: an article without text has no records.
    """
    document = read(article) if is_normalized else read_raw(article)
    if len(document.text) > MOST_LETTERS:
        kept = tuple(sentence for sentence in document.sentences if sentence.end <= MOST_LETTERS)
        document = replace(document, sentences=kept)
    people = find_people(document)
    officials = tuple(person.official for person in people)
    organizations = find_organizations(document)
    meetings = find_meetings(document, people, organizations)
    return Records(
        officials=officials,
        organizations=organizations,
        metrics=find_metrics(document, officials),
        meetings=meetings,
    )
