"""`baked-into-home`: browsers and models where the function does not look."""

from __future__ import annotations

from typing import Any

import pytest
from support.images import directory
from support.linting import Found, lint, shown
from support.starting import found, python

RULE = "baked-into-home"
BASE = "FROM python:3.13\n"
INSTALL = "RUN playwright install chromium"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"{BASE}ENV PLAYWRIGHT_BROWSERS_PATH=/p\n{INSTALL}", id="variable"),
        pytest.param(f"{BASE}RUN PLAYWRIGHT_BROWSERS_PATH=0 playwright install", id="variable in the command"),
        pytest.param(f"{BASE}ENV HOME=/opt/home\n{INSTALL}", id="HOME"),
        pytest.param(f"FROM mcr.microsoft.com/playwright/python:v1\n{INSTALL}", id="an image of the project"),
        pytest.param(f"ARG B\nFROM $B\n{INSTALL}", id="unknown base"),
        pytest.param(f"{BASE}RUN playwright install-deps", id="only libraries"),
        pytest.param(f"FROM python:3.13 AS test\n{INSTALL}\n{BASE}", id="another stage"),
        pytest.param(f"{BASE}RUN python -c \"AutoModel.from_pretrained('/model')\"", id="a path"),
        pytest.param(
            f"{BASE}RUN python -c \"AutoModel.from_pretrained('a/b').save_pretrained('/model')\"", id="saved elsewhere"
        ),
        pytest.param(f"{BASE}RUN python -c \"snapshot_download('a/b', local_dir='/model')\"", id="a place of its own"),
        pytest.param(
            f"{BASE}RUN python -c \"SentenceTransformer('a/b', cache_folder='/var/task/m')\"", id="a folder of its own"
        ),
        pytest.param(f"{BASE}RUN python -m nltk.downloader -d /usr/share/nltk_data punkt", id="nltk with a place"),
    ],
)
def test_silent_dockerfiles(text: str) -> None:
    assert lint(f"{text}\n", RULE) == ()


@pytest.mark.parametrize(
    ("run", "fix"),
    [
        ("RUN pip install playwright && playwright install chromium", "PLAYWRIGHT_BROWSERS_PATH=/ms-playwright"),
        ("RUN npx playwright@1.50 install --with-deps", "PLAYWRIGHT_BROWSERS_PATH=/ms-playwright"),
        ("RUN npx puppeteer browsers install chrome", "PUPPETEER_CACHE_DIR=/opt/puppeteer"),
        ("RUN python -c \"AutoModel.from_pretrained('a/b')\"", "HF_HOME=/opt/huggingface"),
        ("RUN python -c \"SentenceTransformer('all-MiniLM-L6-v2')\"", "HF_HOME=/opt/huggingface"),
        ("RUN python -c \"snapshot_download('a/b')\"", "HF_HOME=/opt/huggingface"),
        ("RUN python -c \"torch.hub.load('a', 'b')\"", "TORCH_HOME=/opt/torch"),
        ("RUN python -c \"whisper.load_model('base')\"", "XDG_CACHE_HOME=/opt/cache"),
        ("RUN python -c \"easyocr.Reader(['en'])\"", "EASYOCR_MODULE_PATH=/opt/easyocr"),
        ("RUN python -m nltk.downloader punkt", "NLTK_DATA=/usr/local/share/nltk_data"),
    ],
)
def test_firing_dockerfiles(run: str, fix: str) -> None:
    text = f"{BASE}{run}\n"
    findings = lint(text, RULE)
    assert shown(findings, text) == [Found("warning", f"2: {run}")]
    assert findings[0].problem.fix == f"set `ENV {fix}` before the RUN that downloads them"


CHROME = "/root/.cache/ms-playwright/chromium-1169/chrome"


@pytest.mark.parametrize(
    "description",
    [
        pytest.param(python(), id="nothing"),
        pytest.param(python({"/root/.cache/ms-playwright": directory()}), id="an empty folder"),
        pytest.param(python({"/ms-playwright/chrome": "x"}), id="elsewhere"),
        pytest.param(python({CHROME: "x"}, env={"PLAYWRIGHT_BROWSERS_PATH": "/b"}), id="variable"),
        pytest.param(python({CHROME: "x"}, env={"HOME": "/opt/home"}), id="HOME"),
        pytest.param(
            python({CHROME: "x", "/function/app.py": "os.environ['PLAYWRIGHT_BROWSERS_PATH'] = '/b'"}), id="code"
        ),
        pytest.param(
            python({CHROME: "x", "/function/app.py": f"launch(executable_path='{CHROME}')"}), id="a path in the code"
        ),
        pytest.param(python({"/root/.cache/pip/x": "x"}), id="a cache that nobody needs"),
    ],
)
def test_silent_images(description: dict[str, Any]) -> None:
    assert found(RULE, description) == []


@pytest.mark.parametrize(
    ("path", "env", "message", "place"),
    [
        (CHROME, {}, "the browsers of Playwright", "/root/.cache/ms-playwright"),
        (CHROME, {"HOME": "/root"}, "the browsers of Playwright", "/root/.cache/ms-playwright"),
        ("/home/app/.cache/puppeteer/chrome", {}, "the browsers of Puppeteer", "/home/app/.cache/puppeteer"),
        ("/root/.cache/huggingface/hub/a", {}, "models of Hugging Face", "/root/.cache/huggingface"),
        ("/root/.cache/torch/hub/a", {}, "models of PyTorch", "/root/.cache/torch"),
        ("/root/.cache/whisper/base.pt", {}, "models of Whisper", "/root/.cache/whisper"),
        ("/root/.EasyOCR/model/latin_g2.pth", {}, "models of EasyOCR", "/root/.EasyOCR"),
        ("/root/nltk_data/a", {}, "the data of NLTK", "/root/nltk_data"),
    ],
)
def test_firing_images(path: str, env: dict[str, str], message: str, place: str) -> None:
    message = f"{message} are in {place}; on Lambda another user runs, with another home"
    assert found(RULE, python({path: "x"}, env=env)) == [("warning", message, place)]
