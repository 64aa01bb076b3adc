"""The pages as one ASGI application.

Every page is read-only but for the retry of a reject. Whatever comes from an article is hostile: templates escape all
of it, and the content security policy allows no script, no other host and no inline style. Links are relative to where
the application is mounted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Query, Request, Response
from fastapi.exception_handlers import http_exception_handler
from fastapi.responses import HTMLResponse, PlainTextResponse, RedirectResponse
from fastapi.staticfiles import StaticFiles
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy import Connection, Engine
from starlette.exceptions import HTTPException as StarletteHTTPException

from dabir.days import jalali_day, read_day
from dabir.web import persian, queries, words
from dabir.web.chart import series
from dabir.web.marking import Mark, pieces

HERE = Path(__file__).parent
CALENDAR_DAYS = 30

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    # Not no-referrer, with which browsers send a form's origin as null and our own retry would be refused.
    "Referrer-Policy": "same-origin",
    "Cache-Control": "private, no-store",
}


def connection(request: Request) -> Iterator[Connection]:
    """A connection to the warehouse for one request."""
    with request.app.state.engine().connect() as connected:
        yield connected


Warehouse = Annotated[Connection, Depends(connection)]


def create_app(
    engine: Callable[[], Engine],
    *,
    raw_page: Callable[[int], bytes | None],
    retry: Callable[[int], str],
    may_read: Sequence[Any] = (),
    may_retry: Sequence[Any] = (),
) -> FastAPI:
    """The application over the warehouse that `engine` gives at the first request.

    `raw_page` gives the bytes of a rejected page as fetched, None where there are none; `retry` parses and loads it
    again and says in one sentence what came of it; both take the reject's id. `may_read` and `may_retry` are FastAPI
    dependencies that refuse those who may not; a retry needs both.
    """
    app = FastAPI(title="Dabir", docs_url=None, redoc_url=None, openapi_url=None)
    templates = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.globals.update(words=words, pieces=pieces)
    templates.filters.update(
        jalali=persian.jalali,
        jalali_path=jalali_day,
        number=persian.number,
        digits=persian.digits,
        day_of_month=persian.day_of_month,
    )

    app.state.engine = engine

    def show(request: Request, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
        page = templates.get_template(template).render(
            root=request.scope.get("root_path", "").rstrip("/"), here=template, **values
        )
        return HTMLResponse(page, status_code=status)

    @app.middleware("http")
    async def refuse_the_rest(request: Request, call_next: Any) -> Response:
        response: Response = await call_next(request)
        for header, value in HEADERS.items():
            response.headers[header] = value
        if request.scope["path"].startswith(request.scope.get("root_path", "") + "/static/"):
            response.headers["Cache-Control"] = "public, max-age=86400"
        return response

    @app.exception_handler(StarletteHTTPException)
    async def say_it_in_persian(request: Request, error: StarletteHTTPException) -> Response:
        if "text/html" not in request.headers.get("accept", ""):
            return await http_exception_handler(request, error)
        return show(request, "error.html", status=error.status_code, code=error.status_code, detail=str(error.detail))

    pages = APIRouter(dependencies=list(may_read))

    @pages.get("/")
    def home(request: Request) -> Response:
        return RedirectResponse(request.scope.get("root_path", "").rstrip("/") + "/coverage")

    @pages.get("/coverage")
    def coverage(request: Request, warehouse: Warehouse, until: str | None = None) -> Response:
        last = day_of(until) if until else queries.last_day(warehouse)
        if last is None:
            return show(request, "coverage.html", coverage=None, months=(), earlier=None, later=None)
        found = queries.coverage(warehouse, last, CALENDAR_DAYS)
        return show(
            request,
            "coverage.html",
            coverage=found,
            months=month_spans(found.days),
            earlier=jalali_day(last - timedelta(days=CALENDAR_DAYS)),
            later=jalali_day(last + timedelta(days=CALENDAR_DAYS)),
        )

    @pages.get("/coverage/{outlet}/{day}")
    def outlet_day(request: Request, warehouse: Warehouse, outlet: str, day: str) -> Response:
        found = queries.outlet_day(warehouse, outlet, day_of(day))
        if found is None:
            raise HTTPException(404, "no such outlet")
        return show(request, "outlet_day.html", found=found, day=day_of(day))

    @pages.get("/articles")
    def articles(
        request: Request,
        warehouse: Warehouse,
        q: Annotated[str | None, Query(max_length=200)] = None,
        outlet: Annotated[str | None, Query(max_length=60)] = None,
    ) -> Response:
        found = queries.articles(warehouse, outlet, q)
        return show(request, "articles.html", articles=found, q=q or "", outlet=outlet or "")

    @pages.get("/articles/{article_id}")
    def article(request: Request, warehouse: Warehouse, article_id: int, version: int | None = None) -> Response:
        found = queries.article(warehouse, article_id, version)
        if found is None:
            raise HTTPException(404, "no such article or version")
        return show(request, "article.html", found=found, marks=marks_of(found))

    @pages.get("/officials")
    def officials(
        request: Request, warehouse: Warehouse, q: Annotated[str | None, Query(max_length=200)] = None
    ) -> Response:
        return show(request, "officials.html", officials=queries.officials(warehouse, q), q=q or "")

    @pages.get("/officials/{person_id}")
    def person(request: Request, warehouse: Warehouse, person_id: int) -> Response:
        found = queries.person(warehouse, person_id)
        if found is None:
            raise HTTPException(404, "no such person")
        return show(request, "person.html", found=found)

    @pages.get("/figures")
    def figures(
        request: Request,
        warehouse: Warehouse,
        subject: Annotated[str | None, Query(max_length=200)] = None,
        place: Annotated[str | None, Query(max_length=100)] = None,
        unit: Annotated[str | None, Query(max_length=40)] = None,
    ) -> Response:
        found = queries.figures(warehouse, subject, place, unit)
        return show(
            request,
            "figures.html",
            figures=found,
            series=series(found) if subject else None,
            subject=subject or "",
            place=place or "",
            unit=unit or "",
        )

    @pages.get("/rejects")
    def rejects(
        request: Request,
        warehouse: Warehouse,
        outlet: Annotated[str | None, Query(max_length=60)] = None,
        field: Annotated[str | None, Query(max_length=60)] = None,
        said: Annotated[str | None, Query(max_length=300)] = None,
    ) -> Response:
        found = queries.rejected(warehouse, outlet=outlet, field=field)
        return show(request, "rejects.html", rejected=found, outlet=outlet or "", field=field or "", said=said)

    @pages.get("/rejects/{rejected_id}/page")
    def page_source(rejected_id: int) -> Response:
        """The page as it was fetched, as plain text: its markup is not trusted to run here."""
        source = raw_page(rejected_id)
        if source is None:
            raise HTTPException(404, "no page of this reject is in the archive")
        return PlainTextResponse(source.decode("utf-8", errors="replace"))

    @pages.post("/rejects/{rejected_id}/retry", dependencies=list(may_retry))
    def retry_rejected(request: Request, rejected_id: int) -> Response:
        refuse_other_sites(request)
        said = retry(rejected_id)
        target = request.url_for("rejects").include_query_params(said=said[:300])
        return RedirectResponse(f"{target.path}?{target.query}", status_code=303)

    app.include_router(pages)
    app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")
    return app


def day_of(text: str) -> date:
    """The day of a Jalali date in an address; HTTP 400 that says what is wrong with it."""
    try:
        return read_day(text)
    except ValueError as error:
        raise HTTPException(400, str(error)) from error


def refuse_other_sites(request: Request) -> None:
    """HTTP 403 for a form that another site sent: browsers say where it comes from; a stated origin must be ours."""
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    ours = origin is None or urlsplit(origin).netloc == request.headers.get("host")
    if (site is not None and site != "same-origin") or not ours:
        raise HTTPException(403, "this form can only be sent from Dabir's own pages")


def month_spans(days: Sequence[date]) -> list[tuple[str, int]]:
    """(month name, number of its days) along `days`, for a calendar's head."""
    spans: list[tuple[str, int]] = []
    for day in days:
        name = persian.jalali_month(day)
        if spans and spans[-1][0] == name:
            spans[-1] = (name, spans[-1][1] + 1)
        else:
            spans.append((name, 1))
    return spans


def marks_of(found: queries.ArticlePage) -> tuple[Mark, ...]:
    """The mentions of all records of an article, in the order of the text."""
    labelled = [
        *((record, "official", record.name or record.post or "") for record in found.officials),
        *((record, "organization", record.name) for record in found.organizations),
        *((record, "metric", words.metric(record)) for record in found.metrics),
        *((record, "meeting", record.name or record.kind) for record in found.meetings),
    ]
    return tuple(
        sorted(
            (
                Mark(start=record.span_start, end=record.span_end, kind=kind, rule=record.rule, label=label)
                for record, kind, label in labelled
            ),
            key=lambda mark: (mark.start, mark.end),
        )
    )
