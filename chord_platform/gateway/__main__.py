"""`python -m chord_platform.gateway HOST PORT`: what `chord up` starts, on a migrated store."""

from __future__ import annotations

import sys

from chord_platform.gateway.server import serve
from chord_platform.settings import read_settings

if __name__ == "__main__":
    serve(read_settings(), host=sys.argv[1], port=int(sys.argv[2]))
