"""Loads the handler, then serves events one after the other."""

import logging
import os
import sys
import traceback

from . import logs
from .context import LambdaContext
from .faults import Fault, error_body
from .handler import load_handler
from .marshal import marshal, to_json, unmarshal

_OWN_FOLDER = os.path.dirname(os.path.abspath(__file__)) + os.sep
_UNHANDLED = (
    "LAMBDA_WARNING: Unhandled exception. "
    "The most likely cause is an issue in the function code. "
    "However, in rare cases, a Lambda runtime update can cause unexpected function behavior. "
    "For functions using managed runtimes, runtime updates can be triggered by a function change, or can be applied automatically. "
    "To determine if the runtime has been updated, check the runtime version in the INIT_START log entry. "
    "If this error correlates with a change in the runtime version, you may be able to mitigate this error by temporarily rolling back to the previous runtime version. "
    "For more information, see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-update.html\r"
)


def run(connection):
    sink = logs.LogSink()
    handler = _start(connection, sink)
    while True:
        header, body = connection.next()
        logs.current["request_id"] = header["id"]
        logs.current["tenant_id"] = header.get("tenant")
        if "trace" in header:
            os.environ["_X_AMZN_TRACE_ID"] = header["trace"]
        else:
            os.environ.pop("_X_AMZN_TRACE_ID", None)
        _serve(connection, sink, handler, header, body)


def _start(connection, sink):
    failure = None
    try:
        logs.set_up(sink)
        return load_handler(os.environ.get("_HANDLER", ""))
    except Fault as fault:
        failure = error_body(fault.message, fault.error_type, fault.trace)
    except Exception:
        failure = _body_of_exception(None)
    logging.warning(_UNHANDLED)
    logs.log_error(failure, sink)
    connection.fail_init({"category": failure["errorType"]}, to_json(failure).encode("utf-8"))
    sys.exit(1)


def _serve(connection, sink, handler, header, body):
    request_id = header["id"]
    try:
        context = LambdaContext(header)
        event = unmarshal(body, header.get("type", "application/json"))
        result, content_type = marshal(handler(event, context))
    except Fault as fault:
        failure = error_body(fault.message, fault.error_type, fault.trace, request_id)
    except Exception:
        failure = _body_of_exception(request_id)
    else:
        # Text that is no UTF-8 (half of a surrogate pair) ends the runtime, as it ends AWS's client.
        data = result if isinstance(result, bytes) else result.encode("utf-8")
        connection.respond({"id": request_id, "type": content_type}, data)
        return
    logs.log_error(failure, sink)
    connection.fail({"id": request_id, "type": "application/json"}, to_json(failure).encode("utf-8"))


def _body_of_exception(request_id):
    kind, value, tb = sys.exc_info()
    frames = [(frame.filename, frame.lineno, frame.name, frame.line) for frame in traceback.extract_tb(tb)]
    # What led to the user's code is ours.
    for index, frame in enumerate(frames):
        if not frame[0].startswith(_OWN_FOLDER):
            frames = frames[index:]
            break
    return error_body(str(value), kind.__name__, traceback.format_list(frames), request_id)
