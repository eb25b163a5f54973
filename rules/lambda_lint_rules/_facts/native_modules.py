"""Native parts of packages: those that no import tells of, what they leave to the system, and who cannot do without.

Measured on 2026-11-27 with opencv-python 4.5.5.64, 4.8.1.78, 4.10.0.84 and 5.0.0.93 from PyPI (readelf -d): its
cv2/__init__.py calls importlib.import_module for cv2.abi3.so, which needs libQt5Gui of opencv_python.libs, and that
needs libGL.so.1. PEP 599 names what wheels may leave to the system.

Measured on 2026-11-27 with Node.js 20.20: argon2 0.31.2 and 0.45.1, bcrypt 5.1.1 and 6.0.0, canvas 2.11.2 and 3.2.3,
sharp 0.32.6 to 0.35.5 and sqlite3 6.0.1 from npm, installed for macOS, or without their install scripts: none of them
can be required on Linux. better-sqlite3 12 can be: it loads its native part later.
"""

from __future__ import annotations

from collections.abc import Mapping

# Packages that load the native module of their own name whenever they are imported.
LOADED_BY_INIT = frozenset({"cv2"})
# By distribution, what its modules need of the system; it is read whether that is so.
LIBRARIES: Mapping[str, tuple[str, ...]] = {
    "opencv_python": ("libGL.so.1",),
    "opencv_contrib_python": ("libGL.so.1",),
}

# Node.js packages that load a native part as soon as they are loaded themselves: the first version that nobody here has
# looked at. The part is called after its package, and ends with .node, or .wasm where WebAssembly stands in for it.
NODE_PACKAGES: Mapping[str, tuple[int, int]] = {
    "argon2": (0, 46),
    "bcrypt": (7, 0),
    "canvas": (4, 0),
    "sharp": (0, 36),
    "sqlite3": (7, 0),
}
