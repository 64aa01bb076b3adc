"""Who holds which post in an article: named and unnamed post-holders, each with every place where he is mentioned.

A sentence gives mentions: a post, a name, or both side by side («NAME، POST», «NAME POST», «POST NAME»). Mentions
become people in the order of the text: a name is matched by its surname, a post by its head and the words that tell
it from others. The post of a lead («مدیرکل … گفت») and the name of the next speaker («منوچهر گودرزی … افزود») are one
man, and so are the name of a first speaker and a post that speaks next without being brought in by «نیز». A post is
never borrowed from a man named with it. Unnamed people are records only where they act: they speak, attend, order.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Final

from parsing.document import Document
from parsing.mentions import Mention, find_mentions
from parsing.names import given_starts, is_surname, title_starts
from parsing.pairs import speech_verbs
from parsing.posts import Post, parts, resembles, same_post
from parsing.records import Official, Role, Span
from parsing.words import word

MOST_MENTIONS: Final = 1500
"""Mentions read of one article; the most met in 13,509 real ones is under a third of it. It bounds the time."""


@dataclass(frozen=True, slots=True)
class Found:
    """An official and every mention of him, in the order of the text."""

    official: Official
    mentions: tuple[Mention, ...]


@dataclass(slots=True)
class _Person:
    name: tuple[str, ...] = ()
    name_at: Mention | None = None
    posts: list[Mention] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)
    speaks: bool = False
    leads: bool = False
    acts: bool = False


def find_people(document: Document) -> tuple[Found, ...]:
    """The officials of an article, each with all his mentions, in the order of the text.

    Nobody is an official without a post, nor without a name unless he acts. MOST_MENTIONS are read.
    """
    mentions = list(islice(find_mentions(document), MOST_MENTIONS))
    people = _resolve(document, mentions)
    return tuple(_found(document, person) for person in people if person.posts and (person.name or person.acts))


def _resolve(document: Document, mentions: list[Mention]) -> list[_Person]:
    """Gather mentions into people."""
    people: list[_Person] = []
    focus: _Person | None = None
    mentions = _without_strays(document, mentions)
    for index, mention in enumerate(mentions):
        tokens = document.sentences[mention.sentence].tokens
        if mention.is_pronoun:
            if focus is not None:
                focus.mentions.append(mention)
            continue
        name = tuple(token.fold for token in tokens[slice(*mention.name)]) if mention.name else ()
        person = _person(document, people, mentions, index, name, focus)
        if person is None:
            continue
        _add(person, mention, name)
        if mention.is_subject and not mention.in_quote:
            person.speaks = person.speaks or mention.speaks
            person.leads = person.leads or person.speaks or _heads(document, mention)
            focus = person
    _join_the_last_two(document, people, mentions)
    return people


def _join_the_last_two(document: Document, people: list[_Person], mentions: list[Mention]) -> None:
    """Where one speaker of an article is left without a name and one without a post, they are one man.

    «رئیس‌جمهور در پیامی … تبریک گفت», then «در پیام حسن روحانی آمده است», «روحانی در این پیام …». A man brought in by
    «نیز» or «هم» is another.
    """
    speakers = [person for person in people if person.speaks]
    unnamed = [person for person in speakers if person.posts and not person.name and _is_definite(person)]
    named = [person for person in speakers if person.name and not person.posts]
    if len(unnamed) != 1 or len(named) != 1 or not _opens(document, unnamed[0]):
        return
    told = [mention for mention in named[0].mentions if mention.is_subject and not mention.in_quote]
    if any(mention.is_introduced for mention in [*told, *unnamed[0].mentions]):
        return
    if not _is_anothers(document, unnamed[0], mentions, named[0].name):
        _merge(people, named[0], unnamed[0])


def _opens(document: Document, person: _Person) -> bool:
    """Whether an article begins with what the man does: in its headline, its lead or its first two sentences."""
    first = person.mentions[0]
    start = next((n for n, sentence in enumerate(document.sentences) if sentence.part == "body"), 0)
    return first.is_subject and not first.in_quote and first.sentence < start + 2


def _is_definite(person: _Person) -> bool:
    """Whether a post says which man is meant: not «یک نماینده», not «رئیس» alone."""
    posts = [mention.post for mention in person.posts if mention.post]
    return any(not post.is_bare and not post.is_indefinite for post in posts)


def _heads(document: Document, mention: Mention) -> bool:
    """Whether headline or lead is about what the man does, not about what befell him («… معارفه شد»)."""
    sentence = document.sentences[mention.sentence]
    if sentence.part == "body":
        return False
    return sentence.part == "lead" or not any(token.fold in ("شد", "شدند") for token in sentence.tokens[mention.end :])


def _without_strays(document: Document, mentions: list[Mention]) -> list[Mention]:
    """Drop the single words taken for surnames by their place alone that no fuller name of the article holds."""
    parts_of_names: set[str] = set()
    for mention in mentions:
        if mention.name and mention.name[1] - mention.name[0] > 1:
            tokens = document.sentences[mention.sentence].tokens
            parts_of_names.update(token.fold for token in tokens[slice(*mention.name)])
    kept = []
    for mention in mentions:
        if mention.name and mention.name[1] - mention.name[0] == 1:
            tokens = document.sentences[mention.sentence].tokens
            start = mention.name[0]
            folded = tokens[start].fold
            is_titled = start > 0 and tokens[start - 1].fold in title_starts()
            is_titled = is_titled or (mention.post is not None and mention.post.end == start)
            is_known = is_surname(folded) or folded in parts_of_names or given_starts().get(folded, False)
            if mention.post is None:
                follows = tokens[start + 1].fold if start + 1 < len(tokens) else ""
                is_rare = not word(folded).seen and mention.speaks and follows not in ("بر", "از", "به")
                if not is_titled and not is_known and not is_rare and follows not in speech_verbs():
                    continue
            elif not is_titled and not is_known and word(folded).seen:
                mention = replace(mention, name=None, start=mention.post.start, rule="official.post")
        kept.append(mention)
    return kept


def _person(
    document: Document,
    people: list[_Person],
    mentions: list[Mention],
    index: int,
    name: tuple[str, ...],
    focus: _Person | None,
) -> _Person | None:
    """The man of a mention: one already met, or a new one added to `people`."""
    mention = mentions[index]
    post = mention.post
    if name:
        for person in people:
            if person.name and _same_name(person.name, name):
                return person
    if name and post is not None:
        for person in reversed(people):
            if not person.name and any(_holds(person, each) for each in (post, *mention.also)):
                return person
        return _told_again(people, mention) or _new(people)
    if name:
        if mention.is_subject and not mention.is_introduced:
            unnamed = [person for person in people if not person.name and person.posts and person.leads]
            if focus is not None and focus in unnamed:
                unnamed = [focus]
            if len(unnamed) == 1 and not _is_anothers(document, unnamed[0], mentions, name):
                return unnamed[0]
        return _new(people)
    assert post is not None
    if post.is_anaphor:
        return focus
    same = [person for person in people if person.posts and _holds(person, post) and not _is_listed(person, mention)]
    if same:
        if focus in same:
            return focus
        is_focus = mention.speaks and focus is not None and focus.name and not focus.posts and not mention.is_introduced
        if (
            focus is not None
            and is_focus
            and not same[-1].name
            and not _is_anothers(document, same[-1], mentions, focus.name)
        ):
            _merge(people, focus, same[-1])
            return focus
        return same[-1]
    if post.is_bare:
        return None
    alike = [person for person in people if any(held.post and resembles(held.post, post) for held in person.posts)]
    if alike:
        return focus if focus in alike else alike[-1]
    # Headline and lead are one man's: «معاون وزیر: …», then «رئیس سازمان … گفت».
    is_lead = mention.speaks and document.sentences[mention.sentence].part == "lead"
    if is_lead and len(people) == 1 and focus is people[0] and not focus.name and focus.speaks:
        return focus
    is_again = mention.speaks and focus is not None and focus.name and not mention.is_introduced
    if is_again and not _succeeds(focus, post) and not _new_name_follows(document, people, mentions, index):
        return focus
    return _new(people)


def _is_listed(person: _Person, mention: Mention) -> bool:
    """Whether both stand in one list of those present («با حضور A، B و C»): then they are two."""
    return bool(mention.frame) and any(
        other.sentence == mention.sentence and other.frame == mention.frame and not other.is_subject
        for other in person.mentions
    )


def _told_again(people: list[_Person], mention: Mention) -> _Person | None:
    """The unnamed speaker of the lead, where the first speaker of the body is named with a post much like his."""
    if mention.post is None or not mention.speaks or any(person.name and person.speaks for person in people):
        return None
    for person in people:
        held = [each.post for each in person.posts if each.post]
        if not person.name and person.leads and person.speaks:
            for post in held:
                same_kind = post.head == mention.post.head and post.is_former == mention.post.is_former
                if same_kind and post.identity & mention.post.identity:
                    return person
    return None


def _is_anothers(document: Document, person: _Person, mentions: list[Mention], name: tuple[str, ...]) -> bool:
    """Whether the article names another man with the post of `person`."""
    for mention in mentions:
        if mention.name is None or mention.post is None or not (mention.post.identity or mention.post.is_alone):
            continue  # «آقای لک مدیر بودند» says nothing of who «مدیر انجمن …» is
        if _holds(person, mention.post):
            tokens = document.sentences[mention.sentence].tokens
            if not _same_name(tuple(token.fold for token in tokens[slice(*mention.name)]), name):
                return True
    return False


def _merge(people: list[_Person], person: _Person, unnamed: _Person) -> None:
    """Give a man named without a post the post that stood unnamed before him and now speaks in his place."""
    people.remove(unnamed)
    people.remove(person)
    person.posts[:0] = unnamed.posts
    person.mentions[:0] = unnamed.mentions
    person.speaks |= unnamed.speaks
    person.acts |= unnamed.acts
    people.append(person)
    people.sort(key=lambda each: (each.mentions[0].sentence, each.mentions[0].start))


def _new(people: list[_Person]) -> _Person:
    person = _Person()
    people.append(person)
    return person


def _holds(person: _Person, post: Post) -> bool:
    return any(same_post(held, post) for mention in person.posts for held in (mention.post, *mention.also) if held)


def _succeeds(person: _Person | None, post: Post) -> bool:
    """Whether the post is the one that the man used to hold, or the reverse: then it is another man's."""
    held = [mention.post for mention in person.posts if mention.post] if person else []
    return any(
        same_post(replace(each, is_former=post.is_former), post) for each in held if each.is_former != post.is_former
    )


