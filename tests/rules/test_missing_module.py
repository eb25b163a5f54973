"""`missing-module`: imports that are executed for certain."""

from __future__ import annotations

from typing import Any

import pytest
from support import programs
from support.images import symlink
from support.starting import APP, INDEX, aws, found, node, python

FOR_ARM = "whose native part is for aarch64, and the image is x86_64"
# How files begin that Python 3.11 and Python 3.13 compiled.
OF_3_11, OF_3_13 = b"\xa7\r\r\n" + bytes(12), b"\xf3\r\r\n" + bytes(12)
SITE = "/usr/local/lib/python3.13/site-packages"


def installed(
    files: dict[str, Any], app: str = "import pkg\n", library: dict[str, Any] | None = None
) -> dict[str, Any]:
    """A function that imports the package `pkg` among the installed ones."""
    own = {f"/usr/local/lib/python3.13/{name}": what for name, what in (library or {}).items()}
    every = {"pkg/__init__.py": "", **files}
    return python({"/function/app.py": app + APP, **own, **{f"{SITE}/{name}": what for name, what in every.items()}})


def in_package(name: str, wrong: str, importer: str = "pkg/__init__.py") -> list[tuple[str, str, str]]:
    return [("error", f"{SITE}/{importer} imports {name}, {wrong}", f"{SITE}/{importer}")]


