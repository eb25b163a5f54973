"""Where Lambda looks for extensions, and how many it starts."""

from __future__ import annotations

FOLDER = "/opt/extensions"
# Lambda's supervisor starts no extension when this file is there.
SWITCHED_OFF = "/opt/disable-extensions-jwigqn8j"
MOST = 10
