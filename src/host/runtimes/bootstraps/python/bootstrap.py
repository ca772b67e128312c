"""Lamplight's Python runtime: behaves as AWS's Python runtime interface client does.

It is started with AWS_LAMBDA_RUNTIME_API alone or with a function's whole environment, connects, and imports nothing of
the user's before it was told what it serves: so it can be started ahead.
"""

import os
import sys

from lamplight_runtime.connection import Connection
from lamplight_runtime.loop import run

# The user's modules come first from here on, and ours can't be taken for theirs.
sys.path.pop(0)


def adopt(assignment):
    """A runtime that was started ahead becomes the function's: its environment and its folder."""
    variables = assignment.get("variables")
    if variables is not None:
        # Where the locale is missing on this machine, Python chose one when it started.
        chosen = {name: os.environ[name] for name in ("LC_CTYPE",) if name in os.environ}
        os.environ.clear()
        os.environ.update({**chosen, **variables})
        os.chdir(assignment["directory"])
    for folder in reversed(assignment.get("searchPath", [])):
        sys.path.insert(0, folder)
    packages = assignment.get("packages", [])
    if packages:
        import site

        for folder in packages:
            site.addsitedir(folder)


connection = Connection(os.environ["AWS_LAMBDA_RUNTIME_API"])
adopt(connection.wait_assignment())
run(connection)
