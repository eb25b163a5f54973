"""Libraries that keep files in the home directory, and the variables that move those."""

from __future__ import annotations

import re
from collections.abc import Mapping

from lambda_lint import Value, regex
from lambda_lint.day import date
from lambda_lint_rules._facts.source import Fact, Source


class Writer(Value):
    """A Python library that writes below the home directory.

    `variables` move its files; the first is the one to advise. `use` is a pattern of Python code that makes it write:
    "" when importing the package or its main call does, `moves` one that keeps its files elsewhere.
    `harmless` tells that it goes on without the files, slower.
    Patterns look ahead no further than a few hundred characters, for sources may be hostile.
    """

    packages: tuple[str, ...]
    variables: tuple[str, ...]
    what: str
    use: str = ""
    harmless: bool = False
    moves: str = ""


class Tool(Value):
    """A command that writes below the home directory. `use` is a pattern of it, `variables` move what it writes."""

    name: str
    use: str
    variables: tuple[str, ...]


class SettingsFile(Value):
    """Where a program is told of something without a variable.

    `files` are in the folder where it starts or above, each with a pattern of what it says; `system` are paths, each
    with its own. `command` is a pattern of the RUN that writes one.
    """

    files: Mapping[str, str]
    system: Mapping[str, str]
    command: str


class Download(Value):
    """What a build step leaves below the home directory for run time.

    `folder` is where, below the home. `command` is a pattern of the RUN that fetches it, and one of `names` is in each;
    `variables` move it, the first is the one to advise, with `place` as its value.
    """

    what: str
    folder: str
    names: tuple[str, ...]
    command: str
    variables: tuple[str, ...]
    place: str


_READ_ONLY_HOME = Source("https://github.com/aws/aws-lambda-base-images/issues/63", date(2026, 11, 23))

_HUGGING_FACE = (
    "HF_HOME", "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "TRANSFORMERS_CACHE", "SENTENCE_TRANSFORMERS_HOME",
    "HF_DATASETS_CACHE", "XDG_CACHE_HOME", "HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE",
)  # fmt: skip
# A model named as on the hub, not a path.
_HUB_NAME = r"""\(\s*["'][\w-]+(?:\.[\w.-]*)?(?:/[\w.-]+)?["']\s*[,)]"""

# Behind it: nothing more, or no argument that says where the files go.
_NO_PLACE = r"(?:(?<=\))|(?![^)]{0,400}\b(?:cache_dir|cache_folder|local_dir)\b))"

# One of its own models, which it fetches to where download_root says.
_WHISPER = (
    r"""\bwhisper\.load_model\((?![^)]{0,400}download_root)\s*["'](?:tiny|base|small|medium|large|turbo)(?![^"']*/)"""
)
_EASYOCR = r"\beasyocr\.Reader\((?![^)]{0,400}model_storage_directory)"

