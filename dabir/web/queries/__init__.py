"""What the pages show, read from the warehouse: one function a page, each a few bounded queries, values out.

A module for each family of pages, as their addresses begin. Rows are SQLAlchemy's, read by column name. Every list has
a limit; nothing here writes.
"""

from dabir.web.queries.article_pages import ArticlePage, article, articles
from dabir.web.queries.coverage_pages import coverage, last_day, outlet_day
from dabir.web.queries.figure_pages import figures
from dabir.web.queries.official_pages import officials, person
from dabir.web.queries.reject_pages import rejected

__all__ = (
    "ArticlePage",
    "article",
    "articles",
    "coverage",
    "figures",
    "last_day",
    "officials",
    "outlet_day",
    "person",
    "rejected",
)
