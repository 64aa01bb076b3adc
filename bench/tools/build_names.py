"""Make parsing/data/given_names.tsv and surnames.tsv from two lists of given names and from how news articles use them.

    uv sync --group lexicon
    python -m bench.tools.build_names ARTICLES.jsonl.gz parsing/data

Lists of given names hold thousands of common words («فرصت», «دولت»), so a name is kept by what the articles do with it.
A given name is sure where a share of its uses starts a name: after a title («دکتر …») or at the start of a body before
a word that only a speaker is followed by («… در گفت‌وگو با», «… افزود»). A surname is a word that follows sure
given names in a share of its uses; it is sure from a twentieth on.
"""

# ruff: noqa: SIM905
from __future__ import annotations

import collections
import csv
import gzip
import json
import sys
from collections.abc import Iterator
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

from parsing.letters import fold
from parsing.lexicon import rows
from parsing.text import normalize
from parsing.tokens import Token, sentences

TITLES = frozenset(
    map(
        fold,
        "دکتر مهندس سردار سرهنگ سرتیپ سرلشکر سروان سرگرد دریادار حجت‌الاسلام والمسلمین آیت‌الله آقای خانم سید سیده"
        " حاج شیخ استاد".split(),
    )
)
# What follows the name of a speaker at the start of a report.
AFTER_NAME = frozenset(
    map(
        fold,
        "گفت افزود اظهار تصریح خاطرنشان بیان عنوان امروز دیروز روز صبح عصر ظهر شامگاه ضمن با در نیز هم پیش شب".split(),
    )
)
NOT_NAMES = frozenset(
    map(
        fold,
        "این ایران کشور دولت شرکت تیم بانک دانشگاه استان شهر اسلامی ملی علی‌رغم پاسدار وزیر البته متهم انتظامی"
        " نمایندگان مقامات حوزه وزارت جلسه پیشکسوت دبیرکل بازیکنان نتایج منابع علوم خبرگزاری روزنامه محققان"
        " اعضای نکته هیات اما ولی برای شاید قاضی وکیل شهید مهندسی ارزش جمهوری دوم انتخاب پیام الله الدین"
        " اسلام امام حضرت آیت حجت روز امروز داد مردم مدیر رئیس نظام جامعه تمام همین فارس تهران رهبر شورا خبرنگار"
        " خانه تئاتر فیلم سینما ماه هفته سال ساعت صورت دلیل زمان کار حال طرح برنامه مرکز سازمان اداره گروه"
        " ورزش فوتبال هنرمند نماینده معاون گزارش ادامه تاکید تأکید اظهار بیان اعلام عنوان اشاره رئیس‌جمهور قرار انجام"
        " برگزار اضافه خاطرنشان تصریح کارگردان بازیگر سرمربی مربی یکی رغم نفر اجرای مدافع دادگستری باشگاه مجلس نماز"
        " زمانی خدا شاه آزادی آینده هیئت آیین".split(),
    )
)
# Agencies and places that posts follow after a comma.
NOT_FIGURES = frozenset(
    map(
        fold,
        "رویترز مشرق بصری مطلق نخست‌وزیری بویراحمد قلم‌فرسایی اسپوتنیک پلاتس الیوم چهارباغ الاسلام پرس المیادین الوند"
        " ورزش جوانان مشق رفیق هل فال العربی جن فو"
        " تسنیم القدس ترمینال ماجراهای خیزد بخشیدند خم"
        " نگرستم چندش‌آور روم رویتر تئوریسین دله گستران کهر شالوم درید".split(),
    )
)
# Common given names that are more often common words.
ALSO = frozenset(
    "زینب سیاوش نرگس سیامک سینا آرمان ایمان سجاد آزاده بهاره اکرم اشرف سپهر شایان کیانوش حسام مینا رویا ندا صفر"
    " شعبان اله‌یار دونالد نگار لاله هما افشین نازنین نسرین ژاله آیت جان".split()
)
HEADER = """\
# {what}
# `name`: the word. `certainty`: how it is read:
#   sure: a part of a name wherever it stands
#   maybe: a common word too, or seldom met in names: only where something else says that a name stands there
# Made by `python -m bench.tools.build_names`: words counted in news articles; a name is a fact.
# Source: given names of persian-gender-detection 1.4.0 and persian-names 1.5.1 (PyPI). Licence: MIT, MIT.
name\tcertainty
"""
type Words = list[Token]


def listed() -> tuple[set[str], set[str]]:
    """Folded given names of the two packages, and those of the smaller one, which holds no common words."""
    names: set[str] = set()
    usual: set[str] = set()
    data = files("persian_gender_detection").joinpath("gender", "iranianNamesDataset.csv")
    names.update(fold(row[0]) for row in csv.reader(data.read_text(encoding="utf-8-sig").splitlines()))
    for part in ("male_fa", "female_fa"):
        text = files("persian_names").joinpath("data", f"{part}.txt").read_text(encoding="utf-8")
        usual.update(map(fold, text.splitlines()))
    return {name for name in names | usual if len(name) > 2}, usual