# Each first group has a thread in which the home directory of Lambda was the trouble; for the second the library's own
# documentation says where it writes. tiktoken is not here: it writes to the folder for temporary files.
WRITERS = Fact(
    (
        Writer(("crawl4ai",), ("CRAWL4_AI_BASE_DIRECTORY",), "its database and cache"),
        Writer(("crewai",), ("CREWAI_STORAGE_DIR", "XDG_DATA_HOME"), "its memory"),
        Writer(("rembg",), ("U2NET_HOME", "XDG_DATA_HOME"), "the models that it downloads"),
        Writer(("soda-core", "soda-sql"), ("HOME",), "its settings"),
        Writer(
            ("transformers", "sentence-transformers"),
            _HUGGING_FACE,
            "the models that it downloads",
            rf"(?:\bfrom_pretrained|\bSentenceTransformer|\bsnapshot_download){_HUB_NAME}{_NO_PLACE}",
        ),
        Writer(
            ("datasets",),
            _HUGGING_FACE,
            "the data that it downloads",
            rf"\bload_dataset{_HUB_NAME}{_NO_PLACE}",
        ),
        # Its tokenizer's data come with it by now: read in version 0.14.25.
        Writer(
            ("llama-index", "llama-index-core"),
            ("LLAMA_INDEX_CACHE_DIR", "XDG_CACHE_HOME"),
            "the models that it downloads",
            r"\bHuggingFaceEmbedding\(|\bembed_model\s*=\s*[\"']local\b",
        ),
        Writer(
            ("torch",),
            ("TORCH_HOME", "XDG_CACHE_HOME"),
            "the models that it downloads",
            r"\btorch\.hub\.load\b(?![^)]{0,400}source\s*=\s*[\"']local)|\bload_state_dict_from_url\b",
            moves=r"\bhub\.set_dir\(",
        ),
        Writer(
            ("nltk",), ("NLTK_DATA",), "the data that it downloads", r"\bnltk\.download\((?![^)]{0,400}download_dir)"
        ),
        Writer(
            ("matplotlib",),
            ("MPLCONFIGDIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"),
            "its font cache, which it then makes again at each cold start,",
            r"^\s*(?:import|from)\s+matplotlib\b",
            harmless=True,
        ),
        Writer(
            ("numba",),
            ("NUMBA_CACHE_DIR",),
            "compiled functions",
            r"@n?jit\([^)]{0,200}\bcache\s*=\s*True",
            harmless=True,
        ),
        Writer(("pooch",), ("XDG_CACHE_HOME",), "the files that it downloads", r"\bpooch\.os_cache\("),
        Writer(("openai-whisper",), ("XDG_CACHE_HOME",), "the models that it downloads", _WHISPER),
        Writer(("easyocr",), ("EASYOCR_MODULE_PATH", "MODULE_PATH"), "the models that it downloads", _EASYOCR),
    ),
    _READ_ONLY_HOME,
)

# What start scripts and handlers run.
TOOLS = Fact(
    (
        Tool(
            "git config --global", r"\bgit[\"',\s]+config[\"',\s]+--global\b", ("GIT_CONFIG_GLOBAL", "XDG_CONFIG_HOME")
        ),
        Tool("aws configure", r"\baws[\"',\s]+configure\b(?![\"',\s]+(?:list|get))", ("AWS_CONFIG_FILE",)),
        Tool("npx", r"(?:^|&&|;)\s*(?:exec\s+)?npx\s", ("NPM_CONFIG_CACHE", "npm_config_cache")),
        # Measured with uv 0.3 to 0.13, whatever else is said: it ends when it cannot make its cache.
        Tool(
            "uv run",
            r"(?:^|&&|;)\s*(?:exec\s+)?uv\s+run\s(?![^\n]{0,300}(?:--no-cache|--cache-dir|-n\s))",
            ("UV_CACHE_DIR", "UV_NO_CACHE", "XDG_CACHE_HOME"),
        ),
    ),
    _READ_ONLY_HOME,
)

_NPM_CACHE = r"^[ \t]*cache[ \t]*="
_UV_CACHE = r"[ \t]*(?:cache-dir|no-cache)[ \t]*=(?![ \t]*false)"
# `npm config set` without these writes to the home of the build's user.
_FOR_ALL = r"(?=[^\n;&|]{0,200}(?:\s-g\b|--global|--location))"

CACHE_SETTINGS = Fact(
    {
        "npm": SettingsFile(
            {".npmrc": _NPM_CACHE},
            {"/usr/local/etc/npmrc": _NPM_CACHE, "/usr/etc/npmrc": _NPM_CACHE, "/etc/npmrc": _NPM_CACHE},
            rf"\bnpm\s+(?:config\s+)?set\b{_FOR_ALL}[^\n;&|]{{0,200}}\bcache\b|\bcache\s*=[^\n]{{0,200}}npmrc",
        ),
        "uv": SettingsFile(
            {
                "uv.toml": f"^{_UV_CACHE}",
                "pyproject.toml": rf"^\[tool\.uv\][^\n]*\n(?:(?![ \t]*\[)[^\n]*\n)*?{_UV_CACHE}",
            },
            {"/etc/uv/uv.toml": f"^{_UV_CACHE}"},
            r"(?:cache-dir|no-cache)\b[^\n]{0,200}(?:uv|pyproject)\.toml",
        ),
        "corepack": SettingsFile(
            {".corepack.env": r"^[ \t]*COREPACK_HOME="}, {}, r"COREPACK_HOME=[^\n]{0,200}\.corepack\.env"
        ),
    },
    Source("https://docs.astral.sh/uv/concepts/configuration-files/", date(2026, 11, 27)),
)
NO_SCRIPTS = Fact(
    SettingsFile(
        {".npmrc": r"^[ \t]*ignore-scripts[ \t]*=[ \t]*true", ".yarnrc.yml": r"^enableScripts:[ \t]*false"},
        {},
        r"\b(?:npm|yarn)\s+(?:config\s+)?set\s[^\n;&|]{0,200}\b(?:ignore-scripts\b.{0,3}true|enableScripts\s+false)"
        r"|\bignore-scripts\s*=\s*true\b[^\n]{0,200}npmrc",
    ),
    Source("https://docs.npmjs.com/cli/v11/using-npm/config#ignore-scripts", date(2026, 11, 27)),
)