CASES: dict[str, tuple[dict[str, Any], list[tuple[str, str, str]]]] = {
    "python, standard library and own modules": (
        python(
            {
                "/function/app.py": "import os, json.decoder\nimport own\nfrom pkg.sub import x\n" + APP,
                "/function/own.py": "",
                "/function/pkg/__init__.py": "",
                "/function/pkg/sub.py": "x = 1\n",
            }
        ),
        [],
    ),
    "python, a package": (
        python({"/function/app.py": "import requests\n" + APP}),
        [("error", "/function/app.py imports requests, which is not in the image", "/function/app.py")],
    ),
    "python, a package that a module of its own needs": (
        python({"/function/app.py": "import own\n" + APP, "/function/own.py": "from flask import Flask\n"}),
        [("error", "/function/own.py imports flask, which is not in the image", "/function/own.py")],
    ),
    "python, installed": (installed({}), []),
    "python, what an installed package needs": (
        installed({"pkg/__init__.py": "import os\nimport idna\n"}),
        in_package("idna", "which is not in the image"),
    ),
    "python, what a module of an installed package needs": (
        installed(
            {
                "pkg/__init__.py": "from . import a\n",
                "pkg/a.py": "from .b import c\n",
                "pkg/b.py": "import idna\nc = 1\n",
            }
        ),
        in_package("idna", "which is not in the image", "pkg/b.py"),
    ),
    "python, a module that a module of an installed package makes": (
        installed(
            {
                "pkg/__init__.py": "from .vendored.six.moves.http_client import IncompleteRead\n",
                "pkg/vendored/__init__.py": "",
                "pkg/vendored/six.py": "",
            }
        ),
        [],
    ),
    "python, a module that an installed package has lost": (
        installed({"pkg/__init__.py": "from .a import b\n"}),
        in_package(".a", "which is not in the image"),
    ),
    "python, what a package takes when it is there": (
        installed(
            {
                "pkg/__init__.py": "try:\n    import a\nexcept ImportError:\n    a = None\n"
                "if find('b'):\n    import b\ndef f():\n    import c\n"
                "def __getattr__(name):\n    from . import d\n"
            },
            "from pkg import anything\n",
        ),
        [],
    ),
    "python, a package that nothing imports for certain": (
        installed({"pkg/__init__.py": "import idna\n"}, "try:\n    import pkg\nexcept ImportError:\n    pkg = None\n"),
        [],
    ),
    "python, a package that adds folders": (
        installed(
            {"pkg/__init__.py": "import sys\nif True or f():\n    sys.path.append('/x')\n"}, "import pkg, idna\n"
        ),
        [],
    ),
    "python, a package that was installed with another Python": (
        installed({"pkg/__init__.py": "from ._a import b\n", "pkg/_a.cpython-311-x86_64-linux-gnu.so": ""}),
        in_package("._a", "whose native part is for Python 3.11, and this is Python 3.13"),
    ),
    "python, a package all of whose native parts are for another Python": (
        installed(
            {
                "pkg/__init__.py": "from . import a\nfrom .b import c\n",
                "pkg/a.cpython-311-x86_64-linux-gnu.so": "",
                "pkg/b.cpython-311-x86_64-linux-gnu.so": "",
            }
        ),
        in_package(".a", "whose native part is for Python 3.11, and this is Python 3.13"),
    ),
    "python, a package that was installed on macOS": (
        installed({"pkg/__init__.py": "from pkg import _a\n", "pkg/_a.cpython-313-darwin.so": ""}),
        in_package("pkg._a", "whose native part is for macOS"),
    ),
    "python, a package for every Python of macOS": (
        installed({"pkg/__init__.py": "from . import _a\n", "pkg/_a.abi3.so": b"\xcf\xfa\xed\xfe" + bytes(60)}),
        in_package("._a", "whose native part is for macOS"),
    ),
    "python, a package for every Python of another machine": (
        installed({"pkg/__init__.py": "import pkg._a\n", "pkg/_a.abi3.so": programs.elf(architecture="arm64")}),
        in_package("pkg._a", FOR_ARM),
    ),
    "python, a package that was installed on Windows": (
        installed({"pkg/__init__.py": "from ._a import b\n", "pkg/_a.cp313-win_amd64.pyd": ""}),
        in_package("._a", "which is not in the image"),
    ),
    "python, a package for another C library": (
        installed(
            {"pkg/__init__.py": "from ._a import b\n", "pkg/_a.cpython-313-x86_64-linux-gnu.so": ""},
            library={"lib-dynload/math.cpython-313-x86_64-linux-musl.so": ""},
        ),
        in_package(
            "._a",
            "whose native part is for cpython-313-x86_64-linux-gnu, "
            "and this Python takes cpython-313-x86_64-linux-musl",
        ),
    ),
    "python, native parts that this Python takes": (
        installed(
            {
                "pkg/__init__.py": "from . import a, b, c, d, e\n",
                "pkg/a.cpython-313-x86_64-linux-gnu.so": "",
                "pkg/b.abi3.so": programs.elf(),
                "pkg/c.so": "",
                "pkg/d.cpython-312-x86_64-linux-gnu.so": "",
                "pkg/d.py": "",
                "pkg/e.pypy39-pp73-x86_64-linux-gnu.so": "",
            },
            library={"lib-dynload/math.cpython-313-x86_64-linux-gnu.so": ""},
        ),
        [],
    ),
    "python, a native part that a package can do without": (
        installed(
            {
                "pkg/__init__.py": "try:\n    from ._a import b\nexcept ImportError:\n    b = None\n",
                "pkg/_a.cpython-311-x86_64-linux-gnu.so": "",
            }
        ),
        [],
    ),
    "python, a package of the handler's that needs something": (
        python(
            {"/function/pkg/app.py": APP, "/function/pkg/__init__.py": "import requests\n"},
            command=["pkg.app.handler"],
        ),
        [
            (
                "error",
                "/function/pkg/__init__.py imports requests, which is not in the image",
                "/function/pkg/__init__.py",
            )
        ],
    ),
    "python, a search path that a module of its own changes": (
        python(
            {
                "/function/app.py": "import own\nimport requests\n" + APP,
                "/function/own.py": "import sys\nsys.path.append(input())\n",
            }
        ),
        [],
    ),
    "python, a search path that a module of its own may change": (
        python(
            {
                "/function/app.py": "try:\n    import own\nexcept ImportError:\n    pass\nimport requests\n" + APP,
                "/function/own.py": "import sys\nsys.path.append('/lib')\n",
            }
        ),
        [],
    ),
    "python, a try that ends with another statement's error": (
        python({"/function/app.py": "try:\n    text = unicode\n    import a\nexcept NameError:\n    pass\n" + APP}),
        [],
    ),
    "python, names that every module has": (
        python({"/function/app.py": "from own import __doc__, __name__\n" + APP, "/function/own.py": ""}),
        [],
    ),
    "python, not for certain": (
        python(
            {
                "/function/app.py": "try:\n    import a\nexcept ImportError:\n    a = None\nif a:\n    import b\n"
                "def handler(event, context):\n    import c\n"
            }
        ),
        [],
    ),
    "python, a search path of its own": (
        python({"/function/app.py": "import sys\nsys.path.append(input())\nimport requests\n" + APP}),
        [],
    ),
    "python, a module that a package of its own lacks": (
        python({"/function/app.py": "from pkg import sub\n" + APP, "/function/pkg/__init__.py": ""}),
        [("error", "/function/app.py imports pkg.sub, which is not in the image", "/function/app.py")],
    ),
    "python, a name that a package of its own defines": (
        python({"/function/app.py": "from pkg import sub\n" + APP, "/function/pkg/__init__.py": "sub = 1\n"}),
        [],
    ),
    "python, relative without a package": (
        python({"/function/app.py": "from .own import x\n" + APP, "/function/own.py": "x = 1\n"}),
        [("error", "/function/app.py imports .own, but is itself no part of a package", "/function/app.py")],
    ),
    "python, relative in a package": (
        python(
            {"/function/src/app.py": "from .own import x\n" + APP, "/function/src/own.py": "x = 1\n"},
            command=["src.app.handler"],
        ),
        [],
    ),
    "python, relative in the handler's own package": (
        python(
            {"/function/pkg/__init__.py": "from .own import handler\n", "/function/pkg/own.py": APP},
            command=["pkg.handler"],
        ),
        [],
    ),
    "python, relative above the package": (
        python(
            {
                "/function/pkg/__init__.py": "",
                "/function/pkg/app.py": "from ..own import x\n" + APP,
                "/function/own.py": "x = 1\n",
            },
            command=["pkg.app.handler"],
        ),
        [("error", "/function/pkg/app.py imports ..own, but lies in only 1 package", "/function/pkg/app.py")],
    ),
    "python, relative and missing": (
        python(
            {"/function/pkg/__init__.py": "", "/function/pkg/app.py": "from .own import x\n" + APP},
            command=["pkg.app.handler"],
        ),
        [("error", "/function/pkg/app.py imports .own, which is not in the image", "/function/pkg/app.py")],
    ),
    "python, a name that an own module lacks": (
        python({"/function/app.py": "from own import greet\n" + APP, "/function/own.py": "gret = 1\n"}),
        [
            (
                "error",
                "/function/app.py imports greet from own, which /function/own.py does not define",
                "/function/app.py",
            )
        ],
    ),
    "python, names that an own module may have": (
        python(
            {
                "/function/app.py": "from own import a, b\nfrom lazy import c\nfrom sub.deep import d\n" + APP,
                "/function/own.py": "try:\n    a = b = 1\nexcept OSError:\n    pass\n",
                "/function/lazy.py": "def __getattr__(name):\n    return 1\n",
                "/function/sub/__init__.py": "",
                "/function/sub/deep.py": "from own import *\n",
            }
        ),
        [],
    ),
    "python, a module that an own package lacks": (
        python({"/function/app.py": "import pkg.deep.er\n" + APP, "/function/pkg/__init__.py": ""}),
        [("error", "/function/app.py imports pkg.deep, which is not in the image", "/function/app.py")],
    ),
    "python, a package with a path of its own": (
        python({"/function/app.py": "import pkg.deep\n" + APP, "/function/pkg/__init__.py": "__path__.append('/x')\n"}),
        [],
    ),
    "python, a try that catches something else": (
        python({"/function/app.py": "try:\n    import a\nexcept ValueError:\n    a = None\n" + APP}),
        [("error", "/function/app.py imports a, which is not in the image", "/function/app.py")],
    ),
    "python, a try that raises again": (
        python({"/function/app.py": "try:\n    import a\nexcept ImportError as e:\n    raise OSError from e\n" + APP}),
        [("error", "/function/app.py imports a, which is not in the image", "/function/app.py")],
    ),
    "python, a try whose second choice is missing": (
        python({"/function/app.py": "try:\n    import a\nexcept ImportError:\n    import b\n" + APP}),
        [("error", "/function/app.py imports b, which is not in the image", "/function/app.py")],
    ),
    "python, a try whose first choice is there": (
        python(
            {
                "/function/app.py": "try:\n    import a\nexcept ImportError:\n    import b\n" + APP,
                "/function/a.py": "",
            }
        ),
        [],
    ),
    "python, by version and for type checkers": (
        python(
            {
                "/function/app.py": "import sys, typing\nif sys.version_info < (3, 13):\n    import a\n"
                "if typing.TYPE_CHECKING:\n    import b\nif __name__ == '__main__':\n    import c\n"
                "if sys.platform == 'win32':\n    import d\nif unknown:\n    import e\nelse:\n    import f\n" + APP
            }
        ),
        [],
    ),
    "python, for this version": (
        python({"/function/app.py": "import sys\nif sys.version_info >= (3, 13):\n    import a\n" + APP}),
        [("error", "/function/app.py imports a, which is not in the image", "/function/app.py")],
    ),
    "python, a part of the library that this one has lost": (
        python(
            {
                "/function/app.py": "from distutils.util import strtobool\nimport cgi, json\n" + APP,
                "/usr/local/lib/python3.13/os.py": "",
                "/usr/local/lib/python3.13/distutils/__init__.py": "",
                "/usr/local/lib/python3.13/cgi.py": "",
            }
        ),
        [("error", "/function/app.py imports distutils.util, which is not in the image", "/function/app.py")],
    ),
    "python, names that modules of the library have lost": (
        python(
            {
                "/function/app.py": "from collections import Mapping, OrderedDict\n"
                "try:\n    from inspect import getargspec\nexcept ImportError:\n    getargspec = None\n" + APP
            }
        ),
        [
            (
                "error",
                "/function/app.py imports Mapping from collections, which Python 3.13 no longer has",
                "/function/app.py",
            )
        ],
    ),
    "python, a module of the function's own in place of the library's": (
        python({"/function/app.py": "from platform import dist\n" + APP, "/function/platform.py": "dist = 1\n"}),
        [],
    ),
    "python, distutils as setuptools brings it": (
        python(
            {
                "/function/app.py": "from distutils.util import strtobool\n" + APP,
                "/usr/local/lib/python3.13/os.py": "",
                "/usr/local/lib/python3.13/site-packages/_distutils_hack/__init__.py": "",
            }
        ),
        [],
    ),
    "python, a search path that sitecustomize extends": (
        python(
            {
                "/function/app.py": "import a\n" + APP,
                "/usr/local/lib/python3.13/sitecustomize.py": "import sys\nsys.path.append('/lib')\n",
            }
        ),
        [],
    ),
    "python, a native module for another machine": (
        python(
            {
                "/function/app.py": "import fast\n" + APP,
                "/function/fast.cpython-313-aarch64-linux-gnu.so": "",
                "/function/fast.pyi": "",
            }
        ),
        [("error", f"/function/app.py imports fast, {FOR_ARM}", "/function/app.py")],
    ),
    "python, a native module for several machines": (
        python(
            {
                "/function/app.py": "import fast\nimport slow\nimport other\n" + APP,
                "/function/fast.cpython-313-aarch64-linux-gnu.so": "",
                "/function/fast.cpython-313-x86_64-linux-gnu.so": "",
                "/function/slow.abi3.so": "",
                "/function/slow.cpython-312-aarch64-linux-gnu.so": "",
                "/function/other.cpython-312-x86_64-linux-gnu.so": "",
                "/function/other.py": "",
            }
        ),
        [],
    ),
    "names that two modules want of one another": (
        aws(
            {
                "/var/task/app.py": "from models import User\n" + APP,
                "/var/task/models.py": "from services import load\n\nclass User:\n    pass\n",
                "/var/task/services.py": "import os\nfrom models import User\n\ndef load():\n    return User\n",
            }
        ),
        [
            (
                "error",
                "/var/task/services.py imports User from models, which /var/task/models.py defines only after it has "
                "imported /var/task/services.py",
                "/var/task/services.py",
            )
        ],
    ),
    "names that two modules want of one another, and that are there by then": (
        aws(
            {
                "/var/task/app.py": "from models import User\n" + APP,
                "/var/task/models.py": "class User:\n    pass\n\nfrom services import load\n",
                "/var/task/services.py": "from models import User\n\ndef load():\n    return User\n",
            }
        ),
        [],
    ),
    "modules that import one another as wholes": (
        aws(
            {
                "/var/task/app.py": "from models import User\n" + APP,
                "/var/task/models.py": "import services\n\nclass User:\n    pass\n",
                "/var/task/services.py": "import models\n\ndef load():\n    return models.User\n",
            }
        ),
        [],
    ),
    "a module that a function has perhaps imported before": (
        aws(
            {
                "/var/task/app.py": "def first():\n    import services\n\nfirst()\nfrom models import User\n" + APP,
                "/var/task/models.py": "from services import load\n\nclass User:\n    pass\n",
                "/var/task/services.py": "def load():\n    return 1\n\nfrom models import User\n",
            }
        ),
        [],
    ),
    "a module that wants names of one which is done": (
        aws(
            {
                "/var/task/app.py": "import services, models\nfrom models import User\n" + APP,
                "/var/task/models.py": "class User:\n    pass\n",
                "/var/task/services.py": "from models import User\n",
            }
        ),
        [],
    ),
    "AWS base brings the SDK": (
        aws({"/var/task/app.py": "import boto3\n" + APP, "/var/runtime/boto3/__init__.py": ""}),
        [],
    ),
    "AWS base brings the SDK in another folder": (
        aws({"/var/task/app.py": "import boto3\n" + APP, "/var/lang/somewhere/boto3/__init__.py": ""}),
        [],
    ),
    "AWS base without the SDK": (
        aws({"/var/task/app.py": "import boto3\n" + APP}),
        [("error", "/var/task/app.py imports boto3, which is not in the image", "/var/task/app.py")],
    ),
    "a package without __init__.py": (
        aws(
            {
                "/var/task/app.py": "from lib import store\nimport lib.more.deep\n" + APP,
                "/var/task/lib/store.py": "",
                "/var/task/lib/more/deep.py": "",
            }
        ),
        [],
    ),
    "a package without __init__.py, in two folders": (
        aws(
            {
                "/var/task/app.py": "from lib import store\nfrom lib.far import near\n" + APP,
                "/var/task/lib/store.py": "",
                "/opt/python/lib/far/near.py": "",
            }
        ),
        [],
    ),
    "a package without __init__.py that has no such module": (
        aws({"/var/task/app.py": "from lib import settings\n" + APP, "/var/task/lib/store.py": ""}),
        [("error", "/var/task/app.py imports lib.settings, which is not in the image", "/var/task/app.py")],
    ),
    "a package without __init__.py that has no such package": (
        aws({"/var/task/app.py": "from lib.more import settings\n" + APP, "/var/task/lib/store.py": ""}),
        [("error", "/var/task/app.py imports lib.more, which is not in the image", "/var/task/app.py")],
    ),
    "a module of a package without __init__.py imports in vain": (
        aws({"/var/task/app.py": "from lib import store\n" + APP, "/var/task/lib/store.py": "import requests\n"}),
        [("error", "/var/task/lib/store.py imports requests, which is not in the image", "/var/task/lib/store.py")],
    ),
    "behind a package that was installed beside the handler": (
        aws(
            {
                "/var/task/app.py": "import acme_tools\nimport requests\n" + APP,
                "/var/task/acme_tools-1.0.dist-info/METADATA": "",
                "/var/task/acme_tools/__init__.py": "import sys\n\ndef lazy():\n    return sys.modules\n",
            }
        ),
        [("error", "/var/task/app.py imports requests, which is not in the image", "/var/task/app.py")],
    ),
    "behind a package of one's own that may change how modules are found": (
        aws(
            {
                "/var/task/app.py": "import acme_tools\nimport requests\n" + APP,
                "/var/task/acme_tools/__init__.py": "import sys\n\ndef lazy():\n    return sys.modules\n",
            }
        ),
        [],
    ),
    "AWS base, a native module for another machine": (
        aws({"/var/task/app.py": "import fast\n" + APP, "/var/task/fast.cpython-313-aarch64-linux-gnu.so": ""}),
        [("error", f"/var/task/app.py imports fast, {FOR_ARM}", "/var/task/app.py")],
    ),
    "AWS base, another package": (
        aws({"/var/task/app.py": "import requests\n" + APP}),
        [("error", "/var/task/app.py imports requests, which is not in the image", "/var/task/app.py")],
    ),
    "node, built in and own": (
        node(
            {
                "/function/index.js": 'const fs = require("fs");\nconst own = require("./own");\n' + INDEX,
                "/function/own.js": 'const crypto = require("node:crypto");\n',
            }
        ),
        [],
    ),
    "node, a file that a file of its own needs": (
        node(
            {
                "/function/index.js": 'const { load } = require("./store");\n' + INDEX,
                "/function/store.js": 'const settings = require("./settings");\nexports.load = settings;\n',
            }
        ),
        [
            (
                "error",
                "/function/store.js loads ./settings, and no file of the image has that name",
                "/function/store.js",
            )
        ],
    ),
    "node, files with other endings": (
        node(
            {
                "/function/index.js": 'require("./a");\nrequire("./b");\nrequire("./c");\n' + INDEX,
                "/function/a.json": "{}",
                "/function/b/index.js": "",
                "/function/c.ts": "",
            }
        ),
        [],
    ),
    "node, a module's import without the extension": (
        node(
            {
                "/function/index.js": None,
                "/function/index.mjs": 'import { handler } from "./store";\nimport "./x.mjs?1";\nexport { handler };\n',
                "/function/store.mjs": "export const store = 1;\n",
            }
        ),
        [("error", "/function/index.mjs loads ./store, and no file of the image has that name", "/function/index.mjs")],
    ),
    "node, a package that NODE_PATH leads to": (
        node(
            {
                "/function/index.js": 'const shared = require("@acme/shared");\n' + INDEX,
                "/opt/modules/@acme/shared/index.js": "",
            },
            env={"NODE_PATH": "/nowhere:/opt/modules", "PATH": "/usr/local/bin"},
        ),
        [],
    ),
    "node, a module's import, for which NODE_PATH does not count": (
        node(
            {
                "/function/index.js": None,
                "/function/index.mjs": 'import shared from "shared";\nexport const handler = shared;\n',
                "/opt/modules/shared/index.js": "",
            },
            env={"NODE_PATH": "/opt/modules", "PATH": "/usr/local/bin"},
        ),
        [("error", "/function/index.mjs imports shared, which is not in the image", "/function/index.mjs")],
    ),
    "node, with a loader that guesses": (
        node(
            {
                "/function/index.js": None,
                "/function/index.mjs": 'import { store } from "./store";\nexport const handler = store;\n',
                "/function/store.mjs": "export const store = 1;\n",
                "/function/hooks.mjs": "",
            },
            env={"NODE_OPTIONS": "--import ./hooks.mjs", "PATH": "/usr/local/bin:/usr/bin"},
        ),
        [],
    ),
    "node, a file that something before may have put under /tmp": (
        node({"/function/index.js": 'const seed = require("/tmp/seed.json");\n' + INDEX}),
        [],
    ),
    "node, a global package for require": (
        node(
            {
                "/function/index.js": 'require("shared");\n' + INDEX,
                "/usr/local/lib/node_modules/shared/index.js": "",
            }
        ),
        [],
    ),
    "node, a global package for a module's import": (
        node(
            {
                "/function/index.js": None,
                "/function/index.mjs": 'import "shared";\nexport const handler = 1;\n',
                "/usr/local/lib/node_modules/shared/index.js": "",
            }
        ),
        [("error", "/function/index.mjs imports shared, which is not in the image", "/function/index.mjs")],
    ),
    "node, a layer's package on the AWS base, whose loader knows it": (
        aws(
            {
                "/var/task/app.mjs": 'import "shared";\nexport const handler = 1;\n',
                "/opt/nodejs/node_modules/shared/index.js": "",
            },
            "nodejs",
        ),
        [],
    ),
    "node, a package": (
        node({"/function/index.js": 'const express = require("express");\n' + INDEX}),
        [("error", "/function/index.js imports express, which is not in the image", "/function/index.js")],
    ),
    "node, as a module": (
        node(
            {
                "/function/index.js": None,
                "/function/index.mjs": 'import z from "@scope/zod/v4";\nexport const handler = 1;\n',
            }
        ),
        [("error", "/function/index.mjs imports @scope/zod/v4, which is not in the image", "/function/index.mjs")],
    ),
    "node, installed": (
        node(
            {
                "/function/index.js": 'const express = require("express");\n' + INDEX,
                "/node_modules/express/package.json": "{}",
                "/node_modules/express/index.js": "",
            }
        ),
        [],
    ),
    "node, not for certain": (
        node({"/function/index.js": 'function f() {\n  require("a");\n}\n/*\nconst b = require("b");\n*/\n' + INDEX}),
        [],
    ),
}


