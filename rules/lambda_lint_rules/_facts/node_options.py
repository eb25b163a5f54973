"""Options that Node.js takes on its command line and refuses in NODE_OPTIONS: it ends at once with status 9.

Measured on 2026-11-26 with `NODE_OPTIONS=OPTION node -e 0` of Node.js 18.20.4, 20.18.0, 22.11.0 and 24.4.0, which all
refuse these.
"""

from __future__ import annotations

# The latest that was asked. Later ones may take more.
REFUSED_UP_TO = 24
_NAMES = """
-c -e -h -i -p -pe -v --build-snapshot --check --env-file --env-file-if-exists --eval --gc-interval --harmony --help
--initial-heap-size --interactive --lite-mode --max-heap-size --max-old-space -max-old-space-size --no-lazy --no-opt
--optimize-for-size --predictable --print --prof --prof-process --run --single-threaded --stack-size --test
--test-force-exit --test-timeout --tls-max-v1 --tls-min-v1 --use-strict --v8-options --version
"""
REFUSED = frozenset(_NAMES.split())
