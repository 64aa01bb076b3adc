"""Where people stand in an article, and how each acts in his sentence.

A mention says whether the sentence is what the man says or does, whether he is only spoken of in a quotation, and which
words bring him in («با حضور …», «در دیدار با …», «به دستور …»).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from parsing.document import Document
from parsing.names import title_starts
from parsing.pairs import ACT, INTRO, WITH, Pair, find_pairs, is_governed, opening, word_before
from parsing.posts import Post
from parsing.tokens import Sentence, Tokens
from parsing.words import listed


@dataclass(slots=True, init=False)
class Mention:
    """One place where a person stands: tokens `[start:end]` of sentence `sentence` of the document.

    `name` is where the name stands in them. `is_subject` where the sentence is what he does, `speaks` where he says it;
    `is_introduced` where «نیز» or the like brings him in as another; `is_pronoun` where he was told of before;
    `in_quote` where somebody else speaks of him. `frame` is the folded word that shows him acting otherwise («حضور»,
    «دیدار», «دستور»), "" where nothing does; `also` holds further posts of the same man; `rule` names the shape
    that was read.
    """

    sentence: int
    start: int
    end: int
    post: Post | None
    name: tuple[int, int] | None
    rule: str
    is_subject: bool
    speaks: bool
    is_pronoun: bool
    is_introduced: bool
    in_quote: bool
    frame: str
    also: tuple[Post, ...]

    def __init__(
        self,
        sentence: int,
        start: int,
        end: int,
        post: Post | None,
        name: tuple[int, int] | None,
        rule: str,
        is_subject: bool = False,
        speaks: bool = False,
        is_pronoun: bool = False,
        is_introduced: bool = False,
        in_quote: bool = False,
        frame: str = "",
        also: tuple[Post, ...] = (),
    ) -> None:
        self.sentence = sentence
        self.start = start
        self.end = end
        self.post = post
        self.name = name
        self.rule = rule
        self.is_subject = is_subject
        self.speaks = speaks
        self.is_pronoun = is_pronoun
        self.is_introduced = is_introduced
        self.in_quote = in_quote
        self.frame = frame
        self.also = also


_FARTHEST_WITH: Final = 4  # words from «دیدار» to «با»; chosen: half or twice as many change 2 of 655 records
_PRONOUNS: Final = listed("pronoun", "post_words")
_ATTEND: Final = listed("attend", "post_words")
_THIS_MAN: Final = listed("this_man", "post_words")
_ATTENDED: Final = listed("attended", "post_words")


def find_mentions(document: Document) -> Iterator[Mention]:
    """Every mention of a person by post, name or pronoun, in the order of the text."""
    quoting = False
    paragraph: tuple[str, int] | None = None
    for number, sentence in enumerate(document.sentences):
        if (sentence.part, sentence.paragraph) != paragraph:
            paragraph, quoting = (sentence.part, sentence.paragraph), False
        mentions, quoting = _mentions(number, sentence, quoting)
        yield from mentions


def _mentions(number: int, sentence: Sentence, quoting: bool) -> tuple[list[Mention], bool]:
    """The mentions of one sentence, and whether the next sentence of the paragraph goes on with a quotation."""
    tokens = sentence.tokens
    pairs, speech, quote = find_pairs(tokens)
    # «NAME: …», «POST: …» in headlines: the colon alone says that he speaks.
    label = next((pair.end for pair in pairs if pair.end < len(tokens) and tokens[pair.end].text == ":"), None)
    if label is not None and (quote is None or label < quote) and (speech is None or label < speech):
        speech, quote = None, label
    if not pairs:
        pronoun = _pronoun(number, tokens, speech)
        return ([pronoun] if pronoun else []), quoting or speech is not None
    is_headline = sentence.part in ("kicker", "title")
    placed = _placed(number, tokens, pairs, speech, quote, quoting, is_headline)
    return placed, quoting or speech is not None


def _pronoun(number: int, tokens: Tokens, speech: int | None) -> Mention | None:
    """«وی افزود», «این مسئول گفت»: the speaker before, again."""
    if not tokens or speech is None:
        return None
    start = 1 if tokens[0].fold in ("همچنین", "سپس") and len(tokens) > 1 else 0
    if tokens[start].fold in _PRONOUNS:
        return Mention(
            number, start, start + 1, None, None, "official.pronoun", is_subject=True, speaks=True, is_pronoun=True
        )
    if tokens[start].fold == "این" and start + 1 < len(tokens) and tokens[start + 1].fold in _THIS_MAN:
        return Mention(
            number, start, start + 2, None, None, "official.pronoun", is_subject=True, speaks=True, is_pronoun=True
        )
    return None


def _placed(
    number: int,
    tokens: Tokens,
    pairs: list[Pair],
    speech: int | None,
    quote: int | None,
    quoting: bool,
    is_headline: bool,
) -> list[Mention]:
    """Say of each mention whether the sentence is his, whether he is quoted about, and how he acts."""
    found: list[Mention] = []
    pronoun = _pronoun(number, tokens, speech)
    has_subject = pronoun is not None and pronoun.start < pairs[0].start
    if has_subject and pronoun is not None:
        found.append(pronoun)
    attended = _attendance(tokens, quote)
    previous: Mention | None = None
    for pair in pairs:
        start, end = pair.start, pair.end
        in_quote = (quote is not None and start > quote) or (quoting and speech is None)
        before = word_before(tokens, start)
        oblique = before >= 0 and is_governed(tokens, before)
        # «NAME: …», «NAME در دیدار با POST: …»: without a verb the colon is his whom nothing governs.
        speaks = not oblique and start < (speech if speech is not None else quote if quote is not None else 0)
        is_first = previous is None or not _is_next(tokens, previous.end, start)
        acts = speech is None and not oblique and not in_quote and _opens_clause(tokens, pair, is_first=is_first)
        # A line without a verb («- دبیر هیئت دولت ۱۳۹۲») tells no act.
        is_bare_line = pair.name is None and not is_headline
        acts = acts and not (is_bare_line and all(token.word.kind != "v" for token in tokens[end:]))
        frame = _frame(tokens, before, in_quote=in_quote)
        if not frame and previous is not None and previous.frame and _is_next(tokens, previous.end, start):
            frame = previous.frame
        if not frame and attended is not None and start < attended and not in_quote and not has_subject:
            frame = "حضور" if oblique is False or before < 0 else ""
        is_subject = not has_subject and not in_quote and not frame and (speaks or acts)
        if frame in ("گفته", "سخنان", "اظهارات") and not in_quote and not has_subject:
            is_subject = speaks = True
        introduced = end < len(tokens) and tokens[end].fold in INTRO
        introduced = introduced or bool(start and tokens[0].fold in ("همچنین", "سپس"))
        mention = Mention(
            number,
            start,
            end,
            pair.post,
            pair.name,
            pair.rule,
            is_subject=is_subject,
            speaks=is_subject and speaks,
            is_introduced=introduced,
            in_quote=in_quote,
            frame=frame,
            also=pair.also,
        )
        # «یک عضو کمیسیون … گفت» brings a man in; elsewhere «یک مدیر» is any.
        if pair.post is not None and pair.post.is_indefinite and pair.name is None and not mention.speaks:
            continue
        has_subject = has_subject or is_subject
        found.append(mention)
        previous = mention
    return found


def _opens_clause(tokens: Tokens, pair: Pair, *, is_first: bool) -> bool:
    """Whether the mention stands where the subject of a sentence does: first, or first after an opening phrase."""
    before = word_before(tokens, pair.start)
    if before < 0 or pair.start == opening(tokens):
        return True
    return is_first and (tokens[before].text in "،؛:-–" or tokens[0].fold in ("همچنین", "در", "به"))


def _frame(tokens: Tokens, before: int, *, in_quote: bool) -> str:
    """The folded word before a mention that shows the man acting: «با حضور», «در دیدار با», «به دستور».

    In a quotation a meeting must have taken place: «در دیدار با», not «دیدار با … از برنامه‌هاست».
    """
    if before < 0:
        return ""
    folded = tokens[before].fold
    if folded in ACT:
        return folded
    if folded in ("با", "و"):
        for index in range(before - 1, max(-1, before - 1 - _FARTHEST_WITH), -1):
            if tokens[index].fold in WITH:
                return "دیدار" if not in_quote or (index and tokens[index - 1].fold in ("در", "طی")) else ""
            if tokens[index].text in "،:.":
                break
    if folded in WITH and before and tokens[before - 1].fold in ("در", "به"):
        return "دیدار"
    return ""


def _is_next(tokens: Tokens, end: int, start: int) -> bool:
    """Whether only a comma or «و» (and titles) stands between two mentions of a list."""
    between = [token for token in tokens[end:start] if token.fold not in title_starts() and token.text not in '«»"()']
    return len(between) <= 2 and all(token.text in "،و" for token in between) and bool(between)


def _attendance(tokens: Tokens, quote: int | None) -> int | None:
    """Where the sentence says that those before attended: «… حضور داشتند»."""
    stop = quote if quote is not None else len(tokens)
    for index in range(stop):
        if tokens[index].fold in _ATTEND and any(
            following.fold in _ATTENDED for following in tokens[index + 1 : index + 3]
        ):
            return index
    return None