@pytest.mark.parametrize(("description", "expected"), CASES.values(), ids=CASES)
def test_images(description: dict[str, Any], expected: list[tuple[str, str, str]]) -> None:
    assert found("missing-module", description) == expected


def in_app(code: str, files: dict[str, Any] | None = None, version: str = "3.13") -> list[str]:
    """What is said of a handler's file with this code, less the file's name."""
    site = f"/usr/local/lib/python{version}/site-packages"
    image = python(
        {
            **dict.fromkeys(programs.python()),
            **dict.fromkeys(programs.awslambdaric()),
            **programs.python(version),
            **programs.awslambdaric(site, f"cpython-{version.replace('.', '')}-x86_64-linux-gnu"),
            "/function/app.py": f"{code}\n{APP}",
            **(files or {}),
        }
    )
    return [message.removeprefix("/function/app.py ") for _, message, _ in found("missing-module", image)]


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("import collections\nclass A(collections.Mapping): ...", "collections.Mapping"),
        ("import collections as c\nA = isinstance([], c.Sequence)", "collections.Sequence"),
        ("import asyncio\n@asyncio.coroutine\ndef f(): ...", "asyncio.coroutine"),
        ("import inspect\nA = inspect.getargspec(print)", "inspect.getargspec"),
        ("import time\nSTART = time.clock()", "time.clock"),
        ("import collections, os\ndef f(a: collections.Iterable) -> None: ...", "collections.Iterable"),
        ("import collections\ndef f(a=collections.Mapping): ...", "collections.Mapping"),
        ("import ssl\nwith open('app.py'):\n    WRAP = ssl.wrap_socket", "ssl.wrap_socket"),
        ("import sys, time\nif sys.version_info >= (3, 8):\n    A = time.clock", "time.clock"),
    ],
)
def test_a_name_that_the_library_of_python_has_lost(code: str, name: str) -> None:
    assert in_app(code) == [f"uses {name}, which Python 3.13 no longer has"]
    assert in_app("import tools", {"/function/tools.py": code.replace("app.py", "tools.py")}) == [
        f"/function/tools.py uses {name}, which Python 3.13 no longer has"
    ]


