"""Logging as AWS's client sets it up: a root handler of its own, text or JSON, and output without a buffer."""

import json
import logging
import os
import sys
import time
import traceback

from .marshal import to_json

# A byte that never occurs in UTF-8 stands for a newline inside a record, so that the host sees one record.
_INNER_NEWLINE = b"\xff"
_DATE = "%Y-%m-%dT%H:%M:%SZ"
_NO_BREAK_SPACE = "\u00a0"
_RESERVED = {
    "name",
    "msg",
    "args",
    "levelname",
    "levelno",
    "pathname",
    "filename",
    "module",
    "exc_info",
    "exc_text",
    "stack_info",
    "lineno",
    "funcName",
    "created",
    "msecs",
    "relativeCreated",
    "thread",
    "threadName",
    "processName",
    "process",
    "taskName",
    "aws_request_id",
    "tenant_id",
    "_frame_type",
}

current = {"request_id": None, "tenant_id": None}


class Unbuffered(object):
    def __init__(self, stream):
        self.stream = stream

    def __enter__(self):
        return self

    def __exit__(self, exc_type, exc_value, exc_tb):
        pass

    def __getattr__(self, attr):
        return getattr(self.stream, attr)

    def write(self, msg):
        self.stream.write(msg)
        self.stream.flush()

    def writelines(self, msgs):
        self.stream.writelines(msgs)
        self.stream.flush()


class LogSink(object):
    """One record on stdout, in order with everything else that is written there."""

    def log(self, msg, frame_type=None):
        data = msg.encode("utf-8", "backslashreplace")
        if data.endswith(b"\n"):
            data = data[:-1]
        data = data.replace(b"\n", _INNER_NEWLINE) + b"\n"
        while data:
            data = data[os.write(1, data) :]

    def log_error(self, lines):
        self.log("\n".join(lines))


class LambdaLoggerHandler(logging.Handler):
    def __init__(self, log_sink):
        super().__init__()
        self.log_sink = log_sink

    def emit(self, record):
        self.log_sink.log(self.format(record))


class LambdaLoggerFilter(logging.Filter):
    def filter(self, record):
        record.aws_request_id = current["request_id"] or ""
        record.tenant_id = current["tenant_id"]
        return True


class JsonFormatter(logging.Formatter):
    def __init__(self):
        super().__init__(datefmt=_DATE)

    def format(self, record):
        record.levelno = min(50, max(0, record.levelno)) // 10 * 10
        record.levelname = logging.getLevelName(record.levelno)
        failure = record.exc_info
        result = {
            "timestamp": self.formatTime(record, self.datefmt),
            "level": record.levelname,
            "message": record.getMessage(),
            "logger": record.name,
            "stackTrace": traceback.format_tb(failure[2]) if failure else None,
            "errorType": failure[0].__name__ if failure else None,
            "errorMessage": str(failure[1]) if failure else None,
            "requestId": getattr(record, "aws_request_id", None),
            "location": "%s:%s:%s" % (record.pathname, record.funcName, record.lineno) if failure else None,
        }
        if getattr(record, "tenant_id", None) is not None:
            result["tenantId"] = record.tenant_id
        for key, value in record.__dict__.items():
            if key not in _RESERVED and key not in result:
                result[key] = value
        result = {key: value for key, value in result.items() if value is not None}
        return json.JSONEncoder(ensure_ascii=False).encode(result) + "\n"


def is_json():
    return os.environ.get("AWS_LAMBDA_LOG_FORMAT", "").upper() == "JSON"


def set_up(sink):
    """Installs the root handler. Level and format come from the function's environment."""
    sys.stdout = Unbuffered(sys.stdout)
    sys.stderr = Unbuffered(sys.stderr)
    logging.Formatter.converter = time.gmtime
    handler = LambdaLoggerHandler(sink)
    if is_json():
        handler.setFormatter(JsonFormatter())
    else:
        text = "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s\n"
        handler.setFormatter(logging.Formatter(text, "%Y-%m-%dT%H:%M:%S"))
    level = os.environ.get("AWS_LAMBDA_LOG_LEVEL", "").upper()
    level = "DEBUG" if level == "TRACE" else level
    root = logging.getLogger()
    if level in logging._nameToLevel:
        root.setLevel(level)
    handler.addFilter(LambdaLoggerFilter())
    root.addHandler(handler)


def log_error(body, sink):
    """The error that an invocation or the init phase ended with."""
    if is_json():
        moment = time.strftime(_DATE, time.gmtime(time.time()))
        sink.log_error([to_json({"timestamp": moment, "level": "ERROR", **body})])
        return
    description = "[ERROR]"
    if body.get("errorType"):
        description += " " + body["errorType"]
    if body.get("errorMessage"):
        description += (":" if body.get("errorType") else "") + " " + body["errorMessage"]
    lines = [description]
    if body.get("stackTrace") is not None:
        lines.append("Traceback (most recent call last):")
        for element in body["stackTrace"]:
            lines += [_indent(line) for line in element.splitlines()] if element else [""]
    sink.log_error(lines)


def _indent(line):
    text = line.lstrip(" ")
    return _NO_BREAK_SPACE * (len(line) - len(text)) + text
