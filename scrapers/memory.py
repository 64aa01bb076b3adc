"""How much memory a crawl itself has held, and the limit on it."""

from __future__ import annotations

import resource
import sys
from pathlib import Path

from scrapy.extensions.memusage import MemoryUsage


def peak_memory_bytes() -> int:
    """The most memory this program has held. Linux's ru_maxrss would count the process that started it too."""
    status = Path("/proc/self/status")
    if status.exists():
        kilobytes = next(line.split()[1] for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(kilobytes) * 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


class OwnMemoryUsage(MemoryUsage):
    """Scrapy's limit (MEMUSAGE_LIMIT_MB), held against the crawl's own memory."""

    def get_virtual_size(self) -> int:
        """Bytes, as Scrapy asks for them; its name is Scrapy's."""
        return peak_memory_bytes()