@pytest.mark.parametrize(
    "code",
    [
        "import collections.abc\nclass A(collections.abc.Mapping): ...",
        "import collections.abc as collections\nclass A(collections.Mapping): ...",
        "import collections\ndef f():\n    return collections.Mapping",
        "import collections\nA = lambda: collections.Mapping",
        "import collections\nA = hasattr(collections, 'Mapping') and collections.Mapping",
        "import collections\nA = collections.Mapping if hasattr(collections, 'Mapping') else None",
        "import collections\ntry:\n    A = collections.Mapping\nexcept AttributeError:\n    A = dict",
        "from __future__ import annotations\nimport collections\ndef f(a: collections.Mapping): ...",
        "import collections\ncollections = None\nA = getattr(collections, 'x', None) or collections.Mapping",
        "import collections.abc\ncollections.Mapping = collections.abc.Mapping\nfrom collections import Mapping",
        "import collections, collections.abc\nfor name in collections.abc.__all__:\n"
        "    setattr(collections, name, getattr(collections.abc, name))\nclass A(collections.Mapping): ...",
        "try:\n    import patches\nexcept ImportError:\n    pass\nfrom collections import Mapping",
        "import sys, time\nif sys.version_info < (3, 8):\n    A = time.clock()",
        "import time\ntime = time.time\nA = time.clock",
        "from __future__ import division, annotations\nimport collections\ndef f(a: collections.Mapping): ...",
        "import collections as c\nc.Mapping = dict\nA = c.Mapping",
        "import collections as c\nsetattr(c, 'Mapping', dict)\nA = c.Mapping",
        "import collections as c\nvars(c)['Mapping'] = dict\nA = c.Mapping",
        "import collections\nA = 2 < 1 < collections.Mapping",
        "import collections as c\nmatch input():\n    case c:\n        A = 1\nB = c.Mapping",
        "import collections as c\ntry:\n    A = 1\nexcept Exception as c:\n    B = 2\nC = c.Mapping",
        "import collections\nfrom names import *\nA = collections.Mapping",
    ],
)
def test_a_name_that_may_be_there_all_the_same(code: str) -> None:
    patches = "import collections\nimport collections.abc\ncollections.Mapping = collections.abc.Mapping\n"
    names = "class collections:\n    Mapping = dict\n"
    assert in_app(code, {"/function/patches.py": patches, "/function/names.py": names}) == []


def test_a_name_that_is_put_back_before_the_handler_is_loaded() -> None:
    patches = "import collections\ncollections.Mapping = dict\n"
    assert in_app("from collections import Mapping", {f"{SITE}/sitecustomize.py": patches}) == []
    assert in_app("from collections import Mapping", {"/elsewhere/sitecustomize.py": patches}) != []
    line = "import collections; collections.Mapping = dict\n"
    assert in_app("from collections import Mapping", {f"{SITE}/patches.pth": line}) == []


@pytest.mark.parametrize(
    "making",
    [
        "import enum\n@enum.global_enum\nclass A(enum.Enum):\n    RED = 1",
        "from enum import Enum, global_enum\n@global_enum\nclass A(Enum):\n    RED = 1",
        "import enum, acme\nenum.IntEnum._convert_('A', __name__, str.isupper, source=acme)",
        "match {'a': 1}:\n    case {'a': 1, **RED}:\n        pass",
        "import paint",
    ],
)
def test_a_name_that_a_module_has_without_a_plain_statement(making: str) -> None:
    files = {"/function/paint.py": "import colors\ncolors.RED = 1\n", "/function/acme.py": "RED = 1\n"}
    assert in_app("from colors import RED", {"/function/colors.py": making + "\n", **files}) == []
    assert in_app("from colors import BLACK", {"/function/colors.py": "import paint\n", **files}) == [
        "imports BLACK from colors, which /function/colors.py does not define"
    ]


