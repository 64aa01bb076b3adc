"""The provinces as outlets name them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from parsing.letters import fold

# The 31 provinces: the slug that `--province` takes, and the name that `Article.province` holds.
PROVINCES: Mapping[str, str] = MappingProxyType(
    {
        "alborz": "البرز",
        "ardabil": "اردبیل",
        "azarbaijan-gharbi": "آذربایجان غربی",
        "azarbaijan-sharghi": "آذربایجان شرقی",
        "bushehr": "بوشهر",
        "chaharmahal-bakhtiari": "چهارمحال و بختیاری",
        "fars": "فارس",
        "gilan": "گیلان",
        "golestan": "گلستان",
        "hamedan": "همدان",
        "hormozgan": "هرمزگان",
        "ilam": "ایلام",
        "isfahan": "اصفهان",
        "kerman": "کرمان",
        "kermanshah": "کرمانشاه",
        "khorasan-jonubi": "خراسان جنوبی",
        "khorasan-razavi": "خراسان رضوی",
        "khorasan-shomali": "خراسان شمالی",
        "khuzestan": "خوزستان",
        "kohgiluyeh-boyerahmad": "کهگیلویه و بویراحمد",
        "kurdistan": "کردستان",
        "lorestan": "لرستان",
        "markazi": "مرکزی",
        "mazandaran": "مازندران",
        "qazvin": "قزوین",
        "qom": "قم",
        "semnan": "سمنان",
        "sistan-baluchestan": "سیستان و بلوچستان",
        "tehran": "تهران",
        "yazd": "یزد",
        "zanjan": "زنجان",
    }
)


def fold_name(name: str) -> str:
    """Return a place's name without what its spellings differ in, and without «استان» before it.

    >>> fold_name("استان کهگیلویه و بویراحمد") == fold_name("كهگيلويه و بوير\u200cاحمد")
    True
    """
    return fold(name).removeprefix(_PROVINCE_WORD)


_PROVINCE_WORD = "استان"
# Hamshahri's short names beside the full ones.
_SHORT = {
    "چهارمحال": "chaharmahal-bakhtiari",
    "سیستان": "sistan-baluchestan",
    "کهگیلویه": "kohgiluyeh-boyerahmad",
}
PROVINCE_OF: Mapping[str, str] = MappingProxyType(
    {fold_name(name): slug for slug, name in PROVINCES.items()}
    | {fold_name(name): slug for name, slug in _SHORT.items()}
)
