"""Say of tables and columns what is written there, and let no value in that nothing writes

No rule tells a meeting that was called off, and the list of places has no villages.
"""

from alembic import op

revision = "0012"
down_revision = "0011"

# What was said and what is said, by table or view and column; of the table itself where there is none.
COMMENTS: dict[tuple[str, str | None], tuple[str, str]] = {
    ("persons", "person_id"): (
        "Hash of folded name and article_id; kept while the person is met in anything",
        "Hash of folded name without «سید» and article_id; kept while the person is met in anything",
    ),
    ("check_findings", "expected"): (
        "What was expected, in words and figures; null for no figure",
        "What was expected, in words and figures; null where that is plain",
    ),
    ("outlets", "names_fold"): (
        "Folded names by which other outlets cite it; decides a story's origin",
        "Further folded names by which other outlets cite it, given by hand; decides a story's origin",
    ),
    ("crawl_runs", "run"): (
        "Name of the run, given by whoever started it",
        "When it began (UTC), its mode and, where it asked for one alone, the province",
    ),
    ("crawl_runs", "reason"): (
        "Why the outcome is not complete, in one sentence",
        "What it found and lost, in one line; null where complete or nothing_published",
    ),
    ("crawl_counters", None): (
        "Counters of a crawl run: listed, fetched, not_modified, archived and whatever else it counted",
        "Counters of a crawl run: listed, fetched, not_modified, articles, rejected and so on",
    ),
    ("batch_tallies", "day_on"): (
        "Day (Tehran) crawled; null for an import",
        "Day (Tehran) crawled; null where it was loaded for no one day",
    ),
    ("batch_tallies", "new"): (
        "Articles not known before and copied from none",
        "Articles not known before, neither copies nor changed texts of others",
    ),
    ("batch_tallies", "versions"): (
        "Changed texts of articles known by address or by key",
        "Changed texts of known articles, under their own code or address or another",
    ),
    ("batch_tallies", "officials"): (
        "Official records written",
        "Official records of new texts",
    ),
    ("batch_tallies", "organizations"): (
        "Organization records written",
        "Organization records of new texts",
    ),
    ("batch_tallies", "metrics"): (
        "Metric records written",
        "Metric records of new texts",
    ),
    ("batch_tallies", "meetings"): (
        "Meeting records written",
        "Meeting records of new texts",
    ),
    ("articles", "current_version_id"): (
        "Text of the latest sighting (article_versions)",
        "Text of the latest sighting, as last read (article_versions)",
    ),
    ("sightings", "sighting_id"): (
        "Hash of version, time, address and page",
        "Hash of article, time, address and page; without a page, of the version too",
    ),
    ("article_links", "kind"): (
        "copy (same words, or same title and footer) | version (one outlet, republished with changes) | story "
        "(another outlet's telling of the report)",
        "copy (same words, or another outlet's near words with the same title and footer) | version (one outlet, "
        "republished with changes) | story (another outlet's telling of the report)",
    ),
    ("places", None): (
        "Provinces, counties, cities and villages",
        "Countries, and the provinces, counties, districts and cities of Iran",
    ),
    ("places", "place_id"): (
        "Hash of kind, name and parent",
        "Hash of kind, folded name and, in Iran, folded province",
    ),
    ("places", "kind"): (
        "country | province | county | district | city | village",
        "country | province | county | district | city",
    ),
    ("places", "parent_id"): (
        "Place it lies in",
        "Place it lies in: the country of a province, the province of anything smaller; null for a country",
    ),
    ("bodies", "body_id"): (
        "Hash of folded name and place when first made; kept when the name changes",
        "Hash of kind, folded name without head and place, and place; of those judged the same, of the least",
    ),
    ("bodies", "kind"): (
        "Kind of institution",
        "Kind of institution, as records most often have it",
    ),
    ("bodies", "place_id"): (
        "Place it serves",
        "Place it serves, as its name or its articles have it",
    ),
    ("bodies", "parent_id"): (
        "Institution it belongs to",
        "Institution it belongs to, as most records say",
    ),
    ("posts", "post_id"): (
        "Hash of folded head, institution and place",
        "Hash of the head, telling words, place and level of the phrase, and of body_id",
    ),
    ("tenures", "tenure_id"): (
        "Hash of person, post and first mention",
        "Hash of person_id and post_id",
    ),
    ("tenures", "since_on"): (
        "Day it began, where an article says so; never guessed",
        "Day it began; null, as no rule reads terms of office yet",
    ),
    ("tenures", "until_on"): (
        "Day it ended, where an article says so; never guessed",
        "Day it ended; null, as no rule reads terms of office yet",
    ),
    ("tenures", "is_acting"): (
        "Whether held as acting (سرپرست)",
        "Whether the latest mention says it is held as acting (سرپرست)",
    ),
    ("official_mentions", None): (
        "Which person and post an official record is about; a record in no row is unresolved",
        "Which person and post an official record of a current text is about; one in no row is unresolved",
    ),
    ("official_mentions", "person_id"): (
        "Person; null for an unnamed post-holder",
        "Person; null for an unnamed post-holder and a surname alone",
    ),
    ("official_mentions", "post_id"): (
        "Post; null where none is stated",
        "Post; null where none is stated or known as one",
    ),
    ("organization_mentions", None): (
        "Which institution an organization record is about; a record in no row is unresolved",
        "Which institution an organization record of a current text is about; one in no row is unresolved",
    ),
    ("judgements", "kind"): (
        "person | body | post | place | article",
        "person | body; nothing reads the others that the check lets in",
    ),
    ("judgements", "left_key"): (
        "The lesser key: folded name and what tells namesakes apart",
        "The lesser key: folded name and what tells it from others of that name",
    ),
    ("judgements", "verdict"): (
        "same | different | unsure (left apart)",
        "same | different | unsure (left to the rules; given by hand alone)",
    ),
    ("meetings", "status"): (
        "held | planned | cancelled",
        "held | planned",
    ),
    ("record_changes", None): (
        "What re-extraction changed in the records of known texts: one row per record and rule version",
        "What re-extraction changed in the records of known texts: one row per record and load",
    ),
    ("record_changes", "rules_before"): (
        "Rule version of the records replaced",
        "Version of the rules that made the records replaced",
    ),
    ("record_changes", "rules_after"): (
        "Rule version of the records written",
        "Version of the rules that made those in their place",
    ),
    ("careers", "since_on"): (
        "Day it began, where an article says so",
        "Day it began; null, as no rule reads terms of office yet",
    ),
    ("careers", "until_on"): (
        "Day it ended, where an article says so",
        "Day it ended; null, as no rule reads terms of office yet",
    ),
    ("careers", "is_acting"): (
        "Whether held as acting",
        "Whether the latest mention says it is held as acting",
    ),
    ("encounters", "status"): (
        "held | planned | cancelled",
        "held | planned",
    ),
}
# The values of columns before and after.
VALUES = {
    ("meetings", "status"): (("held", "planned", "cancelled"), ("held", "planned")),
    ("places", "kind"): (
        ("country", "province", "county", "district", "city", "village"),
        ("country", "province", "county", "district", "city"),
    ),
}


def upgrade() -> None:
    _say(1)


def downgrade() -> None:
    _say(0)


def _say(which: int) -> None:
    for (table, column), said in COMMENTS.items():
        what = f"column {table}.{column}" if column else f"table {table}"
        text = said[which].replace("'", "''")
        op.execute(f"comment on {what} is '{text}'")
    for (table, column), values in VALUES.items():
        listed = ", ".join(f"'{value}'" for value in values[which])
        op.drop_constraint(op.f(f"ck_{table}_{column}"), table)
        op.create_check_constraint(op.f(f"ck_{table}_{column}"), table, f"{column} in ({listed})")