def articles(path: Path) -> Iterator[list[tuple[str, Words]]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            article = json.loads(line)
            yield [
                (part, list(sentence.tokens))
                for part in ("title", "lead", "body")
                for sentence in sentences(normalize(article.get(part) or ""))
            ]


def main() -> None:
    source, out = Path(sys.argv[1]), Path(sys.argv[2])
    known, usual = listed()
    kinds = {row["word"]: row["class"] for row in rows("words")}
    total: collections.Counter[str] = collections.Counter()
    starts: collections.Counter[str] = collections.Counter()
    spelled: dict[str, collections.Counter[str]] = collections.defaultdict(collections.Counter)
    for article in articles(source):
        for _, tokens in article:
            for token in tokens:
                if token.kind == "word":
                    total[token.fold] += 1
                    spelled[token.fold][token.text] += 1
        starts.update(set(name_starts(article)))

    def is_noun(word: str) -> bool:
        return kinds.get(word, "n") in "na" and word not in NOT_NAMES and word.isalpha() and word not in TITLES

    sure = {
        word
        for word, count in starts.items()
        if is_noun(word)
        and count >= 0.02 * total[word]
        and (word in known or (count >= 4 and count >= 0.1 * total[word]))
    }
    maybe = {
        word
        for word in known
        if is_noun(word)
        and word not in sure
        and (total[word] < 40 or word in usual or starts[word] >= max(1, 0.003 * total[word]))
        and (total[word] < 300 or word in usual or word.endswith("ی"))
    }

    maybe |= set(map(fold, ALSO)) - sure
    spelled.update({fold(name): collections.Counter([name]) for name in ALSO if fold(name) not in spelled})

    after: collections.Counter[str] = collections.Counter()
    for article in articles(source):
        seen: set[tuple[str, str]] = set()
        for _, tokens in article:
            for first, second in pairwise(tokens):
                if first.fold in sure and second.kind == "word":
                    seen.add((first.fold, second.fold))
        after.update(word for _, word in seen)
    surnames = {
        word: count / total[word]
        for word, count in after.items()
        if is_noun(word)
        and len(word) > 1
        and word not in sure
        and count >= 0.02 * total[word]
        and (count > 1 or total[word] < 30)
    }

    foreign, before = before_posts(source, total, set(surnames) | sure | maybe)
    surnames |= {word: 1.0 for word in foreign if is_noun(word)}
    maybe |= {word for word in before if is_noun(word) and word not in sure and total[word] < 500}

    def write(name: str, what: str, certain: dict[str, str]) -> None:
        with (out / f"{name}.tsv").open("w", encoding="utf-8") as file:
            file.write(HEADER.format(what=what))
            for word, certainty in sorted(certain.items()):
                shown = spelled[word].most_common(1)[0][0] if word in spelled else word
                file.write(f"{shown}\t{certainty}\n")

    write(
        "given_names",
        "Given names, as first words of a person's name.",
        dict.fromkeys(maybe, "maybe") | dict.fromkeys(sure, "sure"),
    )
    write("surnames", "Words of surnames.", {w: "sure" if share >= 0.05 else "maybe" for w, share in surnames.items()})


def before_posts(source: Path, total: collections.Counter[str], known: set[str]) -> tuple[set[str], set[str]]:
    """Surnames and given names of public figures, foreign ones most of all.

    Words that «، POST» follows in a share of their uses, and the words before those; first and last words of what
    stands in quotation marks before a post, as some outlets print foreign names.
    """
    heads = {fold(row["head"].split()[0]) for row in rows("posts")} - {"یکی"}
    uses: collections.Counter[str] = collections.Counter()
    firsts: collections.Counter[str] = collections.Counter()
    lasts: collections.Counter[str] = collections.Counter()
    before: dict[str, collections.Counter[str]] = collections.defaultdict(collections.Counter)
    for article in articles(source):
        seen: set[str] = set()
        quoted: set[tuple[str, str]] = set()
        for _, tokens in article:
            for index in range(1, len(tokens) - 2):
                word = tokens[index].fold
                is_before = tokens[index + 1].text == "،" and tokens[index + 2].fold in heads
                if is_before and tokens[index].kind == "word" and word not in known and word not in NOT_FIGURES:
                    seen.add(word)
                    before[word][tokens[index - 1].fold] += 1
                if tokens[index].text in '»"' and any(t.fold in heads for t in tokens[index + 1 : index + 3]):
                    start = next((k for k in range(index - 1, max(-1, index - 6), -1) if tokens[k].text in '«"'), index)
                    name = tokens[start + 1 : index]
                    if 1 < len(name) < 5 and all(token.kind == "word" for token in name):
                        quoted.add((name[0].fold, name[-1].fold))
        uses.update(seen)
        firsts.update({first for first, _ in quoted} - NOT_FIGURES)
        lasts.update({last for _, last in quoted} - NOT_FIGURES)
    figures = {word for word, count in uses.items() if count >= 2 and count >= 0.02 * total[word]}
    given = {word for figure in figures for word, _ in before[figure].most_common(3) if len(word) > 2}
    figures |= {word for word, count in lasts.items() if count >= 0.03 * total[word] and word not in known}
    given |= {word for word, count in firsts.items() if count >= 0.02 * total[word] and word not in known}
    return figures, given


def name_starts(article: list[tuple[str, Words]]) -> Iterator[str]:
    """First words of what stands in the place of a person's name."""
    opened = False
    for part, tokens in article:
        for index, token in enumerate(tokens):
            if token.fold in TITLES and index + 2 < len(tokens) and tokens[index + 1].fold not in TITLES:
                following = tokens[index + 1 : index + 5]
                if any(t.fold in AFTER_NAME or t.text in "،:." for t in following[2:]):
                    yield following[0].fold
        if part == "body" and not opened:
            opened = True
            start = 0
            if [t.text for t in tokens[:2]] == ["به", "گزارش"]:
                start = next((i + 1 for i, t in enumerate(tokens[:25]) if t.text == "،"), 0)
            while start < len(tokens) and (tokens[start].fold in TITLES or tokens[start].text in '«"'):
                start += 1
            name = tokens[start : start + 5]
            for length in (2, 3, 4):
                if (
                    len(name) > length
                    and name[length].fold in AFTER_NAME
                    and all(t.kind == "word" for t in name[:length])
                ):
                    yield name[0].fold


if __name__ == "__main__":
    main()
