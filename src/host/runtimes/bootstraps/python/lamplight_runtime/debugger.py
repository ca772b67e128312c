"""Waits for a debugger before anything of the user's is imported: debugpy, which connects to the adapter of an editor.

Nobody can connect to this process, so nobody but the debugger can run code in it.
"""

import importlib.util
import os
import sys

# Whether debugpy warns of Python's own modules that are frozen into it; the user's never are. And what it sets itself.
_QUIET = {"PYDEVD_DISABLE_FILE_VALIDATION": "1", "PYDEVD_USE_FRAME_EVAL": "NO"}


def wait_for_debugger(connection):
    """Returns when breakpoints are set, or when there is no debugger to be had, which the host is told."""
    own = _own_debugpy()
    connection.debugger({"state": "waiting", **({"debugpy": own} if own else {})})
    address = connection.wait_debugger_address()
    try:
        debugpy = _load(address["debugpy"])
        # Processes that the handler starts run as they would without a debugger.
        debugpy.configure(subProcess=False)
        debugpy.connect(("127.0.0.1", address["port"]))
        debugpy.wait_for_client()
    except BaseException as error:
        connection.debugger({"state": "failed", "reason": "%s: %s" % (type(error).__name__, error)})
    else:
        connection.debugger({"state": "attached"})


def _own_debugpy():
    """Folder of the package that the project or this Python has."""
    try:
        spec = importlib.util.find_spec("debugpy")
    except (ImportError, ValueError):
        return None
    if spec is None or not spec.origin:
        return None
    folder = os.path.dirname(os.path.abspath(spec.origin))
    # A module of the user's that has the name only is none.
    return folder if os.path.isdir(os.path.join(folder, "adapter")) else None


def _load(folder):
    """The package in that folder, whatever else the search path has. Leaves path and environment as they were."""
    before = {name: os.environ.get(name) for name in _QUIET}
    os.environ.update(_QUIET)
    parent = os.path.dirname(folder)
    sys.path.insert(0, parent)
    try:
        import debugpy

        # It loads its parts when they are first needed.
        import debugpy.server.api
    finally:
        sys.path.remove(parent)
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
    return debugpy