def _same_name(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two names may be one man's: the same words, or one is the surname of the other."""
    if one == other:
        return True
    a, b = "".join(one), "".join(other)
    if len(a) < len(b):
        a, b, one, other = b, a, other, one
    if a == b:
        return True
    if len(b) < 3:
        return False
    if a.endswith(b):
        return len(one) > 1 or len(b) > 4
    if len(other) == 1 and other[0] == one[0] and not given_starts().get(one[0], False):
        return True  # «حسینی» for «حسینی شاهرودی»
    return a.removeprefix("سید") == b.removeprefix("سید") or (len(other) == 1 and other[0] in one[1:])


def _new_name_follows(document: Document, people: list[_Person], mentions: list[Mention], index: int) -> bool:
    """Whether the next speaker is a man not met yet, named without a post: then the post before is his."""
    for mention in mentions[index + 1 :]:
        if mention.sentence > mentions[index].sentence + 3:
            return False
        if not mention.is_subject or mention.is_pronoun:
            continue
        if mention.name is None or mention.post is not None:
            return False
        tokens = document.sentences[mention.sentence].tokens
        name = tuple(token.fold for token in tokens[slice(*mention.name)])
        return not any(person.name and _same_name(person.name, name) for person in people)
    return False


def _add(person: _Person, mention: Mention, name: tuple[str, ...]) -> None:
    person.mentions.append(mention)
    if name and len("".join(name)) > len("".join(person.name)):
        person.name, person.name_at = name, mention
    # «این عضو کمیسیون …» tells the post of a man who had none.
    if mention.post is not None and (not mention.post.is_anaphor or not (person.posts or mention.post.is_bare)):
        person.posts.append(mention)
    if (mention.is_subject and not mention.in_quote) or mention.frame:
        person.acts = True


def _found(document: Document, person: _Person) -> Found:
    first = _first_post(document, person)
    sentence = document.sentences[first.sentence]
    tokens, post = sentence.tokens, first.post
    assert post is not None
    institution, place = parts(tokens, post)
    shown = person.name_at or first
    at = document.sentences[shown.sentence]
    start, end = shown.name or (shown.start, shown.end)
    role: Role = "speaker" if person.speaks else "participant" if person.acts else "mentioned"
    official = Official(
        name=document.text_of(at, start, end) if person.name else None,
        post=document.text_of(sentence, post.start, max(each.end for each in (post, *first.also))),
        span=Span(
            start=at.start_of(start),
            end=at.end_of(end - 1),
            sentence_start=at.start,
            sentence_end=at.end,
            rule=_rule(person, first),
        ),
        head=document.text_of(sentence, post.start, post.head_end),
        organization=document.text_of(sentence, *institution) or None,
        place=document.text_of(sentence, *place) or None,
        role=role,
        is_acting=post.is_acting,
        is_former=post.is_former,
    )
    return Found(official, tuple(person.mentions))


def _first_post(document: Document, person: _Person) -> Mention:
    """The post as the article first gives it in full; that of a headline gives way, a shorter one too."""
    first = person.posts[0]
    if _is_headline(document, first):
        first = next((each for each in person.posts if _tells_headline(document, first, each)), first)
    for mention in person.posts:
        one, other = first.post, mention.post
        assert one is not None and other is not None
        fuller = len(other.identity - one.identity)
        if same_post(one, other) and fuller and (not one.identity or fuller > 1):
            first = mention
    return first


def _tells_headline(document: Document, headline: Mention, other: Mention) -> bool:
    """Whether a later mention tells the post of a headline: in the lead, where he speaks, or in the same words."""
    one, post = headline.post, other.post
    if post is None or one is None or not post.identity or _is_headline(document, other):
        return False
    return same_post(one, post) or (other.speaks and document.sentences[other.sentence].part == "lead")


def _is_headline(document: Document, mention: Mention) -> bool:
    return document.sentences[mention.sentence].part in ("kicker", "title")


def _rule(person: _Person, first: Mention) -> str:
    if first.name is not None or not person.name:
        return first.rule
    return "official.linked"
