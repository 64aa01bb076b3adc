"""Make parsing/data/name_counts.tsv: how many people's names of news articles a given name and a surname are in.

    python -m bench.tools.build_name_counts ARTICLES.jsonl.gz parsing/data

Each distinct name of a person (a given name and a surname, spacing aside) counts once however often it is met, so a
famous man does not make his name a common one. Parts met in fewer than LEAST names are left out: they are rare.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from bench._corpus import corpus_file, read_rows
from parsing.document import normalize_article
from parsing.jsonl import article_from_json
from parsing.letters import fold
from parsing.names import is_name_start, name_end
from parsing.namesakes import name_parts
from parsing.tokens import Token, sentences

LEAST = 3
HEADER = """\
# In how many different names of people a given name or a surname was met.
# `part`: what was met:
#   given: a given name
#   surname: a surname
#   all: the number of names
# `name`: the name, folded. `count`: in how many names.
# Made by `python -m bench.tools.build_name_counts`: names counted in news articles; a name is a fact.
# Source: written for this project. Licence: as the project's.
part\tname\tcount
"""


def names_in(text: str) -> Iterator[list[Token]]:
    for sentence in sentences(text):
        tokens, index = sentence.tokens, 0
        while index < len(tokens):
            if tokens[index].kind == "word" and is_name_start(tokens, index):
                end = name_end(tokens, index)
                yield list(tokens[index:end])
                index = end
            else:
                index += 1


def main(arguments: list[str]) -> int:
    names: dict[str, tuple[str, str]] = {}
    for row in read_rows(corpus_file(arguments)):
        try:
            article = normalize_article(article_from_json(row))
        except ValueError:
            continue
        for tokens in names_in(article.text):
            text = " ".join(token.text for token in tokens)
            given, surname = name_parts(text)
            if given and surname:
                names.setdefault(fold(given + surname), (given, surname))
    counts = Counter(("given", given) for given, _ in names.values())
    counts.update(("surname", surname) for _, surname in names.values())
    lines = [f"all\tall\t{len(names)}\n"]
    lines += [f"{part}\t{name}\t{count}\n" for (part, name), count in sorted(counts.items()) if count >= LEAST]
    Path(arguments[1], "name_counts.tsv").write_text(HEADER + "".join(lines), encoding="utf-8")
    print(f"{len(names)} names, {len(lines) - 1} parts")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
