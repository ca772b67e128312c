"""The connection to the environment's Runtime API: frames after an HTTP upgrade (host/environments/runtimeApi/frames.ts)."""

import json
import os
import signal
import socket
import struct

from .left_behind import LeftBehind

ASSIGN = 1
EVENT = 2
RESULT = 3
CONNECT_DEBUGGER = 4
NEXT = 17
RESPONSE = 18
ERROR = 19
INIT_ERROR = 20
DEBUGGER = 21
LEFT = 22


class Connection(object):
    def __init__(self, address):
        self._held = b""
        self._left_behind = LeftBehind()
        self._socket = _born_with() or _dial(address)
        self._input = self._socket.makefile("rb")
        self._send(
            (
                "GET /lamplight/frames HTTP/1.1\r\nHost: %s\r\n"
                "Connection: Upgrade\r\nUpgrade: lamplight-frames\r\n\r\n" % address
            ).encode()
        )
        if not self._input.readline().startswith(b"HTTP/1.1 101"):
            end_group()
        while self._input.readline() not in (b"\r\n", b""):
            pass

    def wait_assignment(self):
        """What this process serves."""
        return self._wait(ASSIGN)[0]

    def next(self):
        """The next event: its header and its body. Goes out in one write with the answer before it."""
        left = self._left_behind.look()
        self._send((_encode(LEFT, {"left": left}) if left else b"") + _encode(NEXT))
        event = self._wait(EVENT)
        self._left_behind.begin()
        return event

    def respond(self, header, body):
        """Answers an event, together with the next request."""
        self._held = _encode(RESPONSE, header, body)

    def fail(self, header, body):
        self._held = _encode(ERROR, header, body)

    def fail_init(self, header, body):
        self._send(_encode(INIT_ERROR, header, body))

    def debugger(self, news):
        """A debugger is waited for, is attached, or can't be had."""
        self._send(_encode(DEBUGGER, news))

    def wait_debugger_address(self):
        """Where the debugger is, as soon as there is one."""
        return self._wait(CONNECT_DEBUGGER)[0]

    def flush(self):
        """Sends what waits for the next request: the process is about to end."""
        self._send(b"")

    def _send(self, data):
        data, self._held = self._held + data, b""
        try:
            self._socket.sendall(data)
        except OSError:
            end_group()

    def _wait(self, wanted):
        while True:
            prefix = self._read(9)
            length, kind, header_length = struct.unpack(">IBI", prefix)
            header = self._read(header_length)
            body = self._read(length - 5 - header_length)
            header = json.loads(header.decode()) if header else {}
            if kind == wanted:
                return header, body
            if kind == RESULT and header.get("status", 0) >= 400 and header["status"] != 413:
                # The host gave this event up, or the protocol broke: AWS's client ends here too.
                os._exit(1)

    def _read(self, length):
        data = self._input.read(length) if length else b""
        if data is None or len(data) < length:
            end_group()
        return data


def _born_with():
    """The connection that this process was born with, where there is one. Nothing that it starts gets it too."""
    fd = os.environ.pop("LAMPLIGHT_CONNECTION", None)
    if fd is None:
        return None
    os.set_inheritable(int(fd), False)
    return socket.socket(fileno=int(fd))


def _dial(address):
    host, port = address.split(":")
    connection = socket.create_connection((host, int(port)))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def end_group():
    """The host is gone, or this environment is: nothing of it may stay behind."""
    if hasattr(os, "killpg") and os.getpgrp() == os.getpid():
        os.killpg(os.getpid(), signal.SIGKILL)
    os._exit(1)


def _encode(kind, header=None, body=b""):
    text = json.dumps(header).encode() if header is not None else b""
    return struct.pack(">IBI", 5 + len(text) + len(body), kind, len(text)) + text + body