@pytest.mark.parametrize(
    ("code", "files"),
    [
        ("from sys import path\npath.append('/x')\nimport deep", {}),
        ("import os, sys as s\ns.path.append('/x')\nimport deep", {}),
        ("import paths\nimport deep", {"paths.py": "import sys as s\ns.path.append('/x')\n"}),
        ("from sys import modules\nmodules['deep'] = 1\nimport deep", {}),
        ("import builtins\nbuiltins.__import__ = print\nimport deep", {}),
        (
            "import importlib\nimportlib.import_module('paths')\nimport deep",
            {"paths.py": "import sys\nsys.path = []\n"},
        ),
        ("__import__('first')\nimport deep", {"first.py": "import paths\n", "paths.py": "import sys\nsys.path = []\n"}),
        ("import importlib\nfor name in 'ab':\n    importlib.import_module(name)\nimport deep", {}),
        ("exec(open('paths').read())\nimport deep", {}),
        ("import runpy\nrunpy.run_path('paths.py')\nimport deep", {}),
        (
            "import pkg.deep",
            {"pkg/__init__.py": "from . import a\n", "pkg/a.py": "import sys\nsys.modules['pkg.deep'] = 1"},
        ),
        (
            "from pkg import deep",
            {"pkg/__init__.py": "from . import a\n", "pkg/a.py": "__import__('pkg.' + input())\n"},
        ),
        ("__package__ = 'pkg'\nimport pkg\nfrom .a import b", {"pkg/__init__.py": "", "pkg/a.py": "b = 1\n"}),
        (
            "try:\n    import old\nexcept RuntimeError:\n    pass",
            {"old.py": "try:\n    import deep\nexcept ImportError:\n    raise RuntimeError\n"},
        ),
        (
            "try:\n    import old\nexcept AttributeError:\n    pass",
            {"old.py": "import inspect\nA = inspect.getargspec\n"},
        ),
        ("try:\n    from old import *\nexcept AttributeError:\n    pass", {"old.py": "__all__ = ['a']\n"}),
        ("DEEP = False\ntry:\n    DEEP\nexcept NameError:\n    DEEP = True\nif DEEP:\n    import deep", {}),
    ],
)
def test_a_module_that_may_be_found_all_the_same(code: str, files: dict[str, str]) -> None:
    assert in_app(code, {f"/function/{name}": text for name, text in files.items()}) == []


@pytest.mark.parametrize(
    "adding",
    [
        "import sys\nsys.path.insert(0, 'vendor')",
        "import sys\nsys.path.append('/function/vendor')",
        "import sys\nsys.path.append('./vendor')",
        "import os, sys\nsys.path.insert(0, os.path.join(os.path.dirname(__file__), 'vendor'))",
        "import os, sys\nHERE = os.path.dirname(os.path.abspath(__file__))\nsys.path.insert(1, HERE + '/vendor')",
        "import sys\nfrom pathlib import Path\nsys.path.append(str(Path(__file__).parent / 'vendor'))",
        "import sys\nif 'vendor' not in sys.path:\n    sys.path.append('vendor')",
        "import paths",
    ],
)
@pytest.mark.parametrize(
    ("files", "lost"),
    [
        ({}, ["imports deep, which is not in the image"]),
        ({"/function/vendor/other.py": ""}, ["imports deep, which is not in the image"]),
        ({"/function/vendor/deep.py": ""}, []),
        ({"/function/vendor/deep/__init__.py": ""}, []),
        ({"/function/vendor": symlink("/srv/code"), "/srv/code/deep.py": ""}, []),
        ({"/function/vendor": symlink("/tmp/code")}, []),
        (
            {"/function/vendor/deep.py": "import deeper\n"},
            ["/function/vendor/deep.py imports deeper, which is not in the image"],
        ),
    ],
)
def test_a_folder_that_code_adds_to_the_search(adding: str, files: dict[str, Any], lost: list[str]) -> None:
    more = {"/function/paths.py": "import sys\nsys.path.append('/function/vendor')\n", **files}
    assert in_app(f"{adding}\nimport deep", more) == lost


@pytest.mark.parametrize(
    "adding",
    [
        "import sys\nsys.path.append(input())",
        "import sys\nsys.path.append('/tmp/vendor')",
        "import sys\nsys.path.append('/mnt/efs/vendor')",
        "import sys\nsys.path.append('../vendor')",
        "import sys\nsys.path.append('vendor.zip')",
        "import sys\nfrom pathlib import Path\nsys.path.append(Path('vendor'))",
        "import sys\nfor each in ('a', 'b'):\n    sys.path.append(each)",
        "import os, sys\nos.chdir('/srv')\nsys.path.append('vendor')",
        "import sys, moves\nsys.path.append('vendor')",
        "import sys\nsys.path.append('vendor')\nsys.path.append(input())",
        "import sys\nif input():\n    sys.path.append('vendor')",
        "import sys\nif 'a' not in sys.path:\n    sys.path.append('vendor')\nelse:\n    sys.path.append('b')",
        "import sys\nsys = input()\nsys.path.append('vendor')",
    ],
)
def test_a_folder_that_is_not_known(adding: str) -> None:
    files = {"/function/vendor.zip": "", "/function/moves.py": "import os\ndef f():\n    os.chdir('/srv')\n"}
    assert in_app(f"{adding}\nimport deep", files) == []


def test_what_is_imported_before_the_search_for_modules_changes() -> None:
    code = "import first\ndef load(name):\n    return __import__(name)\nimport second"
    assert in_app(code) == ["imports first, which is not in the image"]


@pytest.mark.parametrize(
    ("making", "putting"),
    [
        (
            "import paint",
            "import colors, json\nfor name, value in json.load(open(0)).items():\n    setattr(colors, name, value)\n",
        ),
        ("import paint", "import colors, json\nvars(colors).update(json.load(open(0)))\n"),
        ("import paint\npaint.put('RED')", "import sys\ndef put(name):\n    sys._getframe(1).f_globals[name] = 1\n"),
        (
            "import paint\n@paint.put('RED')\ndef f(): ...",
            "def put(name):\n    return lambda f: f.__globals__.update({name: f})\n",
        ),
        ("def f(): ...\nf.__globals__['RED'] = 1", ""),
        ("from sys import modules\nmodules[__name__] = input", ""),
        ("import builtins\nbuiltins.exec('RED = 1')", ""),
        ("def f(a=(RED := 1)): ...", ""),
        ("import paint\nRED: int\npaint.public(RED=1)", "def public(**names): ...\n"),
        ("class A((RED := object)): ...", ""),
    ],
)
def test_a_name_that_code_puts_into_a_module(making: str, putting: str) -> None:
    files = {"/function/colors.py": making + "\n", "/function/paint.py": putting}
    assert in_app("from colors import RED", files) == []


@pytest.mark.parametrize(
    "code",
    [
        "def f():\n    global RED\n    RED = 1\nf()\nimport b\nRED = RED or 2\n",
        "vars()['RED'] = 1\nimport b\nRED = RED or 2\n",
        "import a\na.RED = 1\nimport b\nRED = RED or 2\n",
    ],
)
def test_a_name_that_a_waiting_module_has_already(code: str) -> None:
    assert in_app("import a", {"/function/a.py": code, "/function/b.py": "from a import RED\n"}) == []


def test_modules_that_may_have_been_imported_in_another_order() -> None:
    files = {"/function/a.py": "import b\nRED = 1\n", "/function/b.py": "from a import RED\n"}
    assert in_app("import importlib\nimportlib.import_module('b')\nimport a", files) == []
    assert in_app("import importlib\nimportlib.import_module('os')\nimport a", files) != []


