"""`needs-shared-memory`: what cannot do without /dev/shm."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.contexts import findings, write
from support.linting import Found, image_config, lint, lint_config, shown
from support.starting import found, python

RULE = "needs-shared-memory"
HANDLER = "\ndef handler(event, context):\n    return event\n"


@pytest.mark.parametrize(
    "source",
    [
        "import multiprocessing\nmultiprocessing.Process(target=f).start()",
        "from multiprocessing import Process, Pipe\nPipe()",
        "from multiprocessing.pool import ThreadPool\nThreadPool(4)",
        "from multiprocessing.dummy import Pool\nPool(4)",
        "from multiprocessing import Queue",
        "import multiprocessing\n# multiprocessing.Pool(4) fails here",
        "import multiprocessing\nprint('multiprocessing.Pool(4)')",
        "import multiprocessing\nasyncio.Queue()",
        "from queue import Queue\nQueue()",
        "from multiprocessing import Pool\nif __name__ == '__main__':\n    Pool(4)",
        "from multiprocessing import Pool\nif 'AWS_LAMBDA_FUNCTION_NAME' not in os.environ:\n    p = Pool(4)",
        "from multiprocessing import Lock\ntry:\n    lock = Lock()\nexcept (ImportError, OSError):\n    lock = None",
        "from concurrent.futures import ThreadPoolExecutor\nThreadPoolExecutor()",
    ],
)
def test_silent_sources(source: str) -> None:
    assert found(RULE, python({"/function/app.py": source + HANDLER})) == []


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("import multiprocessing\npool = multiprocessing.Pool(4)", "multiprocessing.Pool"),
        ("import multiprocessing as mp\ndef f():\n    q = mp.Queue()", "multiprocessing.Queue"),
        ("from multiprocessing import Process, Lock\nlock = Lock()", "multiprocessing.Lock"),
        (
            "from concurrent.futures import ProcessPoolExecutor\nwith ProcessPoolExecutor() as pool: ...",
            "ProcessPoolExecutor",
        ),
        ("from pandarallel import pandarallel\ndef f():\n    pandarallel.initialize()", "pandarallel"),
        (
            "from multiprocessing import shared_memory\nm = shared_memory.SharedMemory(create=True, size=1)",
            "SharedMemory",
        ),
    ],
)
def test_firing_sources(source: str, name: str) -> None:
    message = f"`{name}` needs /dev/shm, which does not exist on Lambda"
    assert found(RULE, python({"/function/app.py": source + HANDLER})) == [("warning", message, "/function/app.py")]
    assert found(RULE, python({"/function/tools.py": source})) == [("note", message, "/function/tools.py")]
    assert found(RULE, python({"/usr/local/lib/python3.13/site-packages/x.py": source})) == []


@pytest.mark.parametrize(
    ("words", "fires"),
    [
        (("gunicorn", "--worker-tmp-dir", "/dev/shm", "app:app"), True),
        (("gunicorn", "--worker-tmp-dir=/dev/shm", "app:app"), True),
        (("/bin/sh", "-c", "gunicorn --worker-tmp-dir /dev/shm app:app"), True),
        (("gunicorn", "--worker-tmp-dir", "/tmp", "app:app"), False),
        (("gunicorn", "--worker-tmp-dir", "/dev/shmem", "app:app"), False),
        (("ls", "/dev/shm"), False),
    ],
)
def test_the_start_command(words: tuple[str, ...], fires: bool) -> None:
    assert shown(lint_config(image_config(command=words), RULE)) == [Found("warning", "config.Cmd")] * fires
    command = "CMD [" + ", ".join(f'"{word}"' for word in words) + "]"
    text = f"FROM python:3.13\n{command}\n"
    assert shown(lint(text, RULE), text) == [Found("warning", f"2: {command}")] * fires


BASE = 'FROM public.ecr.aws/lambda/python:3.13\nCOPY app.py train.py ./\nCMD ["app.handler"]\n'
POOL = "from multiprocessing import Pool\n\n\ndef handler(event, context):\n    return Pool(4).map(len, event)\n"
TOLD = "warning needs-shared-memory 2: `multiprocessing.Pool` needs /dev/shm, which does not exist on Lambda app.py"


@pytest.mark.parametrize(
    ("app", "train", "expected"),
    [
        pytest.param(POOL, "", [TOLD], id="in the handler's file"),
        pytest.param(HANDLER, POOL, [], id="in another"),
    ],
)
def test_the_handler_beside_a_dockerfile(
    app: str, train: str, expected: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, {"Dockerfile": BASE, "app.py": app, "train.py": train, ".git/HEAD": ""})
    assert findings(tmp_path, monkeypatch) == expected


CHROME = "from selenium import webdriver\nbrowser = webdriver.Chrome(options=OPTIONS)\n"


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"/function/app.py": CHROME + HANDLER}, True),
        ({"/function/app.py": f"OPTIONS.add_argument('--disable-dev-shm-usage')\n{CHROME}{HANDLER}"}, False),
        ({"/function/app.py": CHROME + HANDLER, "/function/o.py": "O = ['--disable-dev-shm-usage']"}, False),
        ({"/function/tools.py": CHROME}, False),
    ],
)
def test_chrome_by_way_of_selenium(files: dict[str, str], told: bool) -> None:
    message = "Chrome keeps its pages in /dev/shm, which does not exist on Lambda"
    assert found(RULE, python(files)) == [("note", message, "/function/app.py")] * told
