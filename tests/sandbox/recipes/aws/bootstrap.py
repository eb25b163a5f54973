"""Stands in for the Python base images' bootstrap: the task root first, then the runtime client."""

import os
import site
import sys

task_root = os.environ["LAMBDA_TASK_ROOT"]
sys.path.insert(0, task_root)
for folder in (task_root, "/opt/python/lib/python3.11/site-packages", "/opt/python"):
    site.addsitedir(folder)

from awslambdaric import __main__ as client  # noqa: E402

client.main(["awslambdaric", os.environ["_HANDLER"]])