@pytest.mark.parametrize(
    ("code", "version", "said"),
    [
        (
            "from datetime import UTC",
            "3.9",
            "imports UTC from datetime, which Python 3.9 does not have yet, but 3.11 has",
        ),
        ("from datetime import UTC", "3.11", None),
        (
            "import enum\nclass A(enum.StrEnum): ...",
            "3.10",
            "uses enum.StrEnum, which Python 3.10 does not have yet, but 3.11 has",
        ),
        ("import enum\nclass A(enum.StrEnum): ...", "3.11", None),
        ("try:\n    from typing import Self\nexcept ImportError:\n    Self = object", "3.9", None),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from typing import Self", "3.9", None),
        ("import tomllib", "3.10", "imports tomllib, which is not in the image"),
        ("import zoneinfo", "3.8", "imports zoneinfo, which is not in the image"),
    ],
)
def test_a_name_that_the_library_of_python_does_not_have_yet(code: str, version: str, said: str | None) -> None:
    assert in_app(code, version=version) == ([] if said is None else [said])


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("from importlib.metadata import version\nV = version('Acme-Tools')", "Acme-Tools"),
        ("import importlib.metadata\nV = importlib.metadata.version('acme_tools')", "acme_tools"),
        ("from importlib import metadata as m\nV = m.distribution('acme.tools').version", "acme.tools"),
        ("from importlib.metadata import version\nclass A:\n    V = 'v' + version('acme-tools')", "acme-tools"),
    ],
)
@pytest.mark.parametrize(
    ("record", "there"),
    [
        (f"{SITE}/acme_other-1.0.dist-info/METADATA", False),
        (f"{SITE}/acme_tools_more-1.0.dist-info/METADATA", False),
        (f"{SITE}/acme_tools-1.0.dist-info/METADATA", True),
        (f"{SITE}/Acme.Tools-1.0-py3.13.egg-info/PKG-INFO", True),
        (f"{SITE}/acme-tools-1.0.dist-info/METADATA", True),
        ("/function/acme_tools.egg-info/PKG-INFO", True),
        ("/usr/local/lib/python3.13/acme_tools-1.0.dist-info/METADATA", True),
        ("/elsewhere/acme_tools-1.0.dist-info/METADATA", False),
    ],
)
def test_metadata_of_a_distribution_that_a_handler_asks_for(code: str, name: str, record: str, there: bool) -> None:
    said = f"asks for the version of {name}, whose metadata is not in the image"
    assert in_app(code, {record: ""}) == ([] if there else [said])


@pytest.mark.parametrize(
    "code",
    [
        "from importlib.metadata import PackageNotFoundError, version\n"
        "try:\n    V = version('acme')\nexcept PackageNotFoundError:\n    V = '0'",
        "from importlib.metadata import version\ndef v():\n    return version('acme')",
        "from importlib.metadata import version\nNAME = input()\nV = version(NAME)",
        "import tools\nimport importlib.metadata\nV = importlib.metadata.version('acme')",
        "import sys\nsys.path.append(input())\nfrom importlib.metadata import version\nV = version('acme')",
        "from tools import version\nV = version('acme')",
        "import importlib.metadata\nimportlib.metadata.version = str\nV = importlib.metadata.version('acme')",
    ],
)
def test_metadata_that_is_not_asked_for_with_certainty(code: str) -> None:
    assert (
        in_app(code, {"/function/tools.py": "import importlib.metadata as m\nm.version = str\nversion = str\n"}) == []
    )


def test_metadata_that_an_installed_package_asks_for_itself() -> None:
    code = "from importlib.metadata import version\n__version__ = version(__name__)\n"
    image = installed({"pkg/__init__.py": code})
    assert found("missing-module", image) == [
        (
            "error",
            f"{SITE}/pkg/__init__.py asks for the version of pkg, whose metadata is not in the image",
            f"{SITE}/pkg/__init__.py",
        )
    ]
    assert found("missing-module", installed({"pkg/__init__.py": code, "pkg-2.0.dist-info/METADATA": ""})) == []


@pytest.mark.parametrize(
    ("exporting", "lost"),
    [
        ("__all__ = ['a', 'b']\na = 1\n", ["imports b from parts, which /function/parts.py does not define"]),
        ("__all__ = ('a',)\na = 1\n", []),
        ("__all__ = ['a']\n__all__ += ['b']\n", []),
        ("__all__ = [name for name in 'ab']\n", []),
        ("from more import *\n__all__ = ['a']\n", []),
        ("__all__ = ['a']\ndef __getattr__(name): ...\n", []),
        ("a = 1\n", []),
    ],
)
def test_a_module_that_exports_what_it_does_not_define(exporting: str, lost: list[str]) -> None:
    assert in_app("from parts import *", {"/function/parts.py": exporting, "/function/more.py": ""}) == lost


def test_a_package_that_exports_its_modules() -> None:
    files = {"/function/parts/__init__.py": "__all__ = ['a', 'b']\n", "/function/parts/a.py": ""}
    assert in_app("from parts import *", files) == ["imports parts.b, which is not in the image"]


@pytest.mark.parametrize(
    ("code", "version", "written"),
    [
        ("def f(a: int | None): ...", "3.9", "int | None"),
        ("def f() -> 'int' or None | str: ...", "3.9", None),
        ("def f(*, a: list[int] | dict[str, str] | None = None): ...", "3.9", "list[int] | dict[str, str] | None"),
        ("async def f(*a) -> None | str: ...", "3.8", "None | str"),
        ("class A:\n    a: str | None = None", "3.9", "str | None"),
        ("class A:\n    def f(self, a: float | int): ...", "3.9", "float | int"),
        ("A = isinstance(1, int | str)", "3.9", "int | str"),
        ("def f(a: list[int]): ...", "3.8", "list[int]"),
        ("def f(a: int | None): ...", "3.10", None),
        ("def f(a: list[int]): ...", "3.9", None),
        ("from __future__ import annotations\ndef f(a: int | None): ...", "3.9", None),
        ("from __future__ import annotations\nA = int | None", "3.9", "int | None"),
        ("def f(a: 'int | None'): ...", "3.9", None),
        ("def f():\n    a: int | None = None", "3.9", None),
        ("FLAGS = 1 | 2", "3.9", None),
        ("from flags import int\nA = int | None", "3.9", None),
        ("class Own: ...\n\ndef f(a: Own | None): ...", "3.9", None),
        ("import typing\nglobals()['list'] = typing.List\nA = list[int]", "3.8", None),
        ("try:\n    A = int | None\nexcept TypeError:\n    A = int", "3.9", None),
        ("import sys\nif sys.version_info >= (3, 10):\n    A = int | None", "3.9", None),
    ],
)
def test_a_type_that_an_earlier_python_cannot_make(code: str, version: str, written: str | None) -> None:
    since = "3.9" if version == "3.8" and written == "list[int]" else "3.10"
    said = f"uses the type {written}, which Python {version} does not have yet, but {since} has"
    files = {"/function/flags.py": "int = 1\n"}
    assert in_app(code, files, version) == ([] if written is None else [said])


ZONEINFO = {"/usr/local/lib/python3.13/zoneinfo/__init__.py": ""}


