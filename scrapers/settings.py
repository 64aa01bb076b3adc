"""Scrapy's settings for every outlet's spider. What differs by outlet is in its declaration.

Scrapy imports this module by itself, so it alone reads the environment: DABIR_WORK_DIR, DABIR_ARCHIVE_URL,
DABIR_CONTACT and DABIR_REPLICAS, a JSON object of outlets and the addresses that stand in for them (`scrapy list` then
shows `sample_<outlet>` too). `scrapers.crawl` passes the same as settings.
"""

import json
import os
from importlib.metadata import version

BOT_NAME = "Dabir"
SPIDER_LOADER_CLASS = "scrapers.spider.OutletSpiderLoader"

DABIR_WORK_DIR = os.environ.get("DABIR_WORK_DIR") or ".dabir"
DABIR_ARCHIVE = os.environ.get("DABIR_ARCHIVE_URL") or f"{DABIR_WORK_DIR}/archive"
DABIR_CONTACT = os.environ.get("DABIR_CONTACT") or None
DABIR_REPLICAS = json.loads(os.environ.get("DABIR_REPLICAS") or "{}")
# Days before its own that a recent crawl looks at again.
DABIR_LOOK_BACK = 1
# Listing pages of one day. The busiest outlet evidenced, Tasnim, has about 40.
DABIR_MAX_PAGES = 500
# Articles that the listing of one crawl may name; an endless archive stops here at the latest.
DABIR_MAX_LISTED = 200_000

# An honest name, and how to reach whoever runs this, as the web robots' pages ask.
USER_AGENT = f"Dabir/{version('dabir')} (news archive; +{DABIR_CONTACT or 'no contact given'})"
ROBOTSTXT_USER_AGENT = "Dabir"
ROBOTSTXT_OBEY = True
# One delay per host for all processes is kept by scrapers.polite, so Scrapy's own, per process, is off.
DOWNLOAD_DELAY = 0
CONCURRENT_REQUESTS = 16
# Scrapy starts so many tasks for the output of each page; a page here gives one item or a few requests.
CONCURRENT_ITEMS = 1
# Articles in the order they are listed.
SCHEDULER_MEMORY_QUEUE = "scrapy.squeues.FifoMemoryQueue"
# Seconds of rest that a crawl sits out when a host asks for it; a host that asks for more is left alone.
RETRY_AFTER_CEILING = 120
RETRY_TIMES = 2
REDIRECT_MAX_TIMES = 5

DOWNLOAD_HANDLERS = {
    "http": "scrapers.safety.GuardedDownloadHandler",
    "https": "scrapers.safety.GuardedDownloadHandler",
    "data": None,
    "file": None,
    "ftp": None,
    "s3": None,
}
# Of the body as sent and, again, as decompressed, both while they are read. Real pages and daily sitemaps are under
# 1 MB; a bomb costs a few times this.
DOWNLOAD_MAXSIZE = 4 * 1024 * 1024
DOWNLOAD_WARNSIZE = 2 * 1024 * 1024
# Of the whole answer, so a body that drips in slowly ends too.
DOWNLOAD_TIMEOUT = 60
DNS_TIMEOUT = 20
DOWNLOAD_VERIFY_CERTIFICATES = True
MEMUSAGE_LIMIT_MB = 800
EXTENSIONS = {"scrapy.extensions.memusage.MemoryUsage": None, "scrapers.memory.OwnMemoryUsage": 0}

DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "scrapers.robots.RobotsMiddleware": 100,
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
    "scrapers.polite.PoliteRetryMiddleware": 550,
    # The guard is stricter: by the outlet's hosts and ports, on every redirect.
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
}
SPIDER_MIDDLEWARES = {
    # Every answer comes to the spider, which counts it as what it is.
    "scrapy.spidermiddlewares.httperror.HttpErrorMiddleware": None,
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
    "scrapy.spidermiddlewares.metacopy.MetaCopyDetectionMiddleware": None,
}
# Nastooh's pages say <meta http-equiv=refresh content=300>.
METAREFRESH_ENABLED = False
COOKIES_ENABLED = False
REFERRER_POLICY = "no-referrer"
# A proxy of the environment would connect in our place, unguarded.
HTTPPROXY_ENABLED = False
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "fa",
    "Accept-Encoding": "gzip, deflate, br",
}
LOG_LEVEL = "INFO"
LOG_VERSIONS: list[str] = []
STATS_DUMP = False
