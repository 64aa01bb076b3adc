"""What makes two things the same row: hashes, canonical addresses and digests of folded texts. Pure functions.

A digest is taken of folded words, so that spacing, letter variants and digit scripts, which normalising may come to
treat otherwise, never make a known text look new. Changing what is folded here is a migration.
"""

from __future__ import annotations

import re
from functools import lru_cache
from hashlib import blake2b
from urllib.parse import parse_qsl, unquote, urlsplit

import orjson

from db.folding import Folded
from parsing.letters import fold
from parsing.records import Article, Footer

_TRACKING = re.compile(r"utm_|fbclid$|gclid$|ref$|from$|rss$")


def hash64(*parts: str | int | None) -> int:
    """A signed 64-bit hash of `parts`; None differs from an empty string, and 1 from "1".

    >>> hash64("a", None) == hash64("a", "")
    False
    """
    try:
        joined = orjson.dumps(parts)
    except TypeError:  # half of a surrogate pair
        joined = orjson.dumps(
            [part.encode("utf-8", "replace").decode() if isinstance(part, str) else part for part in parts]
        )
    return int.from_bytes(blake2b(joined, digest_size=8).digest(), "big", signed=True)


def canonical_url(url: str) -> str:
    """`url` without what does not choose the page: scheme, www, port, tracking, fragment, closing slash; decoded.

    >>> canonical_url("http://www.Isna.ir:80/news/1404/%D8%AE/?utm_source=x#c")
    'isna.ir/news/1404/خ'
    """
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return url.strip()
    path = unquote(parts.path, errors="replace").rstrip("/")
    kept = sorted((name, value) for name, value in parse_qsl(parts.query, True) if not _TRACKING.match(name))
    query = "&".join(f"{name}={value}" for name, value in kept)
    return f"{host}{path}?{query}" if query else f"{host}{path}"


def article_identity(article: Article, digest: bytes) -> str:
    """What makes `article` one article of its outlet: its news code, else its address, else its text (`digest`)."""
    if article.code:
        return f"code:{_short(article.code)}"
    if article.url:
        return f"url:{_short(canonical_url(article.url))}"
    return f"text:{digest.hex()}"


def _short(text: str) -> str:
    """`text`, or its start and its hash: a key of an index may not be longer than 2,700 bytes."""
    return text if len(text) <= 400 else f"{text[:400]}…{hash64(text):x}"


def title_footer_key(title: str | None, footer: Footer | None) -> int | None:
    """The dedup key: folded title and end-of-message mark with its codes; None, equal to nothing, without either."""
    return folded_key(fold(title), footer)


def folded_key(title_fold: str, footer: Footer | None) -> int | None:
    """`title_footer_key` of a title folded before."""
    if not title_fold or footer is None:
        return None
    mark = _fold_mark(footer.marker)
    return hash64(title_fold, mark, *map(fold, footer.codes)) if mark or footer.codes else None


def hash_bytes(content: bytes) -> int:
    """A signed 64-bit hash of `content`."""
    return int.from_bytes(blake2b(content, digest_size=8).digest(), "big", signed=True)


def digest(*folded: Folded) -> bytes:
    """BLAKE2b-128 of a folded text, given in one piece or several, or of folded parts with their ends."""
    made = blake2b(digest_size=16)
    for one in folded:
        made.update(one)
    return made.digest()


@lru_cache(maxsize=1024)
def _fold_mark(marker: str) -> str:
    return fold(marker)