@pytest.mark.parametrize(
    ("code", "asks"),
    [
        ("from zoneinfo import ZoneInfo\nHERE = ZoneInfo('Europe/Berlin')", True),
        ("import zoneinfo as z\ndef f(at=z.ZoneInfo('Europe/Berlin')): ...", True),
        ("from backports.zoneinfo import ZoneInfo\nHERE = ZoneInfo('Europe/Berlin')", True),
        ("from zoneinfo import ZoneInfo\ndef f():\n    return ZoneInfo('Europe/Berlin')", False),
        ("from zoneinfo import ZoneInfo\nHERE = ZoneInfo(input())", False),
        ("import zoneinfo\ntry:\n    A = zoneinfo.ZoneInfo('Europe/Berlin')\nexcept KeyError:\n    A = None", False),
        ("def ZoneInfo(key): ...\nHERE = ZoneInfo('Europe/Berlin')", False),
    ],
)
@pytest.mark.parametrize(
    ("data", "there"),
    [
        ("/usr/share/zoneinfo/Europe/Paris", False),
        ("/usr/share/zoneinfo/Europe/Berlin.txt", False),
        (f"{SITE}/pytz/zoneinfo/Europe/Berlin", False),
        ("/usr/share/zoneinfo/Europe/Berlin", True),
        ("/opt/zones/Europe/Berlin", True),
        (f"{SITE}/tzdata/zoneinfo/Europe/Berlin", True),
    ],
)
def test_a_time_zone_that_a_handler_asks_for(code: str, asks: bool, data: str, there: bool) -> None:
    said = "asks for the time zone Europe/Berlin, for which the image has no data"
    files = {data: "", f"{SITE}/backports/zoneinfo/__init__.py": "class ZoneInfo: ...\n", **ZONEINFO}
    assert in_app(code, files) == ([said] if asks and not there else [])


def test_time_zones_behind_a_link() -> None:
    code = "from zoneinfo import ZoneInfo\nHERE = ZoneInfo('Europe/Berlin')"
    links = {"/usr/share/zoneinfo": symlink("/data/zones"), "/data/zones/Europe": symlink("e")}
    assert in_app(code, {**links, "/data/zones/e/Berlin": "", **ZONEINFO}) == []


@pytest.mark.parametrize(
    ("code", "name", "line"),
    [
        ("TABLE = os.environ['TABLE']", "os", 1),
        ("import logging\nlogger.setLevel(logging.INFO)", "logger", 2),
        ("class Model(BaseModel): ...", "BaseModel", 1),
        ("@tracer.capture\ndef f(): ...", "tracer", 1),
        ("def f(a: Optional[str] = None): ...", "Optional", 1),
        ("def f(a=DEFAULT): ...", "DEFAULT", 1),
        ("NAMES = [\n    each\n    for each in EVERY\n]", "EVERY", 3),
        ("TEXT = f'{STAGE}-table'", "STAGE", 1),
        ("class A:\n    b = missing", "missing", 2),
    ],
)
def test_a_name_that_nothing_defines(code: str, name: str, line: int) -> None:
    said = f"uses the name {name}, which nothing defines (line {line})"
    assert in_app(code) == [said]
    own = found("missing-module", python({"/function/app.py": f"import own\n{APP}", "/function/own.py": code}))
    assert own == [("error", f"/function/own.py {said}", "/function/own.py")]


@pytest.mark.parametrize(
    ("code", "name", "line"),
    [
        ("A = later\nlater = 1", "later", 1),
        ("A = later()\ndef later(): ...", "later", 1),
        ("class A(Later): ...\nclass Later: ...", "Later", 1),
        ("@later\ndef f(): ...\ndef later(f): ...", "later", 1),
        ("class A:\n    b = later\n    later = 1", "later", 2),
        ("A = later\nimport os as later", "later", 1),
        ("def f(a=later): ...\nfor later in 'ab': ...", "later", 1),
    ],
)
def test_a_name_that_is_defined_further_down(code: str, name: str, line: int) -> None:
    assert in_app(code) == [f"uses the name {name}, which is defined only further down (line {line})"]


@pytest.mark.parametrize(
    "code",
    [
        "def f():\n    return later\nlater = 1",
        "def f():\n    global later\n    later = 1\nf()\nA = later\nlater = 2",
        "def f(later): ...\nA = later\nlater = 2",
        "try:\n    A = later\nexcept NameError:\n    A = 1\nlater = 2",
        "A = print\ndef print(): ...",
        "A = [\n    later\n    for later in 'ab'\n]",
        "def f() -> 'later': ...\nlater = 1",
        "from __future__ import annotations\ndef f() -> Later: ...\nclass Later: ...",
        "later: int\nA = later\nlater = 1",
        "globals().update(later=1)\nA = later\nlater = 1",
        "class Node:\n    def f(self) -> 'Node': ...\n    def g(self, other: 'Node'): ...",
        "if input():\n    A = later\nlater = 1",
        "import patches\nA = later\nlater = 1",
    ],
)
def test_a_name_that_may_be_defined_above(code: str) -> None:
    files = {"/function/patches.py": "import sys\nsys.modules['app'].later = 1\n"}
    assert in_app(code, files) == []


PREPARES = "class Meta(type):\n    @classmethod\n    def __prepare__(cls, name, bases): return Words()\n"


@pytest.mark.parametrize(
    ("meta", "said"),
    [
        (PREPARES, []),
        (
            PREPARES.replace("__prepare__", "prepare"),
            [
                "uses the name B, which is defined only further down (line 3)",
                "uses the name C, which nothing defines (line 4)",
            ],
        ),
    ],
)
def test_a_name_that_a_metaclass_may_give_to_the_body_of_a_class(meta: str, said: list[str]) -> None:
    words = "class Words(dict):\n    def __getitem__(self, name): return name\n"
    site = "/usr/local/lib/python3.13/site-packages"
    files = {f"{site}/lex.py": f"{words}{meta}class Lexer(metaclass=Meta): ...\n"}
    code = "from lex import Lexer\nclass L(Lexer):\n    a = {B}\n    c = C\n    B = 'b'"
    assert in_app(code, files) == said
    assert in_app(code.replace("(Lexer)", ""), files) == [
        "uses the name B, which is defined only further down (line 3)",
        "uses the name C, which nothing defines (line 4)",
    ]


@pytest.mark.parametrize(
    ("names", "wanted", "there"),
    [
        ("__all__ = ['a']\na = hidden = 1\n", "hidden", False),
        ("__all__ = ['a']\na = hidden = 1\n", "a", True),
        ("a = _hidden = 1\n", "_hidden", False),
        ("a = 1\n", "b", False),
        ("a = 1\ndef f():\n    global b\n    b = 1\nf()\n", "b", True),
        ("__all__ = ['a']\n__all__ += ['b']\na = b = 1\n", "b", True),
        ("__all__ = [name for name in 'ab']\na = b = 1\n", "b", True),
        ("from others import *\n", "b", True),
        ("globals()['b'] = 1\n", "b", True),
        ("def __getattr__(name): ...\n__all__ = ['b'] + []\n", "b", True),
    ],
)
def test_a_name_of_a_module_whose_names_are_all_imported(names: str, wanted: str, there: bool) -> None:
    files = {"/function/names.py": names, "/function/others.py": "b = 1\n"}
    said = f"uses the name {wanted}, which nothing defines (line 2)"
    assert in_app(f"from names import *\nA = {wanted}", files) == ([] if there else [said])


def test_a_name_that_is_imported_with_all_others_further_down() -> None:
    files = {"/function/names.py": "b = 1\n"}
    said = "uses the name b, which is defined only further down (line 1)"
    assert in_app("A = b\nfrom names import *", files) == [said]


@pytest.mark.parametrize("code", ["from .part import a\nA = part.a", "from pkg.part import *\nA = part.a"])
def test_a_module_is_a_name_of_its_package(code: str) -> None:
    files = {"/function/pkg/__init__.py": code, "/function/pkg/part.py": "a = 1\n"}
    assert in_app("import pkg", files) == []
    assert in_app("import pkg", {**files, "/function/pkg/__init__.py": f"{code}\nB = other"}) != []


def test_a_type_parameter_of_a_class() -> None:
    assert in_app("class A[T]:\n    def f(self, a: T) -> T: ...\n    b: T") == []


