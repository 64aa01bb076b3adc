"""Give verdicts on «سید هادی …» and the like his name back

They were given when the ه of his name was taken for the last letter of «سیده», so their keys begin without it, and are
about nobody now. A key is mended where texts name such a person and nobody is called as the key is. Going down changes
nothing: the mended keys hold there too, for texts that leave «سید» out.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

# parsing.namesakes.sayyid_names of this revision.
NAMES = ("هادی", "هاشم", "هاشمی", "هانی", "هدا", "هدایتالله", "هدایتاله", "همایون", "هوشنگ")
LETTER, TITLE = "ه", "سید"

MEND = """
with named as (
    select key, split_part(key, '/', 1) as name
    from (select left_key as key from judgements where kind = 'person'
        union select right_key from judgements where kind = 'person') k),
mended as (
    select key, :letter || key as mended from named n
    where (:letter || n.name) ^@ any(cast(:names as text[]))
        and exists (select from officials where name_fold = :title || :letter || n.name)
        and not exists (select from officials where name_fold in (n.name, :title || n.name))),
verdicts as (
    select judgement_id, coalesce(l.mended, left_key) as one, coalesce(r.mended, right_key) as other
    from judgements j left join mended l on l.key = left_key left join mended r on r.key = right_key
    where kind = 'person' and (l.key is not null or r.key is not null))
update judgements j set left_key = least(one, other), right_key = greatest(one, other)
from verdicts v where v.judgement_id = j.judgement_id and one <> other
"""


def upgrade() -> None:
    op.get_bind().execute(sa.text(MEND), {"names": list(NAMES), "letter": LETTER, "title": TITLE})


def downgrade() -> None:
    pass
