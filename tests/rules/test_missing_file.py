"""`missing-file`: files that a Python handler opens when it is loaded."""

from __future__ import annotations

from typing import Any

import pytest
from support.images import file, symlink
from support.starting import APP, aws, found, python


def opening(code: str, files: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    return python({"/function/app.py": f"{code}\n{APP}", **(files or {})}, **more)


@pytest.mark.parametrize(
    ("code", "path", "line"),
    [
        ("A = open('a.txt').read()", "/function/a.txt", 1),
        ("with open('/opt/a.txt', 'rb') as f:\n    A = f.read()", "/opt/a.txt", 1),
        ("import json\nA = json.load(open(file='a.json', encoding='utf-8'))", "/function/a.json", 2),
        ("for line in open('a.txt'):\n    pass", "/function/a.txt", 1),
        ("import os\nA = open(os.path.join(os.path.dirname(__file__), 'x', 'a'))", "/function/x/a", 2),
        ("import os.path as p\nH = p.abspath(p.dirname(__file__))\nA = open(H + '/a')", "/function/a", 3),
        ("from pathlib import Path\nH = Path(__file__).parent.resolve()\nA = (H / 'a').read_text()", "/function/a", 3),
        ("import pathlib\nA = pathlib.Path('a').open()", "/function/a", 2),
        ("from pathlib import Path\nA = open(Path.cwd() / 'a')", "/function/a", 2),
        ("D = '/data'\nA = open(f'{D}/a')", "/data/a", 2),
        ("import os\nA = open(os.environ['LAMBDA_TASK_ROOT'] + '/a')", "/var/task/a", 2),
        ("import os\nA = os.listdir('/data')", "/data", 2),
        ("import os\nos.chdir('/data')\nA = open('a')", "/data", 2),
        ("try:\n    A = open('a')\nfinally:\n    pass", "/function/a", 2),
        ("if True:\n    A = [x for x in open('a')]", "/function/a", 2),
        ("from pathlib import Path\nA = (Path(__file__).resolve().parents[1] / 'a').read_bytes()", "/a", 2),
        ("import logging.config\nlogging.config.fileConfig('a.ini')", "/function/a.ini", 2),
        ("def load(name):\n    with open(name) as f:\n        return f.read()\nA = load('a')", "/function/a", 2),
        ("import os\ndef load(name='a'):\n    p = os.path.join('/b', name)\n    return open(p)\nA = load()", "/b/a", 4),
        ("class Settings:\n    A = open('a').read()", "/function/a", 2),
        ("from pathlib import Path\nA = Path(__file__).with_name('a').read_text()", "/function/a", 2),
        ("from pathlib import Path\nA = Path(__file__).with_suffix('.sql').read_text()", "/function/app.sql", 2),
        ("import os\nA = open(os.path.join(os.path.split(__file__)[0], 'a'))", "/function/a", 2),
        ("import os\nA = open(os.path.splitext(__file__)[0] + '.sql')", "/function/app.sql", 2),
        ("import codecs\nA = codecs.open('a', 'r', 'utf-8')", "/function/a", 2),
        ("import gzip\nwith gzip.open('a.gz', 'rt') as f:\n    A = f.read()", "/function/a.gz", 2),
        ("import zipfile\nA = zipfile.ZipFile('a.zip')", "/function/a.zip", 2),
        ("for name in ('app.py', 'a'):\n    open(name)", "/function/a", 2),
        ("P = '/b'\nfor name in ['a']:\n    p = f'{P}/{name}'\n    with open(p):\n        pass", "/b/a", 4),
        ("class A:\n    def __init__(self, name):\n        self.a = open(name)\nA('a')", "/function/a", 3),
        (
            "class A:\n    def __init__(self, b, name='a'):\n        open(name)\nclass B:\n    a = A(1)",
            "/function/a",
            3,
        ),
    ],
)
def test_a_file_that_is_not_there_is_an_error(code: str, path: str, line: int) -> None:
    message = f"/function/app.py (line {line}) opens {path}, which is not in the image"
    assert found("missing-file", opening(code)) == [("error", message, "/function/app.py")]


@pytest.mark.parametrize(
    "code",
    [
        "A = open('app.py').read()",
        "try:\n    A = open('a')\nexcept FileNotFoundError:\n    A = None",
        "try:\n    A = open('a')\nexcept:\n    A = None",
        "from contextlib import suppress\nwith suppress(OSError):\n    A = open('a')",
        "import os\nif os.path.exists('a'):\n    A = open('a')",
        "def load():\n    return open('a')",
        "load = lambda: open('a')",
        "import os\nA = os.path.exists('a') and open('a')",
        "A = open('a') if input() else None",
        "import os\nA = open(os.environ['FILE'])",
        "import os\nos.chdir('/function')\nA = open('a')",
        "A = open('/tmp/a')",
        "A = open('/mnt/efs/a')",
        "A = open('linked/a')",
        "NAME = 'a'\nNAME = 'app.py'\nA = open(NAME)",
        "def open(name): ...\nA = open('a')",
        "from tools import *\nA = open('a')",
        "import pandas\nA = pandas.read_csv('https://example.com/a.csv')",
        "class Path:\n    def read_text(self): ...\nA = Path().read_text()",
        "import sys\nsys.exit(0)\nA = open('a')",
        "import os\ndef load():\n    if not os.path.exists('a'):\n        return\n    open('a')\nload()",
        "def load():\n    return 1\n    open('a')\nload()",
        "def load():\n    yield open('a')\nload()",
        "def load():\n    try:\n        return open('a')\n    except OSError:\n        return None\nload()",
        "def load(name):\n    name = 'app.py'\n    return open(name)\nload('a')",
        "from functools import cache\n@cache\ndef load(name='a'):\n    return open(name)\n",
        "def load(name='a'):\n    return open(name)\nload(*['app.py'])",
        "import gzip, io\nA = gzip.open(io.BytesIO())",
        "import zipfile\nA = zipfile.ZipFile(file=input())",
        "import tarfile\nA = tarfile.open('app.py', 'r:xz')",
        "for name in ('app.py', 'a'):\n    if name:\n        break\n    open(name)",
        "for name in ('app.py', 'a'):\n    try:\n        open(name)\n    except OSError:\n        pass",
        "for name in ():\n    open('a')",
        "for name in input():\n    open('a')",
        "name = 'a'\nfor name in ('app.py',):\n    open(name)",
        "class A:\n    def __init__(self, name='a'):\n        open(name)\n",
        "class A:\n    def __init__(self, name='a'):\n        open(name)\nA('app.py')",
        "class A:\n    def __new__(cls):\n        return 1\n    def __init__(self):\n        open('a')\nA()",
        "class A(dict):\n    def __init__(self):\n        open('a')\nA()",
        "from pathlib import Path\nA = Path('a').with_name('')",
        "def load(name='a'):\n    return open(name)\nload(**{'name': 'app.py'})",
        "import moving\nA = open('a')",
        "import os\nA = open('a', opener=lambda path, flags: os.open('/dev/null', flags))",
        "import builtins\nbuiltins.open = print\nA = open('a')",
        "class A:\n    def __init__(self):\n        open('a')\nsetattr(A, '__init__', print)\nA()",
        "NAME = 'a'\nglobals()['NAME'] = 'app.py'\nA = open(NAME)",
        "class A:\n    def __init__(self):\n        open('a')\nA.__init__ = lambda self: None\nA()",
        "import os\nA = open(os.path.abspath(os.path.join(__file__, '..', 'app.py')))",
        "import released.code",
        "open('/etc/hosts')\nopen('/etc/resolv.conf')\nopen('/etc/passwd')",
    ],
)
def test_what_only_running_tells_is_left_alone(code: str) -> None:
    files = {
        "/function/linked": symlink("/tmp/x"),
        "/function/moving.py": "import os\nos.chdir('/srv')\n",
        "/function/released": symlink("/srv/1/lib"),
        "/srv/1/lib/code.py": "from pathlib import Path\n(Path(__file__).resolve().parent.parent / 'a').read_text()\n",
        "/srv/1/a": "",
    }
    assert found("missing-file", opening(code, files)) == []


def test_a_module_that_the_handler_imports() -> None:
    files = {"/function/settings.py": "import os\nA = open(os.path.join(os.path.dirname(__file__), 'a'))\n"}
    message = "/function/settings.py (line 2) opens /function/a, which is not in the image"
    assert found("missing-file", opening("import settings", files)) == [("error", message, "/function/settings.py")]


def test_the_working_directory_of_a_base_image() -> None:
    image = aws({"/var/task/app.py": f"A = open('a')\n{APP}"})
    message = "/var/task/app.py (line 1) opens /var/task/a, which is not in the image"
    assert found("missing-file", image) == [("error", message, "/var/task/app.py")]
    assert found("missing-file", {**image, "workdir": "/srv"}) == []


def test_a_file_that_nobody_else_may_read() -> None:
    image = opening("A = open('key.pem').read()", {"/function/key.pem": file("x", mode=0o600)})
    ((severity, message, place),) = found("unreadable-file", image)
    assert (severity, place) == ("error", "/function/key.pem")
    assert "which the handler opens" in message


@pytest.mark.parametrize(
    ("code", "path"),
    [
        ("open('a', 'w').write('x')", "/function/a"),
        ("open('app.py', 'r+')", "/function/app.py"),
        ("import os\nos.makedirs('/data/x', exist_ok=True)", "/data/x"),
        ("from pathlib import Path\nPath('/data').mkdir(parents=True)", "/data"),
        ("from pathlib import Path\n(Path(__file__).parent / 'a').write_text('x')", "/function/a"),
        ("import logging\nlogging.getLogger().addHandler(logging.FileHandler('/var/log/a'))", "/var/log/a"),
        ("import shutil\nshutil.copy('app.py', '/srv/app.py')", "/srv/app.py"),
        ("import sqlite3\nDB = sqlite3.connect('app.db')", "/function/app.db"),
        ("import os\nif not os.path.exists('/data'):\n    os.mkdir('/data')", "/data"),
        ("from pathlib import Path\nD = Path('/data')\nif not D.is_dir():\n    D.mkdir()", "/data"),
    ],
)
def test_a_write_to_the_root_is_an_error(code: str, path: str) -> None:
    line = code.count("\n") + 1
    message = f"/function/app.py (line {line}) writes to {path}, and the root file system of Lambda is read-only"
    assert found("write-outside-tmp", opening(code)) == [("error", message, "/function/app.py")]


@pytest.mark.parametrize(
    "code",
    [
        "open('/tmp/a', 'w').write('x')",
        "import os\nos.makedirs('/function', exist_ok=True)",
        "import os\nos.makedirs('/function/linked/x', exist_ok=True)",
        "import logging\nlogging.basicConfig(filename='/var/log/a')",
        "import logging\nlogging.FileHandler('/var/log/a', delay=True)",
        "import logging\nlogging.FileHandler('/var/log/a', 'a', None, True)",
        "import sqlite3\nsqlite3.connect(':memory:')",
        "import sqlite3\nsqlite3.connect('file:a?mode=memory', uri=True)",
        "import sqlite3\nsqlite3.connect('/function/app.py')",
        "import sqlite3\nsqlite3.connect('/tmp/a.db')",
        "MODE = 'w'\nopen('a', MODE)",
    ],
)
def test_other_writes_are_left_alone(code: str) -> None:
    assert found("write-outside-tmp", opening(code, {"/function/linked": symlink("/tmp/x")})) == []


@pytest.mark.parametrize(
    ("code", "path"),
    [
        ("os.makedirs(os.environ.get('DIR', '/var/a'), exist_ok=True)", "/var/a"),
        ("DIR = os.getenv('DIR', '/var/a')\nos.makedirs(DIR)", "/var/a"),
        ("DIR = os.environ.get('DIR') or '/var/a'\nif not os.path.exists(DIR):\n    os.makedirs(DIR)", "/var/a"),
        ("os.makedirs(os.environ['CACHE'])", "/srv/cache"),
        ("open(os.path.join(os.environ['CACHE'], 'log'), 'a')", "/srv/cache/log"),
        ("os.makedirs(os.path.expanduser('~/.app'))", "/home/sbx_user1051/.app"),
        ("from pathlib import Path\n(Path.home() / 'a').mkdir(parents=True)", "/home/sbx_user1051/a"),
        ("from pathlib import Path\nPath('~/a').expanduser().touch()", "/home/sbx_user1051/a"),
    ],
)
def test_a_write_that_a_variable_may_turn_elsewhere_is_a_warning(code: str, path: str) -> None:
    image = opening(f"import os\n{code}", env={"CACHE": "/srv/cache", "PATH": "/usr/local/bin"})
    message = (
        f"/function/app.py (line {code.count(chr(10)) + 2}) writes to {path} unless a variable says otherwise, "
        "and the root file system of Lambda is read-only"
    )
    assert found("write-outside-tmp", image) == [("warning", message, "/function/app.py")]


@pytest.mark.parametrize(
    "code",
    [
        "os.makedirs(os.environ.get('DIR', '/tmp/a'))",
        "os.makedirs(os.environ['DIR'])",
        "os.makedirs(os.environ.get('HOME', '/root'))",
        "os.makedirs(os.environ.get('TMPDIR') or '/var/a')",
        "os.makedirs(os.environ.get('SCRATCH', '/var/a'))",
        "os.makedirs(os.environ.get('DIR', '/function'), exist_ok=True)",
        "if not os.path.exists('/function'):\n    os.makedirs('/var/a')",
        "if os.path.exists('/var/a'):\n    os.makedirs('/var/a/b')",
        "try:\n    os.makedirs(os.environ.get('DIR', '/var/a'))\nexcept OSError:\n    pass",
    ],
)
def test_writes_that_variables_lead_below_tmp(code: str) -> None:
    image = opening(f"import os\n{code}", env={"SCRATCH": "/tmp/scratch", "PATH": "/usr/local/bin"})
    assert found("write-outside-tmp", image) == []


@pytest.mark.parametrize(
    "code",
    ["os.mkdir(os.path.expanduser('~/a'))", "os.mkdir(os.path.expanduser('~app/a'))", "open(os.path.expanduser('~'))"],
)
def test_a_home_that_the_image_puts_below_tmp_can_be_written_to(code: str) -> None:
    assert found("write-outside-tmp", opening(f"import os\n{code}", env={"HOME": "/tmp", "PATH": "/usr/bin"})) == []


def test_a_file_that_a_variable_names_is_not_looked_for() -> None:
    assert found("missing-file", opening("import os\nopen(os.environ.get('CONFIG', '/etc/app.json'))")) == []
