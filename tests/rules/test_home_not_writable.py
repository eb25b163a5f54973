"""`home-not-writable`: libraries that write where a function has no home."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support import programs
from support.contexts import Files, findings, write
from support.images import image
from support.linting import Found, lint, lint_image, shown
from support.starting import found, node, python

RULE = "home-not-writable"
BASE = "FROM public.ecr.aws/lambda/python:3.13\n"
CREWAI = "crewai keeps its memory in the home directory, which does not exist on Lambda"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("RUN pip install requests", id="another library"),
        pytest.param("RUN pip install -r requirements.txt", id="a file"),
        pytest.param("RUN echo crewai", id="no installation"),
        pytest.param("RUN pip install crewai\nENV HOME=/tmp", id="HOME"),
        pytest.param("RUN pip install crewai\nENV CREWAI_STORAGE_DIR=/tmp/c", id="its own variable"),
        pytest.param("ARG H\nRUN pip install crewai\nENV HOME=$H", id="HOME that is not known"),
        pytest.param("RUN pip install torch transformers matplotlib", id="only some uses write"),
        pytest.param("RUN pip install requests && echo crewai", id="in the next command"),
        pytest.param("RUN pip install crewai-tools", id="a longer name"),
    ],
)
def test_silent_dockerfiles(text: str) -> None:
    assert lint(f"{BASE}{text}\n", RULE) == ()


def test_silent_for_a_stage_that_is_not_in_the_image() -> None:
    assert lint(f"{BASE.strip()} AS test\nRUN pip install crewai\n{BASE}", RULE) == ()


@pytest.mark.parametrize(
    "text",
    [
        "RUN pip install crewai",
        "RUN pip3 install --no-cache-dir 'crewai[tools]>=0.80' requests",
        "RUN apt-get update && uv pip install --system CrewAI==1.0",
        "RUN poetry add crewai@latest",
        'RUN ["pip", "install", "x"]\nRUN pip install \\\n    crewai',
        "RUN <<END\npip install crewai\nEND",
        "RUN pip install crewai\nENV HOME=/root",
    ],
)
def test_firing_dockerfiles(text: str) -> None:
    findings = lint(f"{BASE}{text}\n", RULE)
    assert [(str(item.severity), item.problem.message) for item in findings] == [("warning", CREWAI)]
    assert findings[0].problem.fix == "set `ENV HOME=/tmp`, or `CREWAI_STORAGE_DIR` to a path under /tmp"


def test_the_place_in_a_dockerfile_is_the_run() -> None:
    text = f"{BASE}RUN pip install soda-core\n"
    findings = lint(text, RULE)
    assert shown(findings, text) == [Found("warning", "2: RUN pip install soda-core")]
    assert findings[0].problem.fix == "set `ENV HOME=/tmp`"


LISTED = f'{BASE}COPY requirements.txt app.py ./\nRUN pip install -r requirements.txt\nCMD ["app.handler"]\n'
LOADS = "def handler(event, context):\n    return AutoModel.from_pretrained('bert-base-uncased')\n"
TORCH = "import torch\nM = torch.hub.load('a/b', 'c')\ndef handler(e, c): ...\n"
MODELS = "transformers keeps the models that it downloads in the home directory, which does not exist on Lambda"
CONTEXTS: dict[str, tuple[Files, list[str]]] = {
    "a library that always writes": (
        {"requirements.txt": "requests\ncrewai==1.0\n"},
        [f"warning home-not-writable 3: {CREWAI}"],
    ),
    "one that the handler makes write": (
        {"requirements.txt": "transformers\n", "app.py": LOADS},
        [f"warning home-not-writable 3: {MODELS}"],
    ),
    "one that only a script makes write": (
        {"requirements.txt": "transformers\n", "train.py": LOADS, "Dockerfile": LISTED.replace("app.py", ".")},
        [],
    ),
    "a variable in the Dockerfile": (
        {"requirements.txt": "crewai\n", "Dockerfile": f"{LISTED}ENV HOME=/tmp\n"},
        [],
    ),
    "a variable in the code": (
        {"requirements.txt": "transformers\n", "app.py": f"import os\nos.environ['HF_HOME'] = '/tmp'\n{LOADS}"},
        [],
    ),
    "a model beside the handler": (
        {
            "requirements.txt": "transformers\n",
            "app.py": LOADS.replace("bert-base-uncased", "models/bert"),
            "models/bert/config.json": "{}",
            "Dockerfile": f"{LISTED}COPY models/ ./models/\n",
        },
        [],
    ),
    "another model than the one beside the handler": (
        {
            "requirements.txt": "transformers\n",
            "app.py": f"AutoModel.from_pretrained('models/bert')\n{LOADS}",
            "models/bert/config.json": "{}",
            "Dockerfile": f"{LISTED}COPY models/ ./models/\n",
        },
        [f"warning home-not-writable 3: {MODELS}"],
    ),
    "a use that is a remark": (
        {"requirements.txt": "transformers\n", "app.py": LOADS.replace("return", "return  #")},
        [],
    ),
    "models that the code keeps elsewhere": (
        {
            "requirements.txt": "torch\n",
            "app.py": TORCH.replace("\n", "\ntorch.hub.set_dir('/tmp')\n", 1),
        },
        [],
    ),
    "a model from a folder of code": (
        {
            "requirements.txt": "torch\n",
            "app.py": TORCH.replace("'c'", "'c', source='local'"),
        },
        [],
    ),
    "a model of PyTorch": (
        {
            "requirements.txt": "torch\n",
            "app.py": TORCH,
        },
        [f"warning home-not-writable 3: {MODELS.replace('transformers', 'torch')}"],
    ),
    "a variable in a template": (
        {
            "requirements.txt": "crewai\n",
            "template.yaml": "Environment:\n  Variables:\n    CREWAI_STORAGE_DIR: /tmp\n",
        },
        [],
    ),
    "other libraries": ({"requirements.txt": "requests\n"}, []),
}


@pytest.mark.parametrize(("files", "expected"), CONTEXTS.values(), ids=CONTEXTS)
def test_requirements(files: Files, expected: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = {"Dockerfile": LISTED, "app.py": "def handler(event, context):\n    return event\n", ".git/HEAD": ""}
    write(tmp_path, {**whole, **files})
    told = findings(tmp_path, monkeypatch)
    assert [each for each in told if RULE in each] == expected


COREPACK = "FROM node:24-slim\nRUN corepack enable && corepack prepare --activate\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f'{COREPACK}CMD ["pnpm", "start"]\n', True),
        (f'{COREPACK}ENTRYPOINT ["/usr/local/bin/yarn", "serve"]\n', True),
        (f'{COREPACK}CMD ["node", "server.js"]\n', False),
        (f'{COREPACK}ENV COREPACK_HOME=/opt/corepack\nCMD ["pnpm", "start"]\n', False),
        (f'{COREPACK}ENV HOME=/tmp\nCMD ["pnpm", "start"]\n', False),
        (f'{COREPACK}RUN npm install -g pnpm@10\nCMD ["pnpm", "start"]\n', False),
        ('FROM node:24-slim\nRUN npm install -g pnpm\nCMD ["pnpm", "start"]\n', False),
    ],
)
def test_a_package_manager_that_corepack_keeps(text: str, told: bool) -> None:
    messages = [finding.problem.message for finding in lint(text, RULE)]
    name = "pnpm" if "pnpm" in text else "yarn"
    keeps = f"Corepack keeps `{name}` in the home of the build's user; on Lambda it looks in another home, which does"
    assert messages == ([f"{keeps} not exist"] if told else [])


def installed(*packages: str) -> dict[str, Any]:
    return {f"/usr/local/lib/python3.13/site-packages/{name}-1.0.dist-info/METADATA": "x" for name in packages}


def metadata(package: str) -> str:
    return next(iter(installed(package)))


HUB = "model = AutoModel.from_pretrained('bert-base-uncased')\ndef handler(e, c): ...\n"


@pytest.mark.parametrize(
    "description",
    [
        pytest.param(python(), id="nothing"),
        pytest.param(python(installed("requests")), id="another library"),
        pytest.param(python(installed("crewai"), env={"HOME": "/tmp"}), id="HOME"),
        pytest.param(python({**installed("crewai"), "/function/app.py": "HOME = 1"}), id="the code may set HOME"),
        pytest.param(
            python({**installed("crewai"), "/function/lib/x.py": "os.environ['CREWAI_STORAGE_DIR'] = '/tmp'"}),
            id="the code sets its variable",
        ),
        pytest.param(
            python(installed("transformers", "torch", "nltk", "matplotlib")), id="libraries that are not used"
        ),
        pytest.param(
            python({**installed("transformers"), "/function/app.py": "AutoModel.from_pretrained('/opt/model')"}),
            id="a model at a path",
        ),
        pytest.param(
            python({**installed("transformers"), "/function/app.py": "SentenceTransformer('a/b', cache_folder='/m')"}),
            id="a model in a folder that the code names",
        ),
        pytest.param(
            python({**installed("transformers"), "/function/app.py": HUB}, env={"HF_HOME": "/opt/hf"}),
            id="a model that was baked in",
        ),
        pytest.param(
            python({**installed("transformers"), "/usr/local/lib/python3.13/site-packages/other/x.py": HUB}),
            id="somebody else's code",
        ),
        pytest.param(
            python({**installed("nltk"), "/function/app.py": "nltk.download('punkt', download_dir='/tmp')"}),
            id="a download with a place",
        ),
        pytest.param(
            python(
                {
                    **installed("openai_whisper", "easyocr"),
                    "/function/app.py": "whisper.load_model('base', download_root='/tmp')\n"
                    "whisper.load_model('/opt/base.pt')\neasyocr.Reader(['en'], model_storage_directory='/opt/m')\n",
                }
            ),
            id="models with a place",
        ),
    ],
)
def test_silent_images(description: dict[str, Any]) -> None:
    assert found(RULE, description) == []


@pytest.mark.parametrize(
    ("packages", "source", "expected"),
    [
        pytest.param(["crewai"], "", ("warning", CREWAI, metadata("crewai")), id="by the package"),
        pytest.param(
            ["sentence_transformers", "transformers"],
            HUB,
            ("warning", "transformers keeps the models that it downloads in the home directory", "/function/app.py"),
            id="a model of the hub",
        ),
        pytest.param(
            ["sentence_transformers"],
            "SentenceTransformer('org/name', device='cpu')",
            (
                "warning",
                "sentence-transformers keeps the models that it downloads in the home directory",
                "/function/app.py",
            ),
            id="an underscore in the name",
        ),
        pytest.param(
            ["matplotlib"],
            "import matplotlib.pyplot as plt\n",
            (
                "note",
                "matplotlib keeps its font cache, which it then makes again at each cold start, in the home directory",
                "/function/app.py",
            ),
            id="matplotlib",
        ),
        pytest.param(
            ["numba"],
            "@njit(parallel=False, cache=True)\ndef f(): ...\n",
            ("note", "numba keeps compiled functions in the home directory", "/function/app.py"),
            id="numba",
        ),
        pytest.param(
            ["nltk"],
            "nltk.download('punkt')\n",
            ("warning", "nltk keeps the data that it downloads in the home directory", "/function/app.py"),
            id="nltk",
        ),
        pytest.param(
            ["torch"],
            "torch.hub.load('pytorch/vision', 'resnet18')\n",
            ("warning", "torch keeps the models that it downloads in the home directory", "/function/app.py"),
            id="torch",
        ),
        pytest.param(
            ["openai_whisper"],
            "whisper.load_model('base.en', device='cpu')\n",
            ("warning", "openai-whisper keeps the models that it downloads in the home directory", "/function/app.py"),
            id="whisper",
        ),
        pytest.param(
            ["easyocr"],
            "easyocr.Reader(['en'])\n",
            ("warning", "easyocr keeps the models that it downloads in the home directory", "/function/app.py"),
            id="easyocr",
        ),
        pytest.param(
            ["pooch"],
            "pooch.os_cache('x')\n",
            ("warning", "pooch keeps the files that it downloads in the home directory", "/function/app.py"),
            id="pooch",
        ),
    ],
)
def test_firing_images(packages: list[str], source: str, expected: tuple[str, str, str]) -> None:
    severity, message, place = expected
    ending = ", which does not exist on Lambda"
    files = {**installed(*packages), **({"/function/app.py": source} if source else {})}
    assert found(RULE, python(files)) == [(severity, message.removesuffix(ending) + ending, place)]


@pytest.mark.parametrize(
    ("entrypoint", "env", "severity"),
    [
        (("npx", "aws-lambda-ric"), {}, "warning"),
        (("/usr/local/bin/npm", "run", "start"), {"HOME": "/root"}, "note"),
        (("npx", "aws-lambda-ric"), {"NPM_CONFIG_CACHE": "/tmp/.npm"}, ""),
        (("npx", "aws-lambda-ric"), {"npm_config_cache": "/tmp/.npm"}, ""),
        (("npx", "aws-lambda-ric"), {"HOME": "/tmp"}, ""),
        (("node", "npx"), {}, ""),
        (("uv", "run", "--no-sync", "python"), {}, "warning"),
        (("/bin/uv", "--offline", "run", "app.py"), {"HOME": "/root"}, "warning"),
        (("uv", "run", "python"), {"UV_CACHE_DIR": "/tmp/uv"}, ""),
        (("uv", "run", "python"), {"UV_NO_CACHE": "1"}, ""),
        (("uv", "run", "python"), {"HOME": "/tmp"}, ""),
        (("uv", "run", "--no-cache", "python"), {}, ""),
        (("uv", "--cache-dir", "/tmp/uv", "run", "python"), {}, ""),
    ],
)
def test_programs_that_write_at_the_start(entrypoint: tuple[str, ...], env: dict[str, str], severity: str) -> None:
    findings = lint_image(image(files={}, entrypoint=list(entrypoint), env=env), RULE)
    assert shown(findings) == [Found(severity, "config.Entrypoint")] * bool(severity)
    lines = [f"ENV {name}={value}" for name, value in env.items()]
    words = ", ".join(f'"{word}"' for word in entrypoint)
    text = "\n".join(["FROM node:22", *lines, f"ENTRYPOINT [{words}]", ""])
    place = f"{len(lines) + 2}: ENTRYPOINT [{words}]"
    assert shown(lint(text, RULE), text) == [Found(severity, place)] * bool(severity)


@pytest.mark.parametrize(
    ("base", "severities"),
    [
        ("node:14-buster", []),
        ("public.ecr.aws/docker/library/node:12", []),
        ("node:16-slim", ["warning"]),
        ("node:lts", ["warning"]),
        ("acme/node:14", ["warning"]),
    ],
)
def test_npx_of_a_node_before_16_writes_nothing(base: str, severities: list[str]) -> None:
    findings = lint(f'FROM {base}\nENTRYPOINT ["npx", "aws-lambda-ric"]\n', RULE)
    assert [str(finding.severity) for finding in findings] == severities
    built = image(files={}, entrypoint=["npx", "aws-lambda-ric"], env={"NODE_VERSION": "14.21.3"})
    assert lint_image(built, RULE) == ()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("FROM debian:11\nRUN apt-get update && apt-get install -y nodejs npm\n", False),
        ("FROM python:3.9-slim-bullseye\nRUN apt-get update && apt-get install -y npm\n", False),
        ("FROM ubuntu:22.04\nRUN apt-get update && apt-get install -y nodejs npm\n", False),
        ("FROM alpine:3.14\nRUN apk add --no-cache nodejs npm\n", False),
        ("FROM python:3.9-alpine3.13\nRUN apk add npm\n", False),
        ("FROM debian:12\nRUN apt-get update && apt-get install -y nodejs npm\n", True),
        ("FROM alpine:3.20\nRUN apk add --no-cache nodejs npm\n", True),
        ("FROM debian:11\nRUN curl https://deb.nodesource.com/setup_20.x | bash - && apt-get install nodejs\n", True),
        ("FROM debian:12\nRUN curl https://deb.nodesource.com/setup_14.x | bash - && apt-get install nodejs\n", False),
        ("FROM debian:11\nRUN apt-get install -y npm && npm install -g npm@10\n", True),
        ("FROM debian:11\nCOPY --from=node:22 /usr/local /usr/local\n", True),
    ],
)
def test_npx_of_an_old_node_from_a_package_manager_writes_nothing(text: str, told: bool) -> None:
    findings = lint(f'{text}ENTRYPOINT ["npx", "aws-lambda-ric"]\n', RULE)
    assert len(findings) == told


@pytest.mark.parametrize(
    ("path", "version", "told"),
    [
        ("/usr/share/nodejs/npm", "7.5.2", False),
        ("/usr/lib/node_modules/npm", "6.14.18", False),
        ("/usr/local/lib/node_modules/npm", "8.5.5", False),
        ("/usr/share/nodejs/npm", "9.2.0", True),
        ("/usr/local/lib/node_modules/npm", "8.6.0", True),
        ("/usr/local/lib/node_modules/npm", "", True),
    ],
)
def test_npx_of_an_old_npm_in_an_image_writes_nothing(path: str, version: str, told: bool) -> None:
    package = {f"{path}/package.json": f'{{"name": "npm", "version": "{version}"}}'}
    assert len(found(RULE, node(package))) == told


def test_a_built_image_of_a_node_function() -> None:
    assert found(RULE, node(env={"NPM_CONFIG_CACHE": "/tmp/.npm"})) == []


SINGLE = "RUN dotnet publish -r linux-x64 -p:PublishSingleFile=true -p:IncludeNativeLibrariesForSelfExtract=true"
SDK = f"FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build\n{SINGLE}\nFROM public.ecr.aws/lambda/provided:al2023\n"
TAKEN = f"{SDK}COPY --from=build /app ./\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (TAKEN, [Found("warning", f"2: {SINGLE}")]),
        (SDK, []),
        (f"{TAKEN}ENV DOTNET_BUNDLE_EXTRACT_BASE_DIR=/tmp\n", []),
        (f"{TAKEN}ENV HOME=/tmp\n", []),
        (TAKEN.replace("=true\nFROM", "=false\nFROM"), []),
    ],
    ids=["unpacks itself", "in a stage that is not needed", "its variable", "HOME", "switched off"],
)
def test_a_program_that_unpacks_itself(text: str, expected: list[Found]) -> None:
    assert shown(lint(text, RULE), text) == expected


def start(script: str, **more: Any) -> dict[str, Any]:
    """A function that is started by a script with these lines."""
    files = {"/entry.sh": programs.script(f'#!/bin/sh\n{script}\nexec python -m awslambdaric "$@"\n')}
    shell = {"/bin/sh": programs.program(), "/usr/bin/git": programs.program()}
    return python({**shell, **files}, entrypoint=["/entry.sh"], **more)


TOOLS: dict[str, tuple[dict[str, Any], str]] = {
    "git": (start("git config --global safe.directory /x"), "git config --global"),
    "git of one repository": (start("git config user.name x"), ""),
    "git with its variable": (
        start("git config --global safe.directory /x", env={"GIT_CONFIG_GLOBAL": "/tmp/gitconfig"}),
        "",
    ),
    "git with a home": (start("export HOME=/tmp\ngit config --global safe.directory /x"), ""),
    "git in a handler": (
        python({"/function/app.py": 'run(["git", "config", "--global", "a", "b"])\ndef handler(e, c): ...\n'}),
        "git config --global",
    ),
    "git in a script that nobody starts": (
        python({"/function/release.sh": programs.script("git config --global a b")}),
        "",
    ),
    "aws": (start("aws configure set region x"), "aws configure"),
    "uv": (start("exec uv run python -m app"), "uv run"),
    "uv without a cache": (start("exec uv run --no-cache python -m app"), ""),
    "uv with one in /tmp": (start("export UV_CACHE_DIR=/tmp/uv\nexec uv run python -m app"), ""),
    "aws that only reads": (start("aws configure list"), ""),
}


@pytest.mark.parametrize(("description", "tool"), TOOLS.values(), ids=TOOLS)
def test_commands_of_the_start(description: dict[str, Any], tool: str) -> None:
    messages = [message for _, message, _ in found(RULE, description)]
    assert messages == ([f"`{tool}` writes to the home directory, which does not exist on Lambda"] if tool else [])


@pytest.mark.parametrize(
    ("package", "code", "fires"),
    [
        ("datasets", "load_dataset('imdb')", True),
        ("datasets", "load_dataset('/opt/data')", False),
        ("datasets", "load_dataset('data')", False),  # which is beside it
        ("datasets", "load_dataset('imdb', split='test', cache_dir='/tmp/d')", False),
        ("datasets", "load_dataset('imdb')\nmore(cache_dir='/tmp')", True),
        ("llama_index_core", "HuggingFaceEmbedding(model_name='x')", True),
        ("llama_index_core", "OpenAIEmbedding()", False),
        ("tiktoken", "tiktoken.get_encoding('x')", False),  # it writes to the folder for temporary files
    ],
)
def test_more_libraries(package: str, code: str, fires: bool) -> None:
    data = {"/function/data/a.csv": "1"}
    description = python({**installed(package), **data, "/function/app.py": f"{code}\ndef handler(e, c): ...\n"})
    assert len(found(RULE, description)) == fires