@pytest.mark.parametrize(
    "code",
    [
        "def f():\n    return missing",
        "f = lambda: missing",
        "A = [missing for missing in 'ab']",
        "if input():\n    missing",
        "A = 1 and missing",
        "try:\n    missing\nexcept NameError:\n    A = 1",
        "try:\n    missing\nexcept Exception:\n    import nowhere",
        "from names import *\nmissing",
        "globals()['missing'] = 1\nmissing",
        "def f():\n    global missing\n    missing = 1\nf()\nmissing",
        "import patches\nmissing",
        "from icecream import install\ninstall()\nmissing",
        "A = __file__, __name__, print, ExceptionGroup, __debug__",
        "class A:\n    b = __qualname__, __module__",
        "from __future__ import annotations\ndef f(a: missing): ...",
        "def f(a: 'missing'):\n    b: missing = 1",
        "while True:\n    missing\n    break",
        "match input():\n    case missing:\n        pass\nA = missing",
        "print(missing := 1)\nA = missing",
    ],
)
def test_a_name_that_something_may_define(code: str) -> None:
    files = {
        "/function/names.py": "missing = 1\n",
        "/function/patches.py": "import builtins\nbuiltins.missing = 1\n",
        f"{SITE}/icecream/__init__.py": "def install(): ...\n",
    }
    assert in_app(code, files) == []


def test_annotations_are_not_evaluated_from_python_3_14_on() -> None:
    assert in_app("def f(a: missing): ...", version="3.14") == []
    assert in_app("def f(a: missing): ...", version="3.13") == ["uses the name missing, which nothing defines (line 1)"]


@pytest.mark.parametrize(
    ("code", "files"),
    [
        pytest.param(
            "from zoneinfo import ZoneInfo\n", {"/function/zoneinfo.py": "class ZoneInfo: ...\n"}, id="of its own"
        ),
        pytest.param(
            "import zoneinfo\nfrom zoneinfo import ZoneInfo\nzoneinfo.reset_tzpath(['/tmp/zones'])\n",
            {},
            id="made at run time",
        ),
        pytest.param(
            "import zones\nfrom zoneinfo import ZoneInfo\n",
            {"/function/zones.py": "import os\nos.environ['PYTHONTZPATH'] = '/mnt/zones'\n"},
            id="mounted",
        ),
    ],
)
def test_time_zones_that_are_elsewhere(code: str, files: dict[str, Any]) -> None:
    assert in_app(f"{code}HERE = ZoneInfo('Europe/Berlin')", files | ZONEINFO) == []


ELSEWHERE: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "a folder in an archive that PYTHONPATH names": ({"/function/deps.zip": "PK"}, {"PYTHONPATH": "deps.zip/python"}),
    "a file system of the function's": ({}, {"PYTHONPATH": "/mnt/efs/lib"}),
    "a link to a file system of the function's": ({"/function/deep": symlink("/mnt/efs/deep")}, {}),
    "a link to a file that is made at run time": ({"/function/deep.py": symlink("/tmp/deep.py")}, {}),
    "an egg that is an archive": ({f"{SITE}/deep.egg": "PK", f"{SITE}/easy-install.pth": "./deep.egg\n"}, {}),
    "the last of many folders": (
        {f"{SITE}/a.pth": "".join(f"/opt/{number}\n" for number in range(60)), "/opt/59/deep.py": ""},
        {},
    ),
    "pip install --user": ({"/opt/user/lib/python3.13/site-packages/deep.py": ""}, {"PYTHONUSERBASE": "/opt/user"}),
    "pip install --user with a home": ({"/app/.local/lib/python3.13/site-packages/deep.py": ""}, {"HOME": "/app"}),
}


@pytest.mark.parametrize(("files", "env"), ELSEWHERE.values(), ids=ELSEWHERE)
def test_a_module_that_lies_elsewhere(files: dict[str, Any], env: dict[str, str]) -> None:
    app = {"/function/app.py": f"import deep\n{APP}"}
    path = {"PATH": "/usr/local/bin"}
    assert found("missing-module", python({**app, **files}, env=path | env)) == []
    assert found("missing-module", python(app, env=path)) != []


OF_BASE: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "an editable install": (
        {"/var/lang/lib/python3.13/site-packages/deep.pth": "/srv/src\n", "/srv/src/deep.py": ""},
        {},
    ),
    "a folder that the function's own path file adds": ({"/var/task/a.pth": "lib\n", "/var/task/lib/deep.py": ""}, {}),
    "code that adds a folder": (
        {"/var/lang/lib/python3.13/site-packages/sitecustomize.py": "import sys\nsys.path.append('/srv')\n"},
        {},
    ),
    "a wrapper": ({"/opt/wrapper": programs.program()}, {"AWS_LAMBDA_EXEC_WRAPPER": "/opt/wrapper"}),
    "a relative folder": ({"/var/task/lib/deep.py": ""}, {"PYTHONPATH": "lib"}),
    "a file system of the function's": ({}, {"PYTHONPATH": "/mnt/efs"}),
}


@pytest.mark.parametrize(("files", "env"), OF_BASE.values(), ids=OF_BASE)
def test_a_module_that_lies_elsewhere_on_a_base_image(files: dict[str, Any], env: dict[str, str]) -> None:
    app = {"/var/task/app.py": f"import deep\n{APP}"}
    assert found("missing-module", aws({**app, **files}, env=env)) == []
    assert found("missing-module", aws(app)) != []


def test_a_python_for_debugging_takes_what_is_built_for_the_usual_one() -> None:
    library = "/usr/local/lib/python3.13/lib-dynload/math.cpython-313d-x86_64-linux-gnu.so"
    files = {"/function/fast.cpython-313-x86_64-linux-gnu.so": "", library: ""}
    assert in_app("import fast", files) == []


@pytest.mark.parametrize(
    "link",
    [
        pytest.param({"/function/deep": symlink("../libs/deep")}, id="to a package"),
        pytest.param({"/function/deep.py": symlink("/srv/deep.py")}, id="to a file"),
    ],
)
def test_a_link_to_what_was_left_behind(link: dict[str, Any]) -> None:
    assert in_app("import deep", link) == ["imports deep, which is not in the image"]


@pytest.mark.parametrize(
    ("files", "name"),
    [
        ({"own.pyc": OF_3_11}, "own"),
        ({"own/__init__.pyc": OF_3_11}, "own"),
        ({"own.pyc": OF_3_13}, ""),
        ({"own.pyc": b"\x01\x02\r\n"}, ""),
        ({"own.pyc": b""}, ""),
        ({"own.pyc": OF_3_11, "own.py": ""}, ""),
        ({"own/__init__.pyc": OF_3_11, "own/__init__.py": ""}, ""),
        ({"own/__pycache__/__init__.cpython-311.pyc": OF_3_11, "own/__init__.py": ""}, ""),
    ],
)
def test_a_compiled_module(files: dict[str, Any], name: str) -> None:
    image = python(
        {"/function/app.py": "import own\n" + APP, **{f"/function/{path}": what for path, what in files.items()}}
    )
    said = f"/function/app.py imports {name}, which is compiled for Python 3.11, and this is Python 3.13"
    assert found("missing-module", image) == ([("error", said, "/function/app.py")] if name else [])


@pytest.mark.parametrize(
    ("record", "sure"),
    [("acme_tools-1.0.dist-info/RECORD", True), ("acme_tools-1.0.dist-info/METADATA", False)],
)
def test_a_package_beside_the_handler_that_is_called_otherwise_than_what_brought_it(record: str, sure: bool) -> None:
    """Its own code does not change how the function's modules are found."""
    files = {
        "/var/task/app.py": f"import acme\nimport tools\nimport deep\n{APP}",
        "/var/task/acme/__init__.py": "import sys\ndef f():\n    return sys.modules[__name__]\n",
        "/var/task/tools.py": "import sys\ndef f():\n    return sys.modules[__name__]\n",
        f"/var/task/{record}": "acme/__init__.py,sha256=x,1\ntools.py,,\n../bin/deep,,\n",
    }
    said = [message for _, message, _ in found("missing-module", aws(files))]
    assert said == (["/var/task/app.py imports deep, which is not in the image"] if sure else [])
