"""One module per CMS family: `answer(view, path, query)` gives the Page that such a site has at that address."""

from types import ModuleType

from samples.families import asam, fars, iransamaneh, itempage, nastooh, tasnim, wordpress

FAMILIES: dict[str, ModuleType] = {
    "asam": asam,
    "fars": fars,
    "iransamaneh": iransamaneh,
    "itempage": itempage,
    "nastooh": nastooh,
    "tasnim": tasnim,
    "wordpress": wordpress,
}
