"""An article made ready for the extractors: normalised, its footer read, cut into sentences and tokens once."""

from __future__ import annotations

from dataclasses import dataclass, replace

from parsing.footer import split_footer
from parsing.records import Article
from parsing.text import Part, Sentence, normalize, sentences_of_line


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A normalised article and its sentences; all offsets are into `text`, which is `article.text`."""

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
    body, footer = split_footer(article.body) if article.body else (None, None)
    footer = article.footer or footer
    body = _text(body)
    while body:  # a mark glued to a word is seen only once the words are set apart
        rest, glued = split_footer(body)
        if glued is None:
            break
        body, footer = _text(rest), footer or glued
    return replace(
        article,
        kicker=_text(article.kicker),
        title=_text(article.title),
        lead=_text(article.lead),
        body=body,
        footer=footer,
        section=_text(article.section),
        province=_text(article.province),
        dateline=_text(article.dateline),
        tags=tuple(tag for raw in article.tags if (tag := normalize(raw))),
        reporter=_text(article.reporter),
        is_advert=article.is_advert or bool(footer and footer.is_advert),
    )


def _text(text: str | None) -> str | None:
    return (normalize(text) or None) if text else None


def read(article: Article) -> Document:
    """Cut an article normalised by `normalize_article` into sentences that know their part and paragraph."""
    found: list[Sentence] = []
    start = 0
    parts: tuple[tuple[Part, str | None], ...] = (
        ("kicker", article.kicker),
        ("title", article.title),
        ("lead", article.lead),
        ("body", article.body),
    )
    for part, content in parts:
        for paragraph, line in enumerate(content.split("\n") if content else ()):
            found.extend(sentences_of_line(line, start, part, paragraph))
            start += len(line) + 1
    return Document(article=article, text=article.text, sentences=tuple(found))
