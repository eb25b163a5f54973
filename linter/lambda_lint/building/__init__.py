"""What the instructions of a Dockerfile do while an image is built, and with which files."""

from lambda_lint.building.context import HEAVY, Context, contexts, knows_context, left_out, needed, shows_files
from lambda_lint.building.ignoring import Ignore
from lambda_lint.building.steps import Copied, Ran, Step, stage_named, stages, steps
from lambda_lint.folder import FileTree, Folder, FolderEntry

__all__ = [
    "HEAVY",
    "Context",
    "Copied",
    "FileTree",
    "Folder",
    "FolderEntry",
    "Ignore",
    "Ran",
    "Step",
    "contexts",
    "knows_context",
    "left_out",
    "needed",
    "shows_files",
    "stage_named",
    "stages",
    "steps",
]
