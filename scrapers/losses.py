"""Why a page was not got, in the few words by which a crawl counts it."""

from __future__ import annotations

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)

from scrapers.page import Blocked, PageError, RawPage, refuse
from scrapers.polite import HostPaused
from scrapers.robots import Forbidden, RobotsUnreachable
from scrapers.safety import UnsafeAddress


class Halted(IgnoreRequest):
    """Raised in place of further requests once the host was left alone; `cause` is what each of them counts as."""

    def __init__(self, cause: str) -> None:
        super().__init__(f"the host was left alone: {cause} too often")
        self.cause = cause


def refusal(page: RawPage) -> tuple[str, str] | None:
    """Return why an answer is not a page, as (cause, reason); None where it is one to be read."""
    try:
        refuse(page)
    except Blocked as error:
        return ("http 429" if page.status == 429 else "blocked"), error.reason
    except PageError as error:
        if 300 <= page.status < 400:  # Scrapy follows those that lead to http or https
            return "unsafe address", f"{error.reason}, a redirect that cannot be followed"
        return (f"http {page.status}" if page.status >= 400 else "empty"), error.reason
    return None


def cause_of(error: BaseException) -> str:
    """Return the few words by which a fault is counted."""
    match error:
        case Forbidden():
            return "forbidden"
        case RobotsUnreachable():
            return "no robots.txt"
        case Halted():
            return error.cause
        case HostPaused():
            return "http 429"
        case UnsafeAddress():
            return "unsafe address"
        case DownloadTimeoutError():
            return "timeout"
        case ResponseDataLossError():
            return "truncated"
        case DownloadCancelledError():
            return "too large"
        case CannotResolveHostError():
            return "no such host"
        case DownloadConnectionRefusedError():
            return "connection refused"
        case IgnoreRequest() if "DOWNLOAD_MAXSIZE" in str(error):
            return "too large"
        case IgnoreRequest() if "redirect" in str(error):
            return "redirect loop"
        case _:
            return "certificate" if "certificate" in str(error) else type(error).__name__
