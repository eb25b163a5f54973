"""Native modules of Python packages that no import statement tells of, and libraries that wheels leave to the system.

Measured on 2026-11-27 with opencv-python 4.5.5.64, 4.8.1.78, 4.10.0.84 and 5.0.0.93 from PyPI (readelf -d): its
cv2/__init__.py calls importlib.import_module for cv2.abi3.so, which needs libQt5Gui of opencv_python.libs, and that
needs libGL.so.1. PEP 599 names what wheels may leave to the system.
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