# The host of .NET says: "DOTNET_BUNDLE_EXTRACT_BASE_DIR is not set, and a read-write cache directory couldn't be
# created."
SELF_EXTRACTING = Fact(
    (
        regex(r"\bInclude(?:NativeLibraries|AllContent)ForSelfExtract=[\"']?true\b", re.IGNORECASE),
        "DOTNET_BUNDLE_EXTRACT_BASE_DIR",
    ),
    Source("https://learn.microsoft.com/en-us/dotnet/core/deploying/single-file/overview", date(2026, 11, 24)),
)

# Folders that these make when they are not there.
CACHES = Fact(
    frozenset(
        {
            *("NPM_CONFIG_CACHE", "npm_config_cache", "PIP_CACHE_DIR", "PYTHONPYCACHEPREFIX", "UV_CACHE_DIR"),
            *("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"),
        }
    ),
    Source("https://specifications.freedesktop.org/basedir-spec/latest/", date(2026, 11, 27)),
)

_BUILD_HOME = Source("https://github.com/microsoft/playwright/issues/18955", date(2026, 11, 23))

DOWNLOADS = Fact(
    (
        Download(
            "the browsers of Playwright",
            ".cache/ms-playwright",
            ("playwright",),
            r"\bplaywright(?:@[\w.]+)?\s+install\b(?!-)",
            ("PLAYWRIGHT_BROWSERS_PATH",),
            "/ms-playwright",
        ),
        Download(
            "the browsers of Puppeteer",
            ".cache/puppeteer",
            ("puppeteer",),
            r"\bpuppeteer(?:@[\w.]+)?\s+browsers\s+install\b",
            ("PUPPETEER_CACHE_DIR", "PUPPETEER_EXECUTABLE_PATH"),
            "/opt/puppeteer",
        ),
        Download(
            "models of Hugging Face",
            ".cache/huggingface",
            ("from_pretrained", "SentenceTransformer", "snapshot_download"),
            rf"\b(?:from_pretrained|SentenceTransformer|snapshot_download){_HUB_NAME}"
            r"(?![^\n]{0,400}(?:cache_dir|cache_folder|local_dir|save_pretrained|\.save\())",
            _HUGGING_FACE[:-2],
            "/opt/huggingface",
        ),
        Download(
            "models of PyTorch",
            ".cache/torch",
            ("torch",),
            r"\btorch\.hub\.load\b",
            ("TORCH_HOME", "XDG_CACHE_HOME"),
            "/opt/torch",
        ),
        Download("models of Whisper", ".cache/whisper", ("whisper",), _WHISPER, ("XDG_CACHE_HOME",), "/opt/cache"),
        Download(
            "models of EasyOCR",
            ".EasyOCR",
            ("easyocr",),
            _EASYOCR,
            ("EASYOCR_MODULE_PATH", "MODULE_PATH"),
            "/opt/easyocr",
        ),
        Download(
            "the data of NLTK",
            "nltk_data",
            ("nltk",),
            r"\bnltk\.download\((?![^)]{0,400}download_dir)|\bnltk\.downloader\b(?!.{0,400}\s-d\s)",
            ("NLTK_DATA",),
            "/usr/local/share/nltk_data",
        ),
    ),
    _BUILD_HOME,
)
