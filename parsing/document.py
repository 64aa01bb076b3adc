"""An article made ready for the extractors: normalised, its footer read, cut into sentences and tokens once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from parsing.footer import split_footer
from parsing.letters import fold
from parsing.records import Article
from parsing.text import Spelled, normalize, normalize_cut
from parsing.tokens import Cut, Part, Sentence, cut_lines, line_length, sentences_of_cuts

_MOST_MARKS: Final = 20  # end-of-message marks read of one body; each is looked for in all that is left
_PARTS: Final[tuple[Part, ...]] = ("kicker", "title", "lead", "body")


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A normalised article and its sentences; all offsets are characters of `text`, which is `article.text`.

    The titles of other articles that an outlet prints («بیشتر بخوانید:») are in the text and in no sentence.
    """

    article: Article
    text: str
    sentences: tuple[Sentence, ...]

    def text_of(self, sentence: Sentence, start: int, end: int) -> str:
        """The text of tokens `start` to `end` of a sentence, '' where the range is empty."""
        return self.text[sentence.start_of(start) : sentence.end_of(end - 1)] if start < end else ""


def normalize_article(article: Article) -> Article:
    """Return the article with every text normalised and the footer moved out of its body.

    A footer the article already carries is kept. Texts that are blank become None. Idempotent.
    """
    return _normalized(article)[0]


def read_raw(article: Article) -> Document:
    """Normalise an article and cut it into sentences: as `read(normalize_article(article))`, in one pass."""
    normalized, texts = _normalized(article)
    return _document(normalized, {part: text.lines for part, text in texts.items()})


def read(article: Article) -> Document:
    """Cut an article normalised by `normalize_article` into sentences that know their part and paragraph."""
    texts = {part: text for part in _PARTS if (text := getattr(article, part))}
    return _document(article, {part: cut_lines(text) for part, text in texts.items()})


def _normalized(article: Article) -> tuple[Article, dict[Part, Spelled]]:
    """The article normalised, and its parts that are not blank."""
    body, footer = split_footer(article.body) if article.body else (None, None)
    footer = article.footer or footer
    spelled = normalize_cut(body or "")
    for _ in range(_MOST_MARKS):  # a mark glued to a word is seen only once the words are set apart
        rest, glued = split_footer(spelled.text)
        if glued is None:
            break
        spelled, footer = normalize_cut(rest), footer or glued
    heads: tuple[tuple[Part, str | None], ...] = (
        ("kicker", article.kicker),
        ("title", article.title),
        ("lead", article.lead),
    )
    texts: dict[Part, Spelled] = {part: normalize_cut(text) for part, text in heads if text}
    texts["body"] = spelled
    texts = {part: text for part, text in texts.items() if text.text}

    def text_of(part: Part) -> str | None:
        return texts[part].text if part in texts else None

    normalized = replace(
        article,
        kicker=text_of("kicker"),
        title=text_of("title"),
        lead=text_of("lead"),
        body=text_of("body"),
        footer=footer,
        section=_text(article.section),
        province=_text(article.province),
        dateline=_text(article.dateline),
        tags=tuple(tag for raw in article.tags if (tag := normalize(raw))),
        reporter=_text(article.reporter),
        cited_agency=_text(article.cited_agency),
        is_advert=article.is_advert or bool(footer and footer.is_advert),
    )
    return normalized, texts


def _text(text: str | None) -> str | None:
    return (normalize(text) or None) if text else None


def _document(article: Article, parts: Mapping[Part, Sequence[Sequence[Cut]]]) -> Document:
    """The parts, cut into the chunks of their lines, as sentences in the order of the text; links are left out."""
    found: list[Sentence] = []
    start = 0
    for part, lines in parts.items():
        in_links = False
        for paragraph, line in enumerate(lines):
            sentences = sentences_of_cuts(line, start, part, paragraph)
            length = line_length(line)
            in_links = part == "body" and (_heads_links(sentences) or (in_links and _is_link(sentences, length)))
            if not in_links:
                found.extend(sentences)
            start += length + 1
    return Document(article=article, text=article.text, sentences=tuple(found))


def _heads_links(sentences: Sequence[Sentence]) -> bool:
    """«بیشتر بخوانید:», after which an outlet prints the titles of other articles, in this line or the next ones."""
    return bool(sentences) and tuple(token.fold for token in sentences[0].tokens[:2]) == _READ_MORE


def _is_link(sentences: Sequence[Sentence], length: int) -> bool:
    """Whether a line is a title: short and without the full stop of a paragraph."""
    return bool(sentences) and length <= _LONGEST_TITLE and sentences[-1].tokens[-1].text != "."


_READ_MORE: Final = (fold("بیشتر"), fold("بخوانید"))
_LONGEST_TITLE: Final = 150  # letters; 999 of 1,000 titles of the corpus have no more
