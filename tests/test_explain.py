"""`explain`: the text whole, every record marked where it stands, every rule named."""

from rich.console import Console

from dabir.explain import describe, explain, mark, tag_records
from parsing.document import normalize_article
from parsing.extract import extract
from parsing.records import Article

STORY = normalize_article(
    Article(
        outlet="sample",
        title="نشست در یزد",
        body="علی رضایی استاندار یزد در جلسه شورای ترافیک استان یزد گفت: سازمان بهزیستی آماده است.",
    )
)


def printed(article: Article) -> str:
    console = Console(width=200, color_system=None)
    with console.capture() as capture:
        console.print(explain(article))
    return capture.get()


def test_every_record_has_a_tag_a_row_and_its_rule() -> None:
    text = printed(STORY)
    tagged = tag_records(extract(STORY))
    assert {one.tag[0] for one in tagged} >= {"O", "G", "T"}
    for one in tagged:
        assert f"[{one.tag}]" in text
        assert one.record.span.rule in text


def test_the_text_stays_whole_and_the_mark_covers_the_record() -> None:
    tagged = tag_records(extract(STORY))
    marked = mark(STORY.text, tagged)
    plain = marked.plain
    for one in tagged:
        plain = plain.replace(f"[{one.tag}]", "")
    assert plain == STORY.text
    for one in tagged:
        words = STORY.text[one.record.span.start : one.record.span.end]
        assert any(
            span.style == one.style and marked.plain[span.start : span.end].startswith(words) for span in marked.spans
        )


def test_a_description_says_what_is_known_and_no_more() -> None:
    (official,) = extract(STORY).officials
    assert describe(official).startswith("name: علی رضایی; post: استاندار یزد")
    assert "None" not in describe(official) and "False" not in describe(official)


def test_an_article_without_records_says_so() -> None:
    assert "no records" in printed(Article(outlet="", body="باران بارید."))
