"""What an invocation leaves behind: threads and child processes that were begun in it and go on after its answer.

Lambda freezes them there. What the module itself holds, and threads of a pool that wait for work, are none.
"""

import os
import sys
import threading
import time

_MOST = 20
_LIBRARY = os.path.dirname(os.path.abspath(threading.__file__)) + os.sep
_PACKAGES = ("site-packages" + os.sep, "dist-packages" + os.sep)
_OWN_FOLDER = os.path.dirname(os.path.abspath(__file__)) + os.sep
# A thread that has its result behind it ends within this time (seconds), as a pool's that goes back to wait does.
_GRACE = 0.002


class LeftBehind(object):
    def __init__(self):
        self._began = False
        self._threads = set()
        self._children = set()

    def begin(self):
        """An event is about to be handled: what there is now is not its work."""
        self._began = True
        self._threads = set(threading.enumerate()) if threading.active_count() > 1 else set()
        self._children = set(_children()) if _has_children() else set()

    def look(self):
        """What is left, in words, kind first: `Thread Thread-1 (work) at /app/handler.py:12`, `Process 4711 sleep 60`."""
        if not self._began:
            return []
        try:
            threads = self._working() if threading.active_count() > 1 else []
            if threads:
                time.sleep(_GRACE)
                threads = self._working()
            children = [pid for pid in _children() if pid not in self._children] if _has_children() else []
            left = [_describe_thread(thread, frame) for thread, frame in threads]
            left += [text for text in map(_describe_process, children) if text is not None]
        except Exception:
            # It is about what Python keeps for itself: better nothing than an error in the function's name.
            return []
        more = len(left) - _MOST
        return left[:_MOST] + (["… and %d more" % more] if more > 0 else [])

    def _working(self):
        frames = sys._current_frames()
        found = []
        for thread in threading.enumerate():
            if thread is threading.main_thread() or thread in self._threads:
                continue
            frame = _outermost(frames.get(thread.ident))
            if frame is not None:
                found.append((thread, frame))
        return found


def _outermost(frame):
    """The first of its frames in the function's own code; None for a thread of a library's own."""
    found = None
    while frame is not None:
        if not _is_library(frame.f_code.co_filename):
            found = frame
        frame = frame.f_back
    return found


def _is_library(name):
    return name.startswith((_LIBRARY, _OWN_FOLDER, "<frozen")) or any(folder in name for folder in _PACKAGES)


def _describe_thread(thread, frame):
    code = frame.f_code
    function = getattr(code, "co_qualname", code.co_name)
    # Python 3.10 and later name the target themselves.
    name = thread.name if "(" in thread.name else "%s (%s)" % (thread.name, function)
    return "Thread %s at %s:%d" % (name, code.co_filename, code.co_firstlineno)


def _has_children():
    """One call into the system, which takes nothing from whoever waits for a child."""
    if not hasattr(os, "waitid"):
        return False
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        return True
    except ChildProcessError:
        return False
    except OSError:
        return False


def _children():
    """Pids of this process's children, where the system has a list of them (Linux)."""
    found = []
    try:
        for task in os.listdir("/proc/self/task"):
            with open("/proc/self/task/%s/children" % task) as children:
                found += [int(pid) for pid in children.read().split()]
    except OSError:
        # A thread that has ended meanwhile, or no such list.
        pass
    return found


def _describe_process(pid):
    try:
        with open("/proc/%d/stat" % pid) as stat:
            if stat.read().rpartition(")")[2].split()[0] == "Z":
                return None
        with open("/proc/%d/cmdline" % pid, "rb") as cmdline:
            text = cmdline.read().rstrip(b"\0").replace(b"\0", b" ").decode("utf-8", "replace")
    except OSError:
        return None
    if "multiprocessing." in text:
        # A helper that Python's own library keeps.
        return None
    return "Process %d %s" % (pid, text if len(text) <= 100 else text[:99] + "…")
