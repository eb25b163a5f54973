"""Which content is kept for the start plan while layers are read, so that none is read twice."""

from __future__ import annotations

import re
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.images import image

from lambda_lint import Deployment, runtime
from lambda_lint_rules._facts.secrets import SECRET_ENDINGS, SECRET_FILE
from lambda_lint_rules._start.wanted import wanted

patterns = sys.modules["lambda_lint_rules._start.wanted"]

KIB, MIB = 1 << 10, 1 << 20
WHOLE = -1


@pytest.mark.parametrize(
    ("path", "mode", "size", "kept"),
    [
        ("/app/serve", 0o644, 40 * MIB, WHOLE),
        ("/app/serve", 0o755, 50 * MIB, 4 * KIB),
        ("/var/task/bootstrap", 0o755, 20 * MIB, WHOLE),
        ("/opt/extensions/agent", 0o755, 9 * MIB, WHOLE),
        ("/usr/bin/tool", 0o755, 9 * MIB, 4 * KIB),
        ("/usr/bin/tool", 0o755, 9 * KIB, WHOLE),
        ("/usr/bin/python3.11", 0o755, 7 * MIB, WHOLE),
        ("/usr/lib/x86_64-linux-gnu/libc.so.6", 0o755, 2 * MIB, WHOLE),
        ("/lib/ld-musl-x86_64.so.1", 0o755, 600 * KIB, WHOLE),
        ("/usr/lib/x86_64-linux-gnu/libexpat.so.1.8.10", 0o644, 180 * KIB, WHOLE),
        ("/usr/lib/x86_64-linux-gnu/libicudata.so.72.1", 0o644, 30 * MIB, 0),
        ("/opt/venv/lib/python3.11/site-packages/numpy.libs/libgfortran.so.5", 0o644, 200 * KIB, 0),
        ("/etc/ld.so.conf.d/libc.conf", 0o644, 44, WHOLE),
        ("/etc/ld-musl-x86_64.path", 0o644, 20, WHOLE),
        ("/etc/os-release", 0o644, 300, WHOLE),
        ("/usr/lib/jvm/java-17/release", 0o644, 300, WHOLE),
        ("/usr/local/lib/python3.11/sitecustomize.py", 0o644, 100, WHOLE),
        ("/opt/venv/lib/python3.11/site-packages/awslambdaric/__main__.py", 0o644, 900, WHOLE),
        ("/opt/venv/lib/python3.11/site-packages/boto3/session.py", 0o644, 900, WHOLE),
        ("/opt/venv/lib/python3.11/site-packages/boto3/session.py", 0o644, 40 * KIB, WHOLE),
        ("/opt/venv/lib/python3.11/site-packages/pandas/core/api.py", 0o644, 3 * KIB, WHOLE),
        ("/opt/venv/lib/python3.11/site-packages/pandas/core/frame.py", 0o644, 90 * KIB, 0),
        ("/opt/venv/lib/python3.11/site-packages/pandas/core/a/b/c.py", 0o644, 900, 0),
        ("/opt/venv/lib/python3.11/site-packages/pandas/__init__.py", 0o644, 40 * KIB, WHOLE),
        ("/opt/venv/lib/python3.11/site-packages/pandas/tests/test_api.py", 0o644, 900, 0),
        ("/opt/venv/lib/python3.11/site-packages/pip/__init__.py", 0o644, 900, 0),
        ("/opt/venv/lib/python3.11/site-packages/a/_rust.abi3.so", 0o644, 9 * MIB, 64),
        ("/opt/venv/lib/python3.11/site-packages/a/_rust.abi3.so", 0o755, 9 * MIB, 64),
        ("/opt/venv/lib/python3.11/site-packages/a-1.0.dist-info/RECORD", 0o644, 9 * KIB, WHOLE),
        ("/opt/venv/lib/python3.11/site-packages/a-1.0.dist-info/RECORD", 0o644, 900 * KIB, 0),
        ("/opt/venv/lib/python3.11/site-packages/a-1.0.dist-info/WHEEL", 0o644, 100, WHOLE),
        ("/usr/local/lib/python3.11/argparse.py", 0o644, 900, 0),
        ("/opt/venv/lib/python3.11/site-packages/here.pth", 0o644, 30, WHOLE),
        ("/app/node_modules/aws-lambda-ric/package.json", 0o644, 900, WHOLE),
        ("/app/node_modules/express/package.json", 0o644, 900, WHOLE),
        ("/app/node_modules/@types/node/package.json", 0o644, 20 * KIB, 0),
        ("/app/node_modules/uuid/dist/cjs/package.json", 0o644, 20, WHOLE),
        ("/app/node_modules/uuid/test/package.json", 0o644, 900, 0),
        ("/app/node_modules/express/index.js", 0o644, 900, WHOLE),
        ("/app/node_modules/@aws-sdk/client-s3/dist-cjs/index.js", 0o644, 270 * KIB, WHOLE),
        ("/app/node_modules/@aws-sdk/client-s3/dist-es/index.js", 0o644, 900, 0),
        ("/app/node_modules/lodash/lodash.js", 0o644, 500 * KIB, 0),
        ("/app/node_modules/lodash/lodash.min.js", 0o644, 60 * KIB, 0),
        ("/app/node_modules/ajv/dist/vocabularies/core/id.js", 0o644, 900, WHOLE),
        ("/app/node_modules/tape/test/index.js", 0o644, 900, 0),
        ("/app/node_modules/.pnpm/ms@2.1.3/node_modules/ms/index.mjs", 0o644, 900, WHOLE),
        ("/usr/local/include/node/node_version.h", 0o644, 3 * KIB, WHOLE),
        ("/app/node_modules/.bin/next", 0o755, 900, 0),
        ("/app/handler.mjs", 0o644, 200 * KIB, WHOLE),
        ("/app/handler.mjs", 0o644, 300 * KIB, 0),
        ("/app/static/bootstrap/theme.css", 0o644, 900, 0),
        ("/app/release/notes.txt", 0o644, 900, 0),
        ("/app/.env", 0o644, 90, WHOLE),
        ("/app/data.bin", 0o644, 90, 0),
    ],
)
def test_what_is_kept(path: str, mode: int, size: int, kept: int) -> None:
    config = runtime.of_image(image(entrypoint=["/app/serve", "-v"]).config, Deployment())
    assert min(wanted(config)(path, mode, size), size) == (size if kept == WHOLE else kept)


@given(
    st.one_of(
        st.from_regex(re.compile(each.pattern, re.ASCII), fullmatch=True)
        for each in (patterns._METADATA, patterns._LIBRARIES, SECRET_FILE.value)
    )
)
def test_what_is_wanted_for_its_name_need_not_be_a_program(name: str) -> None:
    config = runtime.of_image(image().config, Deployment())
    assert wanted(config)(f"/app/{name.strip('/')}", 0o644, 90) >= 90


@given(st.from_regex(re.compile(SECRET_FILE.value.pattern, re.ASCII)).map(str.rstrip))
def test_what_a_secret_file_ends_with_is_listed(path: str) -> None:
    assert path.endswith(SECRET_ENDINGS)
