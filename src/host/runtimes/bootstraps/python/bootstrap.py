"""Lamplight's Python runtime: behaves as AWS's Python runtime interface client does.

It is started with AWS_LAMBDA_RUNTIME_API alone or with a function's whole environment, connects, and imports nothing of
the user's before it was told what it serves: so it can be started ahead.
"""

import os
import sys
import time

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
    if "sdk" in assignment:
        project = [*assignment.get("searchPath", []), *packages]
        sys.path.insert(place_of_sdk(project), assignment["sdk"])


def place_of_sdk(project):
    """The SDK that AWS's runtimes bring: behind the project's packages, before those of the machine's own Python."""
    place = len(sys.path)
    for index, folder in reversed(list(enumerate(sys.path))):
        if folder in project or in_virtual_environment(folder):
            break
        if os.path.basename(folder) in ("site-packages", "dist-packages"):
            place = index
    return place


def in_virtual_environment(folder):
    return sys.prefix != sys.base_prefix and folder.startswith(sys.prefix + os.sep)


def keep_no_fresh_bytecode():
    """Compiled code of a file that was saved a moment ago is not kept.

    Python knows it by the file's size and time in whole seconds: of two saves within one second the first one's code
    would run on, in this process's successors too.
    """
    from importlib.machinery import SourceFileLoader

    keep = SourceFileLoader._cache_bytecode

    def keep_settled(self, source_path, bytecode_path, data):
        try:
            settled = time.time() - os.stat(source_path).st_mtime > 2
        except OSError:
            settled = False
        if settled:
            keep(self, source_path, bytecode_path, data)

    SourceFileLoader._cache_bytecode = keep_settled


keep_no_fresh_bytecode()
connection = Connection(os.environ["AWS_LAMBDA_RUNTIME_API"])
assignment = connection.wait_assignment()
adopt(assignment)
if assignment.get("debug"):
    from lamplight_runtime.debugger import wait_for_debugger

    wait_for_debugger(connection)
run(connection)
