"""The end-of-message mark and what only looks like one."""

from __future__ import annotations

import pytest

from parsing.footer import split_footer
from parsing.lexicon import rows


@pytest.mark.parametrize(
    ("body", "kept", "codes"),
    [
        ("خبر شد. انتهای پیام", "خبر شد.", ()),
        ("کشتی رسید به بندر انتهای پیام", "کشتی رسید به بندر", ()),
        ("متن\nانتهای پیام/86011/ت10/ض1002", "متن", ("86011", "ت10", "ض1002")),
        ("متن\nانتهای\u200cپیام/م*", "متن", ("م*",)),
        ("متن\nانتهای پیام /ن\n2 Attachments", "متن", ("ن",)),
    ],
)
def test_a_footer_is_taken_off(body: str, kept: str, codes: tuple[str, ...]) -> None:
    text, footer = split_footer(body)
    assert text == kept and footer is not None and footer.codes == codes


def test_a_sentence_is_no_footer() -> None:
    assert split_footer("در انتهای پیام رهبر آمده است") == ("در انتهای پیام رهبر آمده است", None)


def test_an_advert_is_told_by_its_footer() -> None:
    footer = split_footer("متن\nانتهای رپرتاژ آگهی")[1]
    assert footer is not None and footer.is_advert


def test_every_end_of_a_mark_holds_the_letters_that_its_line_is_found_by() -> None:
    ends = [row["form"] for row in rows("footer_marks") if row["part"] == "end"]
    assert ends
    assert [end for end in ends if "انت" not in end and "پایان" not in end] == []


@pytest.mark.parametrize("row", list(rows("footer_marks")), ids=lambda row: row["form"])
def test_each_listed_form_of_a_mark_is_read_as_its_word(row: dict[str, str]) -> None:
    is_end = row["part"] == "end"
    _, footer = split_footer(f"متن\n{row['form']} پیام/" if is_end else f"متن\nانتهای {row['form']}/")
    assert footer is not None
    assert footer.marker == (f"{row['word']} پیام" if is_end else f"انتهای {row['word']}")
    assert footer.is_advert == (row["part"] == "advert")
