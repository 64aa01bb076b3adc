"""One module per CMS family: `answer(view, path, query)` gives the Page that such a site has at that address."""

from types import ModuleType

from samples.families import nastooh

FAMILIES: dict[str, ModuleType] = {"nastooh": nastooh}
