# ruff: noqa: E501
"""The warehouse's tables, the function that gives a record's sentence, and the analysts' read-only role."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "article_sketches",
        sa.Column(
            "fingerprint",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="Hash of a run of folded characters",
        ),
        sa.Column(
            "day",
            sa.Integer(),
            autoincrement=False,
            nullable=False,
            comment="Days from 1970 to publication (UTC); -1 where not stated",
        ),
        sa.Column(
            "version_id",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="Version whose smallest hashes it is among",
        ),
        sa.PrimaryKeyConstraint("fingerprint", "day", "version_id", name=op.f("pk_article_sketches")),
        comment="Bottom-k MinHash sketch of each version's lead and body: texts that share a fingerprint are compared word by word. Derived from article_texts, so without a foreign key",
    )
    op.create_table(
        "batches",
        sa.Column("batch", sa.Text(), nullable=False, comment="Key of the batch; loading it again changes nothing"),
        sa.Column("rules", sa.Text(), nullable=False, comment="Version of the extraction rules that made its records"),
        sa.Column(
            "loaded_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
            comment="When its transaction began on the server",
        ),
        sa.PrimaryKeyConstraint("batch", name=op.f("pk_batches")),
        comment="Done-marks: one row per batch loaded, written in the transaction of its rows",
    )
    op.create_table(
        "crawl_counters",
        sa.Column("outlet", sa.Text(), nullable=False, comment="Outlet crawled"),
        sa.Column("day_on", sa.Date(), nullable=False, comment="Day (Tehran) of the run"),
        sa.Column("run", sa.Text(), nullable=False, comment="Name of the run"),
        sa.Column("counter", sa.Text(), nullable=False, comment="What was counted"),
        sa.Column("value", sa.BigInteger(), nullable=False, comment="How many"),
        sa.PrimaryKeyConstraint("outlet", "day_on", "run", "counter", name=op.f("pk_crawl_counters")),
        comment="Counters of a crawl run: listed, fetched, not_modified, archived and whatever else it counted",
    )
    op.create_table(
        "footers",
        sa.Column("footer_id", sa.BigInteger(), autoincrement=False, nullable=False, comment="Hash of text"),
        sa.Column("text", sa.Text(), nullable=False, comment="The mark as the outlet printed it"),
        sa.Column("marker", sa.Text(), nullable=False, comment="Its wording with typos mended"),
        sa.Column(
            "codes",
            postgresql.ARRAY(sa.Text()),
            nullable=False,
            comment="Codes of desk, reporter and editor printed after it, in order",
        ),
        sa.Column("is_advert", sa.Boolean(), nullable=False, comment="Whether the wording marks an advert"),
        sa.PrimaryKeyConstraint("footer_id", name=op.f("pk_footers")),
        comment="End-of-message marks met, one row per wording",
    )
    op.create_table(
        "judgements",
        sa.Column(
            "judgement_id",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="Hash of kind, keys, judged_by and judged_at",
        ),
        sa.Column("kind", sa.Text(), nullable=False, comment="person | body | post | place | article"),
        sa.Column(
            "left_key", sa.Text(), nullable=False, comment="The lesser key: folded name and what tells namesakes apart"
        ),
        sa.Column("right_key", sa.Text(), nullable=False, comment="The greater key"),
        sa.Column("verdict", sa.Text(), nullable=False, comment="same | different | unsure (left apart)"),
        sa.Column("reason", sa.Text(), nullable=False, comment="Why, in words"),
        sa.Column("judged_by", sa.Text(), nullable=False, comment="rule:<name> or the person who judged"),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=False, comment="When; given by the caller"),
        sa.Column(
            "revoked_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When it was taken back; null while it holds",
        ),
        sa.CheckConstraint("kind in ('person', 'body', 'post', 'place', 'article')", name=op.f("ck_judgements_kind")),
        sa.CheckConstraint("verdict in ('same', 'different', 'unsure')", name=op.f("ck_judgements_verdict")),
        sa.CheckConstraint("left_key < right_key", name=op.f("ck_judgements_ordered")),
        sa.PrimaryKeyConstraint("judgement_id", name=op.f("pk_judgements")),
        comment="Verdicts that two things are one, or are not. They are about keys made of the words of articles, not about rows, so they outlive re-extraction; revoking one gives back what it merged",
    )
    op.create_index(
        op.f("ix_judgements_kind_left_key_right_key"), "judgements", ["kind", "left_key", "right_key"], unique=False
    )
    op.create_table(
        "outlets",
        sa.Column("outlet", sa.Text(), nullable=False, comment="Name in one lower-case word, as readers say it: isna"),
        sa.Column("name", sa.Text(), nullable=True, comment="Name in Persian, as the outlet writes it"),
        sa.Column(
            "names_fold",
            postgresql.ARRAY(sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="Folded names by which other outlets cite it; decides a story's origin",
        ),
        sa.Column(
            "family", sa.Text(), nullable=True, comment="CMS family that its pages are read by; null for imports only"
        ),
        sa.Column("host", sa.Text(), nullable=True, comment="Host name of its site"),
        sa.PrimaryKeyConstraint("outlet", name=op.f("pk_outlets")),
        comment="News agencies and papers that articles come from",
    )
    op.create_table(
        "persons",
        sa.Column(
            "person_id",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="Hash of folded name and of what told this person from a namesake when first made",
        ),
        sa.Column("name", sa.Text(), nullable=False, comment="Name to show, the fullest met"),
        sa.Column("name_fold", sa.Text(), nullable=False, comment="name folded for comparing"),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_persons")),
        comment="People behind the named officials; two of one name are two rows",
    )
    op.create_index(op.f("ix_persons_name_fold"), "persons", ["name_fold"], unique=False)
    op.create_table(
        "places",
        sa.Column(
            "place_id", sa.BigInteger(), autoincrement=False, nullable=False, comment="Hash of kind, name and parent"
        ),
        sa.Column("name", sa.Text(), nullable=False, comment="Name in Persian"),
        sa.Column("name_fold", sa.Text(), nullable=False, comment="name folded for comparing"),
        sa.Column("kind", sa.Text(), nullable=False, comment="country | province | county | district | city | village"),
        sa.Column("parent_id", sa.BigInteger(), nullable=True, comment="Place it lies in"),
        sa.CheckConstraint(
            "kind in ('country', 'province', 'county', 'district', 'city', 'village')", name=op.f("ck_places_kind")
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["places.place_id"], name=op.f("fk_places_parent_id")),
        sa.PrimaryKeyConstraint("place_id", name=op.f("pk_places")),
        comment="Provinces, counties, cities and villages",
    )
    op.create_index(op.f("ix_places_name_fold"), "places", ["name_fold"], unique=False)
    op.create_table(
        "articles",
        sa.Column(
            "article_id", sa.BigInteger(), autoincrement=False, nullable=False, comment="Hash of outlet and identity"
        ),
        sa.Column("outlet", sa.Text(), nullable=False, comment="Outlet that published it"),
        sa.Column(
            "identity",
            sa.Text(),
            nullable=False,
            comment="What makes it one article: code:<news code>, else url:<canonical address>, else text:<digest>",
        ),
        sa.Column("code", sa.Text(), nullable=True, comment="The outlet's own news code"),
        sa.Column("url", sa.Text(), nullable=True, comment="Address of the latest sighting"),
        sa.Column(
            "published_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When the outlet says it was published; never guessed",
        ),
        sa.Column(
            "published_on",
            sa.Date(),
            sa.Computed("(published_at AT TIME ZONE 'Asia/Tehran')::date", persisted=True),
            nullable=True,
            comment="Day of published_at in Tehran",
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), nullable=True, comment="When the outlet says it was last changed"
        ),
        sa.Column("section", sa.Text(), nullable=True, comment="Section or service of the outlet"),
        sa.Column("province", sa.Text(), nullable=True, comment="Province the outlet files it under"),
        sa.Column("dateline", sa.Text(), nullable=True, comment="Place the report is sent from"),
        sa.Column("tags", postgresql.ARRAY(sa.Text()), nullable=False, comment="The outlet's tags, in order"),
        sa.Column("reporter", sa.Text(), nullable=True, comment="Reporter named on the page"),
        sa.Column(
            "cited_agency", sa.Text(), nullable=True, comment="Agency that the text says it took the report from"
        ),
        sa.Column("image_url", sa.Text(), nullable=True, comment="Address of its main picture"),
        sa.Column("layout", sa.Text(), nullable=True, comment="Page layout it was read by"),
        sa.Column(
            "is_advert", sa.Boolean(), nullable=False, comment="Whether the outlet marks it as an advert (رپرتاژ آگهی)"
        ),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False, comment="Earliest sighting"),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False, comment="Latest sighting"),
        sa.Column(
            "current_version_id",
            sa.BigInteger(),
            nullable=False,
            comment="Text of the latest sighting (article_versions)",
        ),
        sa.Column(
            "decision",
            sa.Text(),
            server_default=sa.text("'new'"),
            nullable=False,
            comment="What it was when first loaded: new | copy (another article's text) | version (its outlet published a changed text under another code) | another (title and footer are another article's, the article is not)",
        ),
        sa.Column("decision_reason", sa.Text(), nullable=True, comment="Why, in words and figures; null for new"),
        sa.Column(
            "decided_against_id", sa.BigInteger(), nullable=True, comment="Article it was compared with (articles)"
        ),
        sa.CheckConstraint("decision in ('new', 'copy', 'version', 'another')", name=op.f("ck_articles_decision")),
        sa.ForeignKeyConstraint(["outlet"], ["outlets.outlet"], name=op.f("fk_articles_outlet")),
        sa.PrimaryKeyConstraint("article_id", name=op.f("pk_articles")),
        comment="One row per article of an outlet, however many addresses and texts it has had; columns that pages may change hold what the latest sighting said",
    )
    op.create_index(op.f("ix_articles_outlet_identity"), "articles", ["outlet", "identity"], unique=True)
    op.create_index(op.f("ix_articles_outlet_published_on"), "articles", ["outlet", "published_on"], unique=False)
    op.create_index(op.f("ix_articles_published_on"), "articles", ["published_on"], unique=False)
    op.create_table(
        "batch_tallies",
        sa.Column("batch", sa.Text(), nullable=False, comment="Key of the batch"),
        sa.Column("outlet", sa.Text(), nullable=False, comment="Outlet counted"),
        sa.Column("day_on", sa.Date(), nullable=True, comment="Day (Tehran) crawled; null for an import"),
        sa.Column("seen", sa.BigInteger(), nullable=False, comment="Articles and rejected pages given to the load"),
        sa.Column("new", sa.BigInteger(), nullable=False, comment="Articles not known before and copied from none"),
        sa.Column(
            "versions", sa.BigInteger(), nullable=False, comment="Changed texts of articles known by address or by key"
        ),
        sa.Column(
            "copies",
            sa.BigInteger(),
            nullable=False,
            comment="Articles not known before whose text another article already had",
        ),
        sa.Column("same", sa.BigInteger(), nullable=False, comment="Sightings of a text already known"),
        sa.Column("rejected", sa.BigInteger(), nullable=False, comment="Pages that did not become an article"),
        sa.Column(
            "another",
            sa.BigInteger(),
            nullable=False,
            comment="Of the new: those whose title and footer are another article's, told apart by outlet, day and body",
        ),
        sa.Column(
            "adverts",
            sa.BigInteger(),
            nullable=False,
            comment="Of the new, versions and copies: marked as adverts by the outlet",
        ),
        sa.Column("linked", sa.BigInteger(), nullable=False, comment="Pairs of near-duplicate texts found"),
        sa.Column("officials", sa.BigInteger(), nullable=False, comment="Official records written"),
        sa.Column("organizations", sa.BigInteger(), nullable=False, comment="Organization records written"),
        sa.Column("metrics", sa.BigInteger(), nullable=False, comment="Metric records written"),
        sa.Column("meetings", sa.BigInteger(), nullable=False, comment="Meeting records written"),
        sa.Column("added", sa.BigInteger(), nullable=False, comment="Records that re-extraction added to known texts"),
        sa.Column(
            "withdrawn", sa.BigInteger(), nullable=False, comment="Records that re-extraction withdrew from known texts"
        ),
        sa.CheckConstraint("seen = new + versions + copies + same + rejected", name=op.f("ck_batch_tallies_adds_up")),
        sa.ForeignKeyConstraint(["batch"], ["batches.batch"], name=op.f("fk_batch_tallies_batch")),
        sa.ForeignKeyConstraint(["outlet"], ["outlets.outlet"], name=op.f("fk_batch_tallies_outlet")),
        sa.PrimaryKeyConstraint("batch", "outlet", name=op.f("pk_batch_tallies")),
        comment="What became of a batch's articles, per outlet: seen = new + versions + copies + same + rejected",
    )
    op.create_table(
        "bodies",
        sa.Column(
            "body_id",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="Hash of folded name and place when first made; kept when the name changes",
        ),
        sa.Column("name", sa.Text(), nullable=False, comment="Name to show"),
        sa.Column("name_fold", sa.Text(), nullable=False, comment="name folded for comparing"),
        sa.Column("kind", sa.Text(), nullable=True, comment="Kind of institution"),
        sa.Column("place_id", sa.BigInteger(), nullable=True, comment="Place it serves"),
        sa.Column("parent_id", sa.BigInteger(), nullable=True, comment="Institution it belongs to"),
        sa.ForeignKeyConstraint(["parent_id"], ["bodies.body_id"], name=op.f("fk_bodies_parent_id")),
        sa.ForeignKeyConstraint(["place_id"], ["places.place_id"], name=op.f("fk_bodies_place_id")),
        sa.PrimaryKeyConstraint("body_id", name=op.f("pk_bodies")),
        comment="Institutions: one row behind all the names of organizations",
    )
    op.create_index(op.f("ix_bodies_name_fold"), "bodies", ["name_fold"], unique=False)
    op.create_table(
        "crawl_runs",
        sa.Column("outlet", sa.Text(), nullable=False, comment="Outlet crawled"),
        sa.Column("day_on", sa.Date(), nullable=False, comment="Day (Tehran) whose articles were asked for"),
        sa.Column("run", sa.Text(), nullable=False, comment="Name of the run, given by whoever started it"),
        sa.Column(
            "outcome",
            sa.Text(),
            nullable=False,
            comment="complete | partial | nothing_published | unreachable | robots_forbidden | unparsable",
        ),
        sa.Column("reason", sa.Text(), nullable=True, comment="Why the outcome is not complete, in one sentence"),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True, comment="When the crawl began"),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True, comment="When the crawl ended"),
        sa.CheckConstraint(
            "outcome in ('complete', 'partial', 'nothing_published', 'unreachable', 'robots_forbidden', 'unparsable')",
            name=op.f("ck_crawl_runs_outcome"),
        ),
        sa.ForeignKeyConstraint(["outlet"], ["outlets.outlet"], name=op.f("fk_crawl_runs_outlet")),
        sa.PrimaryKeyConstraint("outlet", "day_on", "run", name=op.f("pk_crawl_runs")),
        comment="One crawl of one outlet for one day; a day looked at twice has two rows",
    )
    op.create_table(
        "pages",
        sa.Column(
            "page_id", sa.BigInteger(), autoincrement=False, nullable=False, comment="Hash of file and file_offset"
        ),
        sa.Column("outlet", sa.Text(), nullable=False, comment="Outlet the page was fetched from"),
        sa.Column("url", sa.Text(), nullable=False, comment="Address as fetched"),
        sa.Column("file", sa.Text(), nullable=False, comment="WARC file, relative to the archive's root"),
        sa.Column(
            "file_offset", sa.BigInteger(), nullable=False, comment="Byte at which its record begins in the file"
        ),
        sa.Column("digest", sa.Text(), nullable=False, comment="Digest of the payload as the WARC record states it"),
        sa.Column("etag", sa.Text(), nullable=True, comment="ETag of the response, for asking only for what changed"),
        sa.Column("last_modified", sa.Text(), nullable=True, comment="Last-Modified of the response, as sent"),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False, comment="When the response came"),
        sa.ForeignKeyConstraint(["outlet"], ["outlets.outlet"], name=op.f("fk_pages_outlet")),
        sa.PrimaryKeyConstraint("page_id", name=op.f("pk_pages")),
        comment="Raw pages in the WARC archive: where each one is, so that it can be parsed again",
    )
    op.create_index(op.f("ix_pages_outlet_fetched_at"), "pages", ["outlet", "fetched_at"], unique=False)
    op.create_table(
        "person_names",
        sa.Column("person_id", sa.BigInteger(), autoincrement=False, nullable=False, comment="Person"),
        sa.Column("name_fold", sa.Text(), nullable=False, comment="Folded name"),
        sa.Column("name", sa.Text(), nullable=False, comment="The name in its most frequent spelling"),
        sa.Column(
            "mentions", sa.BigInteger(), server_default=sa.text("0"), nullable=False, comment="Records that use it"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["persons.person_id"], name=op.f("fk_person_names_person_id")),
        sa.PrimaryKeyConstraint("person_id", "name_fold", name=op.f("pk_person_names")),
        comment="Names by which articles call a person",
    )
    op.create_index(op.f("ix_person_names_name_fold"), "person_names", ["name_fold"], unique=False)
    op.create_table(
        "record_changes",
        sa.Column("batch", sa.Text(), nullable=False, comment="Load that made the change"),
        sa.Column("version_id", sa.BigInteger(), autoincrement=False, nullable=False, comment="Version re-extracted"),
        sa.Column("kind", sa.Text(), nullable=False, comment="official | organization | metric | meeting"),
        sa.Column("record_id", sa.BigInteger(), autoincrement=False, nullable=False, comment="The record"),
        sa.Column(
            "change",
            sa.Text(),
            nullable=False,
            comment="added | withdrawn | altered (same fact, other span, rule or detail)",
        ),
        sa.Column("rules_before", sa.Text(), nullable=False, comment="Rule version of the records replaced"),
        sa.Column("rules_after", sa.Text(), nullable=False, comment="Rule version of the records written"),
        sa.Column(
            "record",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="The record: as it is now, or as it was where withdrawn",
        ),
        sa.CheckConstraint("change in ('added', 'withdrawn', 'altered')", name=op.f("ck_record_changes_change")),
        sa.CheckConstraint(
            "kind in ('official', 'organization', 'metric', 'meeting')", name=op.f("ck_record_changes_kind")
        ),
        sa.ForeignKeyConstraint(["batch"], ["batches.batch"], name=op.f("fk_record_changes_batch")),
        sa.PrimaryKeyConstraint("batch", "version_id", "kind", "record_id", name=op.f("pk_record_changes")),
        comment="What re-extraction changed in the records of known texts: one row per record and rule version",
    )
    op.create_index(op.f("ix_record_changes_version_id"), "record_changes", ["version_id"], unique=False)
    op.create_table(
        "rejected_pages",
        sa.Column(
            "rejected_id",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="Hash of all the columns but batch",
        ),
        sa.Column("outlet", sa.Text(), nullable=False, comment="Outlet"),
        sa.Column("url", sa.Text(), nullable=True, comment="Address, where known"),
        sa.Column("code", sa.Text(), nullable=True, comment="News code, where known"),
        sa.Column("field", sa.Text(), nullable=False, comment="Field of the article that failed"),
        sa.Column("reason", sa.Text(), nullable=False, comment="Why, in one sentence"),
        sa.Column("batch", sa.Text(), nullable=False, comment="Batch that first met it (batches)"),
        sa.ForeignKeyConstraint(["outlet"], ["outlets.outlet"], name=op.f("fk_rejected_pages_outlet")),
        sa.PrimaryKeyConstraint("rejected_id", name=op.f("pk_rejected_pages")),
        comment="Pages and lines that did not become an article, with the reason; kept to be tried again",
    )
    op.create_index(op.f("ix_rejected_pages_outlet"), "rejected_pages", ["outlet"], unique=False)
    op.create_table(
        "article_versions",
        sa.Column(
            "version_id",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="Hash of article_id and content_digest",
        ),
        sa.Column("article_id", sa.BigInteger(), nullable=False, comment="Article it is a text of"),
        sa.Column(
            "content_digest",
            postgresql.BYTEA(),
            nullable=False,
            comment="BLAKE2b-128 of the folded kicker, title, lead, body and footer",
        ),
        sa.Column(
            "body_digest",
            postgresql.BYTEA(),
            nullable=True,
            comment="BLAKE2b-128 of the folded lead and body; null where both are empty",
        ),
        sa.Column(
            "title_fold", sa.Text(), nullable=True, comment="Title folded for comparing; null where there is no title"
        ),
        sa.Column(
            "title_footer_key",
            sa.BigInteger(),
            nullable=True,
            comment="Hash of folded title and footer: a candidate for copy or version. Null, so matching nothing, where either is missing",
        ),
        sa.Column("footer_id", sa.BigInteger(), nullable=True, comment="Footer it ends with"),
        sa.Column(
            "published_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="Publication time stated beside this text; dedup compares it",
        ),
        sa.Column("characters", sa.BigInteger(), nullable=False, comment="Length of lead and body in characters"),
        sa.Column(
            "first_seen_at", sa.DateTime(timezone=True), nullable=False, comment="Earliest sighting of this text"
        ),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False, comment="Latest sighting of this text"),
        sa.Column(
            "text_seen_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="Sighting whose spelling of the text is stored",
        ),
        sa.Column(
            "superseded_by_id",
            sa.BigInteger(),
            nullable=True,
            comment="Text that a better reading of the same raw pages gave in its place; null while it stands",
        ),
        sa.Column("rules", sa.Text(), nullable=False, comment="Version of the extraction rules that made its records"),
        sa.Column(
            "records_digest",
            sa.BigInteger(),
            nullable=False,
            comment="Hash of the stored text and its records: re-extraction that gives the same changes nothing",
        ),
        sa.Column("batch", sa.Text(), nullable=False, comment="Batch that first loaded it (batches)"),
        sa.ForeignKeyConstraint(["article_id"], ["articles.article_id"], name=op.f("fk_article_versions_article_id")),
        sa.ForeignKeyConstraint(["footer_id"], ["footers.footer_id"], name=op.f("fk_article_versions_footer_id")),
        sa.PrimaryKeyConstraint("version_id", name=op.f("pk_article_versions")),
        comment="One row per distinct text of an article. Texts are one version when their words, figures and footer are equal, however they are spaced or punctuated; each keeps its own records",
    )
    op.create_index(op.f("ix_article_versions_article_id"), "article_versions", ["article_id"], unique=False)
    op.create_index(op.f("ix_article_versions_batch"), "article_versions", ["batch"], unique=False)
    op.create_index(
        op.f("ix_article_versions_title_footer_key"),
        "article_versions",
        ["title_footer_key"],
        unique=False,
        postgresql_where=sa.text("title_footer_key is not null"),
    )
    op.create_table(
        "body_names",
        sa.Column("body_id", sa.BigInteger(), autoincrement=False, nullable=False, comment="Institution"),
        sa.Column("name_fold", sa.Text(), nullable=False, comment="Folded name"),
        sa.Column("name", sa.Text(), nullable=False, comment="The name in its most frequent spelling"),
        sa.Column(
            "mentions", sa.BigInteger(), server_default=sa.text("0"), nullable=False, comment="Records that use it"
        ),
        sa.ForeignKeyConstraint(["body_id"], ["bodies.body_id"], name=op.f("fk_body_names_body_id")),
        sa.PrimaryKeyConstraint("body_id", "name_fold", name=op.f("pk_body_names")),
        comment="Names by which articles call an institution",
    )
    op.create_index(op.f("ix_body_names_name_fold"), "body_names", ["name_fold"], unique=False)
    op.create_table(
        "organization_mentions",
        sa.Column(
            "version_id",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="Version of the record (organizations)",
        ),
        sa.Column(
            "record_id", sa.BigInteger(), autoincrement=False, nullable=False, comment="The record (organizations)"
        ),
        sa.Column("body_id", sa.BigInteger(), nullable=False, comment="Institution"),
        sa.Column("reason", sa.Text(), nullable=False, comment="Rule or judgement that decided"),
        sa.ForeignKeyConstraint(["body_id"], ["bodies.body_id"], name=op.f("fk_organization_mentions_body_id")),
        sa.PrimaryKeyConstraint("version_id", "record_id", name=op.f("pk_organization_mentions")),
        comment="Which institution an organization record is about; a record in no row is unresolved",
    )
    op.create_index(op.f("ix_organization_mentions_body_id"), "organization_mentions", ["body_id"], unique=False)
    op.create_table(
        "posts",
        sa.Column(
            "post_id",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="Hash of folded head, institution and place",
        ),
        sa.Column("title", sa.Text(), nullable=False, comment="Post phrase to show"),
        sa.Column("title_fold", sa.Text(), nullable=False, comment="title folded for comparing"),
        sa.Column("head", sa.Text(), nullable=True, comment="Head of the phrase: مدیرکل"),
        sa.Column("body_id", sa.BigInteger(), nullable=True, comment="Institution it is a post of"),
        sa.Column("place_id", sa.BigInteger(), nullable=True, comment="Place it is a post for"),
        sa.ForeignKeyConstraint(["body_id"], ["bodies.body_id"], name=op.f("fk_posts_body_id")),
        sa.ForeignKeyConstraint(["place_id"], ["places.place_id"], name=op.f("fk_posts_place_id")),
        sa.PrimaryKeyConstraint("post_id", name=op.f("pk_posts")),
        comment="Posts: a head of post in an institution or place",
    )
    op.create_index(op.f("ix_posts_title_fold"), "posts", ["title_fold"], unique=False)
    op.create_table(
        "stories",
        sa.Column(
            "story_id",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="Smallest article_id of its articles",
        ),
        sa.Column("origin_article_id", sa.BigInteger(), nullable=False, comment="Article it comes from"),
        sa.Column(
            "origin_reason",
            sa.Text(),
            nullable=False,
            comment="cited (its outlet is named as the source by another) | first_published | first_seen (no times stated)",
        ),
        sa.Column("articles", sa.BigInteger(), nullable=False, comment="Number of articles"),
        sa.Column("outlets", sa.BigInteger(), nullable=False, comment="Number of outlets"),
        sa.Column(
            "first_published_at", sa.DateTime(timezone=True), nullable=True, comment="Earliest publication time stated"
        ),
        sa.Column(
            "last_published_at", sa.DateTime(timezone=True), nullable=True, comment="Latest publication time stated"
        ),
        sa.CheckConstraint(
            "origin_reason in ('cited', 'first_published', 'first_seen')", name=op.f("ck_stories_origin_reason")
        ),
        sa.ForeignKeyConstraint(
            ["origin_article_id"], ["articles.article_id"], name=op.f("fk_stories_origin_article_id")
        ),
        sa.PrimaryKeyConstraint("story_id", name=op.f("pk_stories")),
        comment="One report told by several articles; nothing is deleted, the articles are linked",
    )
    op.create_table(
        "article_links",
        sa.Column("version_a_id", sa.BigInteger(), autoincrement=False, nullable=False, comment="One text"),
        sa.Column("version_b_id", sa.BigInteger(), autoincrement=False, nullable=False, comment="The other"),
        sa.Column(
            "kind",
            sa.Text(),
            nullable=False,
            comment="copy (same words, or same title and footer) | version (one outlet, republished with changes) | story (another outlet's telling of the report)",
        ),
        sa.Column("reason", sa.Text(), nullable=False, comment="Name of the rule that decided"),
        sa.Column("jaccard", sa.REAL(), nullable=False, comment="Shared word 3-grams over all of both, 0 to 1"),
        sa.Column(
            "containment", sa.REAL(), nullable=False, comment="Shared word 3-grams over those of the shorter, 0 to 1"
        ),
        sa.Column(
            "figures",
            sa.REAL(),
            nullable=False,
            comment="Numbers of the text with fewer that the other has too, 0 to 1; 1 where none",
        ),
        sa.Column(
            "hours_apart", sa.REAL(), nullable=True, comment="Hours between publication; null where one is not stated"
        ),
        sa.Column(
            "is_same_key",
            sa.Boolean(),
            nullable=False,
            comment="Whether folded title and footer are equal and neither is missing",
        ),
        sa.CheckConstraint("kind in ('copy', 'version', 'story')", name=op.f("ck_article_links_kind")),
        sa.CheckConstraint("version_a_id < version_b_id", name=op.f("ck_article_links_ordered")),
        sa.ForeignKeyConstraint(
            ["version_a_id"], ["article_versions.version_id"], name=op.f("fk_article_links_version_a_id")
        ),
        sa.ForeignKeyConstraint(
            ["version_b_id"], ["article_versions.version_id"], name=op.f("fk_article_links_version_b_id")
        ),
        sa.PrimaryKeyConstraint("version_a_id", "version_b_id", name=op.f("pk_article_links")),
        comment="Pairs of texts of different articles found to be one report, with the figures that decided it",
    )
    op.create_index(op.f("ix_article_links_version_b_id"), "article_links", ["version_b_id"], unique=False)
    op.create_table(
        "article_texts",
        sa.Column("version_id", sa.BigInteger(), autoincrement=False, nullable=False, comment="Version the text is of"),
        sa.Column("kicker", sa.Text(), nullable=True, comment="Line above the title (روتیتر)"),
        sa.Column("title", sa.Text(), nullable=True, comment="Title"),
        sa.Column("lead", sa.Text(), nullable=True, comment="Lead"),
        sa.Column(
            "body", sa.Text(), nullable=True, comment="Paragraphs in order, joined by newlines, without the footer"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["article_versions.version_id"],
            name=op.f("fk_article_texts_version_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("version_id", name=op.f("pk_article_texts")),
        comment="The words of a version, normalised. Spans of its records count characters of kicker, title, lead and body joined by newlines, empty parts left out",
    )
    op.create_table(
        "meetings",
        sa.Column("version_id", sa.BigInteger(), autoincrement=False, nullable=False, comment="Version it was read in"),
        sa.Column(
            "record_id",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="Hash of kind and key fields: the same after re-extraction while the fact is the same",
        ),
        sa.Column("kind", sa.Text(), nullable=False, comment="Word of the text: دیدار, جلسه, نشست خبری, همایش"),
        sa.Column("name", sa.Text(), nullable=True, comment="Its proper name"),
        sa.Column("host", sa.Text(), nullable=True, comment="Who held it"),
        sa.Column("place", sa.Text(), nullable=True, comment="Where"),
        sa.Column("held_on", sa.Date(), nullable=True, comment="Day it was or will be held; never guessed"),
        sa.Column("topics", postgresql.ARRAY(sa.Text()), nullable=False, comment="What it was about, in order"),
        sa.Column("status", sa.Text(), nullable=False, comment="held | planned | cancelled"),
        sa.Column(
            "ordinal",
            sa.SmallInteger(),
            nullable=False,
            comment="Place among the version's records of its kind, from 0",
        ),
        sa.Column(
            "span_start",
            sa.Integer(),
            nullable=False,
            comment="First character of the mention in the version's text, from 0",
        ),
        sa.Column("span_end", sa.Integer(), nullable=False, comment="Character after the mention"),
        sa.Column("sentence_start", sa.Integer(), nullable=False, comment="First character of its sentence"),
        sa.Column("sentence_end", sa.Integer(), nullable=False, comment="Character after its sentence"),
        sa.Column("rule", sa.Text(), nullable=False, comment="Rule that made the record, kind.shape"),
        sa.CheckConstraint("status in ('held', 'planned', 'cancelled')", name=op.f("ck_meetings_status")),
        sa.ForeignKeyConstraint(["version_id"], ["article_versions.version_id"], name=op.f("fk_meetings_version_id")),
        sa.PrimaryKeyConstraint("version_id", "record_id", name=op.f("pk_meetings")),
        comment="Gatherings of people at one time and place, as an article tells of them",
    )
    op.create_index(
        op.f("ix_meetings_held_on"),
        "meetings",
        ["held_on"],
        unique=False,
        postgresql_where=sa.text("held_on is not null"),
    )
    op.create_table(
        "metrics",
        sa.Column("version_id", sa.BigInteger(), autoincrement=False, nullable=False, comment="Version it was read in"),
        sa.Column(
            "record_id",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="Hash of kind and key fields: the same after re-extraction while the fact is the same",
        ),
        sa.Column("subject", sa.Text(), nullable=False, comment="What is measured"),
        sa.Column("subject_fold", sa.Text(), nullable=False, comment="subject folded for comparing"),
        sa.Column(
            "value",
            sa.Numeric(),
            nullable=False,
            comment="The number in its unit, magnitudes multiplied out; the lower end of a range",
        ),
        sa.Column(
            "value_high", sa.Numeric(), nullable=True, comment="Upper end of a range; null where it is one number"
        ),
        sa.Column(
            "unit",
            sa.Text(),
            nullable=False,
            comment="English singular name of the unit: percent, person, rial, hectare, count, …",
        ),
        sa.Column("comparator", sa.Text(), nullable=False, comment="= | > | < | >= | <= | ~ (about)"),
        sa.Column(
            "change",
            sa.Text(),
            nullable=True,
            comment="increase | decrease where the number is the size of a change, else null",
        ),
        sa.Column(
            "base", sa.Text(), nullable=True, comment="What the change is measured against, in the words of the text"
        ),
        sa.Column("base_start_on", sa.Date(), nullable=True, comment="First day of the base period"),
        sa.Column("base_end_on", sa.Date(), nullable=True, comment="Last day of the base period"),
        sa.Column("base_raw", sa.Text(), nullable=True, comment="Words the base period was read from"),
        sa.Column("period_start_on", sa.Date(), nullable=True, comment="First day of the time the figure is about"),
        sa.Column("period_end_on", sa.Date(), nullable=True, comment="Last day of the time the figure is about"),
        sa.Column(
            "period_raw", sa.Text(), nullable=True, comment="Words the period was read from (Jalali, as printed)"
        ),
        sa.Column("place", sa.Text(), nullable=True, comment="Place the figure is about"),
        sa.Column("speaker", sa.Text(), nullable=True, comment="Name, else post, of who said it"),
        sa.Column("whole", sa.Text(), nullable=True, comment="Subject of the total that the figure is a part of"),
        sa.Column(
            "ordinal",
            sa.SmallInteger(),
            nullable=False,
            comment="Place among the version's records of its kind, from 0",
        ),
        sa.Column(
            "span_start",
            sa.Integer(),
            nullable=False,
            comment="First character of the mention in the version's text, from 0",
        ),
        sa.Column("span_end", sa.Integer(), nullable=False, comment="Character after the mention"),
        sa.Column("sentence_start", sa.Integer(), nullable=False, comment="First character of its sentence"),
        sa.Column("sentence_end", sa.Integer(), nullable=False, comment="Character after its sentence"),
        sa.Column("rule", sa.Text(), nullable=False, comment="Rule that made the record, kind.shape"),
        sa.CheckConstraint("change in ('increase', 'decrease')", name=op.f("ck_metrics_change")),
        sa.CheckConstraint("comparator in ('=', '>', '<', '>=', '<=', '~')", name=op.f("ck_metrics_comparator")),
        sa.ForeignKeyConstraint(["version_id"], ["article_versions.version_id"], name=op.f("fk_metrics_version_id")),
        sa.PrimaryKeyConstraint("version_id", "record_id", name=op.f("pk_metrics")),
        comment="Quantities that an article states",
    )
    op.create_index(op.f("ix_metrics_subject_fold"), "metrics", ["subject_fold"], unique=False)
    op.create_table(
        "official_mentions",
        sa.Column(
            "version_id",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="Version of the record (officials)",
        ),
        sa.Column("record_id", sa.BigInteger(), autoincrement=False, nullable=False, comment="The record (officials)"),
        sa.Column("person_id", sa.BigInteger(), nullable=True, comment="Person; null for an unnamed post-holder"),
        sa.Column("post_id", sa.BigInteger(), nullable=True, comment="Post; null where none is stated"),
        sa.Column("reason", sa.Text(), nullable=False, comment="Rule or judgement that decided"),
        sa.ForeignKeyConstraint(["person_id"], ["persons.person_id"], name=op.f("fk_official_mentions_person_id")),
        sa.ForeignKeyConstraint(["post_id"], ["posts.post_id"], name=op.f("fk_official_mentions_post_id")),
        sa.PrimaryKeyConstraint("version_id", "record_id", name=op.f("pk_official_mentions")),
        comment="Which person and post an official record is about; a record in no row is unresolved",
    )
    op.create_index(op.f("ix_official_mentions_person_id"), "official_mentions", ["person_id"], unique=False)
    op.create_index(op.f("ix_official_mentions_post_id"), "official_mentions", ["post_id"], unique=False)
    op.create_table(
        "officials",
        sa.Column("version_id", sa.BigInteger(), autoincrement=False, nullable=False, comment="Version it was read in"),
        sa.Column(
            "record_id",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="Hash of kind and key fields: the same after re-extraction while the fact is the same",
        ),
        sa.Column(
            "name",
            sa.Text(),
            nullable=True,
            comment="Fullest form in the article, without honorifics; null for an unnamed post-holder",
        ),
        sa.Column("name_fold", sa.Text(), nullable=True, comment="name folded for comparing"),
        sa.Column("post", sa.Text(), nullable=True, comment="Whole post phrase as the article first gives it"),
        sa.Column("post_fold", sa.Text(), nullable=True, comment="post folded for comparing"),
        sa.Column("head", sa.Text(), nullable=True, comment="Head of the post phrase: مدیرکل"),
        sa.Column("organization", sa.Text(), nullable=True, comment="Organization in the post phrase"),
        sa.Column("place", sa.Text(), nullable=True, comment="Place in the post phrase"),
        sa.Column("role", sa.Text(), nullable=False, comment="speaker | participant | mentioned"),
        sa.Column("is_acting", sa.Boolean(), nullable=False, comment="Whether the post is held as acting (سرپرست)"),
        sa.Column(
            "is_former", sa.Boolean(), nullable=False, comment="Whether the text says the post is no longer held"
        ),
        sa.Column(
            "ordinal",
            sa.SmallInteger(),
            nullable=False,
            comment="Place among the version's records of its kind, from 0",
        ),
        sa.Column(
            "span_start",
            sa.Integer(),
            nullable=False,
            comment="First character of the mention in the version's text, from 0",
        ),
        sa.Column("span_end", sa.Integer(), nullable=False, comment="Character after the mention"),
        sa.Column("sentence_start", sa.Integer(), nullable=False, comment="First character of its sentence"),
        sa.Column("sentence_end", sa.Integer(), nullable=False, comment="Character after its sentence"),
        sa.Column("rule", sa.Text(), nullable=False, comment="Rule that made the record, kind.shape"),
        sa.CheckConstraint("role in ('speaker', 'participant', 'mentioned')", name=op.f("ck_officials_role")),
        sa.ForeignKeyConstraint(["version_id"], ["article_versions.version_id"], name=op.f("fk_officials_version_id")),
        sa.PrimaryKeyConstraint("version_id", "record_id", name=op.f("pk_officials")),
        comment="People in a public post, as an article names them",
    )
    op.create_index(
        op.f("ix_officials_name_fold"),
        "officials",
        ["name_fold"],
        unique=False,
        postgresql_where=sa.text("name_fold is not null"),
    )
    op.create_table(
        "organizations",
        sa.Column("version_id", sa.BigInteger(), autoincrement=False, nullable=False, comment="Version it was read in"),
        sa.Column(
            "record_id",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="Hash of kind and key fields: the same after re-extraction while the fact is the same",
        ),
        sa.Column("name", sa.Text(), nullable=False, comment="Fullest form in the article"),
        sa.Column("name_fold", sa.Text(), nullable=False, comment="name folded for comparing"),
        sa.Column("kind", sa.Text(), nullable=True, comment="Kind of institution"),
        sa.Column("place", sa.Text(), nullable=True, comment="Place in its name"),
        sa.Column("parent", sa.Text(), nullable=True, comment="Institution it belongs to, where the name says so"),
        sa.Column(
            "ordinal",
            sa.SmallInteger(),
            nullable=False,
            comment="Place among the version's records of its kind, from 0",
        ),
        sa.Column(
            "span_start",
            sa.Integer(),
            nullable=False,
            comment="First character of the mention in the version's text, from 0",
        ),
        sa.Column("span_end", sa.Integer(), nullable=False, comment="Character after the mention"),
        sa.Column("sentence_start", sa.Integer(), nullable=False, comment="First character of its sentence"),
        sa.Column("sentence_end", sa.Integer(), nullable=False, comment="Character after its sentence"),
        sa.Column("rule", sa.Text(), nullable=False, comment="Rule that made the record, kind.shape"),
        sa.ForeignKeyConstraint(
            ["version_id"], ["article_versions.version_id"], name=op.f("fk_organizations_version_id")
        ),
        sa.PrimaryKeyConstraint("version_id", "record_id", name=op.f("pk_organizations")),
        comment="Institutions that an article names by a proper name",
    )
    op.create_index(op.f("ix_organizations_name_fold"), "organizations", ["name_fold"], unique=False)
    op.create_table(
        "sightings",
        sa.Column(
            "sighting_id",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="Hash of version, time, address and page",
        ),
        sa.Column("article_id", sa.BigInteger(), nullable=False, comment="Article seen"),
        sa.Column("version_id", sa.BigInteger(), nullable=False, comment="Text seen"),
        sa.Column(
            "seen_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="When it was fetched, or, for an import, the time the importer gave",
        ),
        sa.Column("url", sa.Text(), nullable=True, comment="Address it was seen at"),
        sa.Column("page_id", sa.BigInteger(), nullable=True, comment="Raw page; null for imported archives"),
        sa.ForeignKeyConstraint(["article_id"], ["articles.article_id"], name=op.f("fk_sightings_article_id")),
        sa.ForeignKeyConstraint(["page_id"], ["pages.page_id"], name=op.f("fk_sightings_page_id")),
        sa.ForeignKeyConstraint(["version_id"], ["article_versions.version_id"], name=op.f("fk_sightings_version_id")),
        sa.PrimaryKeyConstraint("sighting_id", name=op.f("pk_sightings")),
        comment="Every time an article was seen, changed or not: at which address, with which text, in which page",
    )
    op.create_index(op.f("ix_sightings_article_id"), "sightings", ["article_id"], unique=False)
    op.create_table(
        "story_articles",
        sa.Column("article_id", sa.BigInteger(), autoincrement=False, nullable=False, comment="Article"),
        sa.Column("story_id", sa.BigInteger(), nullable=False, comment="Story it belongs to"),
        sa.ForeignKeyConstraint(["article_id"], ["articles.article_id"], name=op.f("fk_story_articles_article_id")),
        sa.ForeignKeyConstraint(["story_id"], ["stories.story_id"], name=op.f("fk_story_articles_story_id")),
        sa.PrimaryKeyConstraint("article_id", name=op.f("pk_story_articles")),
        comment="Which story an article belongs to; one in no story has no row",
    )
    op.create_index(op.f("ix_story_articles_story_id"), "story_articles", ["story_id"], unique=False)
    op.create_table(
        "tenures",
        sa.Column(
            "tenure_id",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="Hash of person, post and first mention",
        ),
        sa.Column("person_id", sa.BigInteger(), nullable=False, comment="Who"),
        sa.Column("post_id", sa.BigInteger(), nullable=False, comment="Which post"),
        sa.Column(
            "since_on", sa.Date(), nullable=True, comment="Day it began, where an article says so; never guessed"
        ),
        sa.Column(
            "until_on", sa.Date(), nullable=True, comment="Day it ended, where an article says so; never guessed"
        ),
        sa.Column(
            "first_met_on", sa.Date(), nullable=True, comment="Earliest day an article names the person in the post"
        ),
        sa.Column(
            "last_met_on", sa.Date(), nullable=True, comment="Latest day an article names the person in the post"
        ),
        sa.Column("is_acting", sa.Boolean(), nullable=False, comment="Whether held as acting (سرپرست)"),
        sa.Column(
            "is_former", sa.Boolean(), nullable=False, comment="Whether the latest mention says it is no longer held"
        ),
        sa.CheckConstraint(
            "since_on is null or until_on is null or since_on <= until_on", name=op.f("ck_tenures_in_order")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["persons.person_id"], name=op.f("fk_tenures_person_id")),
        sa.ForeignKeyConstraint(["post_id"], ["posts.post_id"], name=op.f("fk_tenures_post_id")),
        sa.PrimaryKeyConstraint("tenure_id", name=op.f("pk_tenures")),
        comment="Who held which post when, as far as articles say",
    )
    op.create_index(op.f("ix_tenures_person_id"), "tenures", ["person_id"], unique=False)
    op.create_index(op.f("ix_tenures_post_id"), "tenures", ["post_id"], unique=False)
    op.create_table(
        "meeting_participants",
        sa.Column("version_id", sa.BigInteger(), autoincrement=False, nullable=False, comment="Version of the meeting"),
        sa.Column("record_id", sa.BigInteger(), autoincrement=False, nullable=False, comment="The meeting (meetings)"),
        sa.Column(
            "ordinal", sa.SmallInteger(), autoincrement=False, nullable=False, comment="Place in the list, from 0"
        ),
        sa.Column("name", sa.Text(), nullable=False, comment="Name, or the post where unnamed"),
        sa.Column("name_fold", sa.Text(), nullable=False, comment="name folded for comparing"),
        sa.ForeignKeyConstraint(
            ["version_id", "record_id"],
            ["meetings.version_id", "meetings.record_id"],
            name=op.f("fk_meeting_participants_version_id_record_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("version_id", "record_id", "ordinal", name=op.f("pk_meeting_participants")),
        comment="Who took part in a meeting, in the order of the text",
    )
    op.create_index(op.f("ix_meeting_participants_name_fold"), "meeting_participants", ["name_fold"], unique=False)
    op.execute(
        """
        create function record_sentence(version_id bigint, sentence_start int, sentence_end int) returns text
        language sql stable parallel safe as $$
            select substr(concat_ws(E'\\n', nullif(t.kicker, ''), nullif(t.title, ''), nullif(t.lead, ''), nullif(t.body, '')),
                          $2 + 1, $3 - $2)
            from article_texts t where t.version_id = $1
        $$;
        comment on function record_sentence is
            'The sentence of a record: record_sentence(version_id, sentence_start, sentence_end)';
        """
    )
    # Roles belong to the server, not to one database: made where that is allowed, and never dropped with the tables.
    op.execute(
        """
        do $$ begin
            if not exists (select from pg_roles where rolname = 'dabir_reader') then
                begin
                    create role dabir_reader nologin;
                exception when insufficient_privilege or duplicate_object or unique_violation then
                    raise notice 'role dabir_reader was not made: ask the server''s owner for it';
                end;
            end if;
            if exists (select from pg_roles where rolname = 'dabir_reader') then
                grant usage on schema public to dabir_reader;
                grant select on all tables in schema public to dabir_reader;
                alter default privileges in schema public grant select on tables to dabir_reader;
            end if;
        end $$;
        """
    )


def downgrade() -> None:
    op.execute(
        """
        do $$ begin
            if exists (select from pg_roles where rolname = 'dabir_reader') then
                alter default privileges in schema public revoke select on tables from dabir_reader;
                revoke usage on schema public from dabir_reader;
            end if;
        end $$;
        """
    )
    op.execute("drop function record_sentence")
    op.drop_index(op.f("ix_meeting_participants_name_fold"), table_name="meeting_participants")
    op.drop_table("meeting_participants")
    op.drop_index(op.f("ix_tenures_post_id"), table_name="tenures")
    op.drop_index(op.f("ix_tenures_person_id"), table_name="tenures")
    op.drop_table("tenures")
    op.drop_index(op.f("ix_story_articles_story_id"), table_name="story_articles")
    op.drop_table("story_articles")
    op.drop_index(op.f("ix_sightings_article_id"), table_name="sightings")
    op.drop_table("sightings")
    op.drop_index(op.f("ix_organizations_name_fold"), table_name="organizations")
    op.drop_table("organizations")
    op.drop_index(
        op.f("ix_officials_name_fold"), table_name="officials", postgresql_where=sa.text("name_fold is not null")
    )
    op.drop_table("officials")
    op.drop_index(op.f("ix_official_mentions_post_id"), table_name="official_mentions")
    op.drop_index(op.f("ix_official_mentions_person_id"), table_name="official_mentions")
    op.drop_table("official_mentions")
    op.drop_index(op.f("ix_metrics_subject_fold"), table_name="metrics")
    op.drop_table("metrics")
    op.drop_index(op.f("ix_meetings_held_on"), table_name="meetings", postgresql_where=sa.text("held_on is not null"))
    op.drop_table("meetings")
    op.drop_table("article_texts")
    op.drop_index(op.f("ix_article_links_version_b_id"), table_name="article_links")
    op.drop_table("article_links")
    op.drop_table("stories")
    op.drop_index(op.f("ix_posts_title_fold"), table_name="posts")
    op.drop_table("posts")
    op.drop_index(op.f("ix_organization_mentions_body_id"), table_name="organization_mentions")
    op.drop_table("organization_mentions")
    op.drop_index(op.f("ix_body_names_name_fold"), table_name="body_names")
    op.drop_table("body_names")
    op.drop_index(
        op.f("ix_article_versions_title_footer_key"),
        table_name="article_versions",
        postgresql_where=sa.text("title_footer_key is not null"),
    )
    op.drop_index(op.f("ix_article_versions_batch"), table_name="article_versions")
    op.drop_index(op.f("ix_article_versions_article_id"), table_name="article_versions")
    op.drop_table("article_versions")
    op.drop_index(op.f("ix_rejected_pages_outlet"), table_name="rejected_pages")
    op.drop_table("rejected_pages")
    op.drop_index(op.f("ix_record_changes_version_id"), table_name="record_changes")
    op.drop_table("record_changes")
    op.drop_index(op.f("ix_person_names_name_fold"), table_name="person_names")
    op.drop_table("person_names")
    op.drop_index(op.f("ix_pages_outlet_fetched_at"), table_name="pages")
    op.drop_table("pages")
    op.drop_table("crawl_runs")
    op.drop_index(op.f("ix_bodies_name_fold"), table_name="bodies")
    op.drop_table("bodies")
    op.drop_table("batch_tallies")
    op.drop_index(op.f("ix_articles_published_on"), table_name="articles")
    op.drop_index(op.f("ix_articles_outlet_published_on"), table_name="articles")
    op.drop_index(op.f("ix_articles_outlet_identity"), table_name="articles")
    op.drop_table("articles")
    op.drop_index(op.f("ix_places_name_fold"), table_name="places")
    op.drop_table("places")
    op.drop_index(op.f("ix_persons_name_fold"), table_name="persons")
    op.drop_table("persons")
    op.drop_table("outlets")
    op.drop_index(op.f("ix_judgements_kind_left_key_right_key"), table_name="judgements")
    op.drop_table("judgements")
    op.drop_table("footers")
    op.drop_table("crawl_counters")
    op.drop_table("batches")
    op.drop_table("article_sketches")
