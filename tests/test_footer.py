"""The end-of-message mark and what only looks like one."""

from __future__ import annotations

import pytest

from parsing.footer import split_footer


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
