"""What makes two things the same row: hashes, canonical addresses, folded digests and sketches. Pure functions.

A digest is taken of folded words, so that spacing, letter variants and digit scripts, which normalising may come to
treat otherwise, never make a known text look new. Changing what is folded here is a migration.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from hashlib import blake2b
from urllib.parse import parse_qsl, unquote, urlsplit

import numpy as np
import orjson
from numpy.typing import NDArray

from parsing.letters import fold
from parsing.records import Article, Footer

type Folded = NDArray[np.uint16]

# Windows of this many folded characters (about six words) are hashed for a sketch, and the smallest SKETCH_SIZE kept:
# a bottom-k MinHash (Cohen and Kaplan 2007). Two texts that share the part j of their windows share none of 16 with
# probability (1-j)^16: 0.3 % at j = 0.3.
SKETCH_WINDOW = 24
SKETCH_SIZE = 16

# A control character that no normalised text holds, kept in folding to say where one part ends.
_END = "\x1e"
PART_END = ord(_END)

_TRACKING = re.compile(r"utm_|fbclid$|gclid$|ref$|from$|rss$")
_FACTOR = np.uint64(0x9E3779B97F4A7C15)


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
        return f"code:{article.code}"
    if article.url:
        url = canonical_url(article.url)
        # A key of an index may not be longer than 2,700 bytes.
        return f"url:{url}" if len(url) <= 400 else f"url:{url[:400]}…{hash64(url):x}"
    return f"text:{digest.hex()}"


def title_footer_key(title: str | None, footer: Footer | None) -> int | None:
    """The dedup key: folded title and end-of-message mark with its codes; None, equal to nothing, without either."""
    return folded_key(fold(title), footer)


def folded_key(title_fold: str, footer: Footer | None) -> int | None:
    """`title_footer_key` of a title folded before."""
    if not title_fold or footer is None:
        return None
    mark = _fold_mark(footer.marker)
    return hash64(title_fold, mark, *map(fold, footer.codes)) if mark or footer.codes else None


def fold_words(*texts: str | None) -> Folded:
    """Letters and digits of `texts` in order, folded as `parsing.letters.fold` does, as UTF-16 units.

    A mark between two digits stays, so that 1.3 is not 13, nor 3-5 35.

    >>> fold_words("می‌شود ۱/۳").tobytes().decode("utf-16-le")
    'میشود1.3'
    """
    return _fold_units("\n".join(filter(None, texts)))


def fold_parts(*texts: str | None) -> tuple[Folded, list[int]]:
    """All `texts` folded in one go as `fold_words` does, a PART_END after each, and where each begins."""
    joined = _fold_units(f"{_END}\n".join((text or "").replace(_END, " ") for text in texts) + _END)
    return joined, [0, *(int(end) + 1 for end in np.flatnonzero(joined == PART_END)[:-1])]


def _fold_units(text: str) -> Folded:
    units = np.frombuffer(text.encode("utf-16-le", "surrogatepass"), dtype="<u2")
    folded: Folded = _letters()[units]
    marks = _marks()[units]
    places = np.flatnonzero(marks[1:-1]) + 1
    inner = places[_is_digit(folded[places - 1]) & _is_digit(folded[places + 1])]
    folded[inner] = marks[inner]
    kept: Folded = folded[folded > 0]
    return kept


def _is_digit(units: Folded) -> NDArray[np.bool_]:
    return (units >= 48) & (units <= 57)


def hash_bytes(content: bytes) -> int:
    """A signed 64-bit hash of `content`."""
    return int.from_bytes(blake2b(content, digest_size=8).digest(), "big", signed=True)


def digest(folded: Folded) -> bytes:
    """BLAKE2b-128 of a folded text, or of folded parts with their ends."""
    return blake2b(folded.tobytes(), digest_size=16).digest()


def shingles(folded: Folded, width: int) -> NDArray[np.uint64]:
    """The distinct hashes of all runs of `width` characters, sorted; none where the text is shorter."""
    if len(folded) < width:
        return np.empty(0, np.uint64)
    return distinct(_windows(folded, width))


def sketch(folded: Folded) -> list[int]:
    """The SKETCH_SIZE smallest distinct window hashes of a text; fewer, or none, where it is short."""
    if len(folded) < SKETCH_WINDOW:
        return []
    hashes = _windows(folded, SKETCH_WINDOW)
    most = 4 * SKETCH_SIZE
    smallest = np.partition(hashes, most)[:most] if len(hashes) > most else hashes
    sizes: list[int] = distinct(smallest)[:SKETCH_SIZE].view(np.int64).tolist()
    return sizes


def distinct[Number: np.generic](values: NDArray[Number]) -> NDArray[Number]:
    """The distinct `values`, sorted. For the hundreds of a text, numpy's own `unique` takes three times as long."""
    ordered = np.sort(values)
    is_first = np.ones(len(ordered), np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=is_first[1:])
    return ordered[is_first]


def _windows(folded: Folded, width: int) -> NDArray[np.uint64]:
    """A 64-bit hash of each run of `width` characters: polynomials of 1, 2, 4, 8 … characters, put together."""
    power = folded.astype(np.uint64) * _FACTOR
    power ^= power >> np.uint64(29)
    hashes: NDArray[np.uint64] | None = None
    done, size, factor = 0, 1, int(_FACTOR) | 1
    while width:
        if width & 1:
            if hashes is None:
                hashes, done = power, size
            else:
                scale = np.uint64(pow(int(_FACTOR) | 1, size, 1 << 64))
                length = min(len(hashes), len(power) - done)
                hashes, done = hashes[:length] * scale + power[done : done + length], done + size
        width >>= 1
        if width:
            power = power[:-size] * np.uint64(factor) + power[size:]
            size *= 2
            factor = pow(factor, 2, 1 << 64)
    assert hashes is not None
    return hashes


@lru_cache(maxsize=1024)
def _fold_mark(marker: str) -> str:
    return fold(marker)


@cache
def _letters() -> Folded:
    table = np.zeros(1 << 16, np.uint16)
    table[ord(_END)] = PART_END
    for code in range(1 << 16):
        if (0xD800 <= code < 0xE000) or not chr(code).isalnum():
            continue
        letter = fold(chr(code))
        if len(letter) == 1:
            table[code] = ord(letter)
    return table


@cache
def _marks() -> Folded:
    table = np.zeros(1 << 16, np.uint16)
    for mark, meaning in {".": ".", "٫": ".", "/": ".", "-": "-", "–": "-", ":": ":"}.items():
        table[ord(mark)] = ord(meaning)
    return table
