"""`python -m samples`: the sample agencies in a process of their own, until interrupted."""

from __future__ import annotations

import argparse
import json
import signal
import sys
from datetime import datetime
from threading import Event

from samples.generate import rhythm
from samples.jalali import TEHRAN, read_moment
from samples.server import serve


def main() -> int:
    """Serve until SIGINT or SIGTERM; first print one JSON line with the base URL of each outlet."""
    parser = argparse.ArgumentParser(
        prog="python -m samples", description="Sample news agencies on loopback addresses."
    )
    parser.add_argument("--port", type=int, default=0, help="port of all addresses 127.0.1.N; 0 takes a free one")
    parser.add_argument("--extra", type=int, default=0, metavar="N", help="generated articles per outlet and day")
    parser.add_argument(
        "--rhythm", action="store_true", help="let --extra follow the week: fewer on Fridays and in Nowruz"
    )
    parser.add_argument("--page-size", type=int, default=5, metavar="N", help="rows of a list page (real sites: 30)")
    parser.add_argument("--as-of", metavar="MOMENT", help='show the sites as of a moment, "1405-08-25 12:00" in Tehran')
    parser.add_argument("--live", action="store_true", help="let the sites' clock be the real one")
    parser.add_argument("--admin", action="store_true", help="also serve the fault switch, printed as _admin")
    options = parser.parse_args()
    clock = (lambda: datetime.now(TEHRAN)) if options.live else read_moment(options.as_of) if options.as_of else None
    extra = rhythm(options.extra) if options.rhythm else options.extra
    done = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: done.set())
    try:
        with serve(
            options.port, page_size=options.page_size, extra=extra, clock=clock, admin=options.admin
        ) as agencies:
            urls = {**agencies.urls, **({"_admin": agencies.admin_url} if options.admin else {})}
            sys.stdout.write(json.dumps(urls) + "\n")
            sys.stdout.flush()
            done.wait()
    except OSError as error:
        sys.stderr.write(f"samples: port {options.port} is not free on 127.0.1.*: {error.strerror}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
