"""Which namesakes are one person: a pure decision over what articles say of all people of one name.

Each post of a name is a node with its mentions. Two nodes are compared by what the name and the posts tell, in nats
(natural logarithm of odds): a rare name speaks for one person, so do shared rare words, one place and one head; posts
of two provinces at one time or of two countries speak against. Nodes are joined from the surest pair downward while
no pair of the two people contradicts. The outcome depends on the nodes and the verdicts alone, not on their order.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from math import log

from parsing.offices import Office, is_common_head, weight

# Odds of ten to one: below it two nodes are left apart.
JOINED = 2.3
# From here on downward two nodes are two people whatever else joins them.
PARTED = -3.0
# Nobody's name is surer than this.
_RAREST = 0.002
_MOST_WORDS = 8.0
_COMMON_HEAD, _RARE_HEAD = 0.7, 2.0
_SAME_PLACE, _SAME_PROVINCE, _SAME_LAND = 2.5, 1.5, 2.0
_OTHER_PROVINCE, _OTHER_PROVINCE_LATER, _OTHER_LAND = -5.0, -2.5, -8.0
_OTHER_LEVEL, _NOTHING_SHARED = -1.5, -0.7
_A_YEAR = 365
# The same words whole, and a head that one man at a time has in a place.
_SAME_WORDS, _ONE_THERE = 0.8, 1.5
# One in two hundred of those in the news is a deputy: both posts being of the parliament speaks for one person.
_BOTH_DEPUTIES = 3.5
# A namesake of a man the news names a hundred times is more likely himself than another.
_MOST_FAME = 2.0


@dataclass(frozen=True, slots=True)
class Node:
    """The mentions of one name with one post: how many, and the first and last day an article is of.

    `namesakes` is how many people of the name are to be expected (`parsing.namesakes`).
    """

    key: str
    name: str
    namesakes: float
    office: Office
    mentions: int
    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True)
class Person:
    """Keys of the nodes that are one person, in order, and for each why it is there."""

    nodes: tuple[str, ...]
    reasons: Mapping[str, str]


def people(
    nodes: Iterable[Node],
    *,
    same: Collection[frozenset[str]] = (),
    different: Collection[frozenset[str]] = (),
) -> list[Person]:
    """The people behind `nodes`: nodes of one name are compared, those of two are one only where judged the same.

    `same` and `different` are pairs of keys that a person judged; of a pair in both, `different` holds.
    """
    ordered = sorted(nodes, key=lambda node: node.key)
    parted = set(different)
    links: list[tuple[float, str, str, str]] = []
    for a, b in combinations(ordered, 2):
        if a.name != b.name:
            continue
        score, reason = likeness(a, b)
        if score >= JOINED:
            links.append((score, a.key, b.key, reason))
        elif score <= PARTED and frozenset((a.key, b.key)) not in same:
            parted.add(frozenset((a.key, b.key)))
    group = {node.key: node.key for node in ordered}
    members = {node.key: [node.key] for node in ordered}
    reasons = {node.key: "first" for node in ordered}

    def join(one: str, other: str, reason: str) -> None:
        left, right = group[one], group[other]
        if left == right or any(frozenset((a, b)) in parted for a in members[left] for b in members[right]):
            return
        # The node that was alone says why it came; of two groups the smaller, then the later.
        if (len(members[left]), right) < (len(members[right]), left):
            left, right, one, other = right, left, other, one
        for key in members[right]:
            group[key] = left
        if reasons[other] == "first":
            reasons[other] = reason
        members[left] += members.pop(right)

    for judged in sorted(sorted(pair) for pair in same if pair <= group.keys()):
        join(judged[0], judged[1], "judged the same")
    for _, left, right, rule in sorted(links, key=lambda link: (-link[0], link[1], link[2])):
        join(left, right, rule)
    found = [Person(tuple(sorted(keys)), {key: reasons[key] for key in keys}) for keys in members.values()]
    return sorted(found, key=lambda person: person.nodes)


def likeness(one: Node, other: Node) -> tuple[float, str]:
    """How far two nodes of one name speak for one person, in nats, and the rule that speaks most with its figures.

    From JOINED upward they are one where nothing contradicts, from PARTED downward two.
    """
    a, b = one.office, other.office
    name = -log(max(one.namesakes, _RAREST))
    against = _contradiction(one, other)
    shared = a.words & b.words
    told = sum(map(weight, shared))
    least = min(a.weight, b.weight)
    words = min(_MOST_WORDS, 0.8 * told) * (0.5 + 0.5 * told / least) if least else 0.0
    head = 0.0
    if a.head and a.head == b.head:
        head = _COMMON_HEAD if is_common_head(a.head) else _RARE_HEAD
        if shared and a.words == b.words:
            words += _SAME_WORDS
    place = _place(a, b) if against > _OTHER_LAND else 0.0
    if place and head == _RARE_HEAD:
        place += _ONE_THERE
    if a.level == b.level == "deputy" and against >= 0:
        place = max(place, _BOTH_DEPUTIES)
    fame = min(_MOST_FAME, 0.4 * log(max(one.mentions, other.mentions))) if against >= 0 and not shared else 0.0
    if a.level != b.level and len(shared) < 2 and not (a.is_vague or b.is_vague):
        against += _OTHER_LEVEL
    if not shared and not place and not head and a.weight > 3 and b.weight > 3:
        against += _NOTHING_SHARED
    score = name + words + head + place + fame + against
    rule = "same_post" if head and (words or place) else "same_body" if words > max(0.0, name) else "rare_name"
    return score, f"{rule} {score:.1f}: name {name:.1f}, words {words:.1f}, head {head:.1f}, place {place:.1f}"


def _place(a: Office, b: Office) -> float:
    if a.land is not None and a.land == b.land:
        return _SAME_LAND
    if a.place is not None and a.place == b.place:
        return _SAME_PLACE
    if a.province is not None and a.province == b.province:
        return _SAME_PROVINCE
    return 0.0


def _contradiction(one: Node, other: Node) -> float:
    """What the places of two posts speak against one person; nought where they do not."""
    a, b = one.office, other.office
    if a.is_envoy or b.is_envoy:
        return 0.0
    if "land" in (a.level, b.level) and a.land != b.land and not (a.is_vague or b.is_vague):
        is_of_iran = a.province is not None or b.province is not None
        return _OTHER_LAND if is_of_iran or (a.land is not None and b.land is not None) else _OTHER_LEVEL
    if a.province is not None and b.province is not None and a.province != b.province:
        return _OTHER_PROVINCE_LATER if _apart(one, other) > 2 * _A_YEAR else _OTHER_PROVINCE
    return 0.0


def _apart(one: Node, other: Node) -> int:
    """Days between the mentions of two nodes; 0 where they overlap or a day is not known."""
    if one.first is None or one.last is None or other.first is None or other.last is None:
        return 0
    return max(0, (one.first - other.last).days, (other.first - one.last).days)
