"""Events and results as AWS's client reads and writes them: it uses simplejson, whose habits are kept here."""

import decimal
import json
import math
import os
import re
import uuid

from .faults import MARSHAL_ERROR, UNMARSHAL_ERROR, Fault

_OLD_RUNTIMES = {"AWS_Lambda_python3." + minor for minor in ("8", "9", "10", "11")}


class _Encoder(json.JSONEncoder):
    """Writes Decimals as numbers: each is a unique string until the text is complete."""

    def __init__(self, **options):
        super().__init__(**options)
        self.token = ""
        self.decimals = []

    def default(self, o):
        if isinstance(o, decimal.Decimal):
            if o.is_nan():
                return math.nan
            if not self.token:
                self.token = uuid.uuid4().hex
            self.decimals.append(str(o))
            return "%s:%d" % (self.token, len(self.decimals) - 1)
        as_dict = getattr(o, "_asdict", None)
        return as_dict() if callable(as_dict) else super().default(o)


def to_json(value):
    # From python3.12 on AWS leaves characters as they are.
    ascii_only = os.environ.get("AWS_EXECUTION_ENV", "") in _OLD_RUNTIMES
    encoder = _Encoder(ensure_ascii=ascii_only)
    text = encoder.encode(_with_named_tuples(value))
    if encoder.decimals:
        text = re.sub('"%s:([0-9]+)"' % encoder.token, lambda match: encoder.decimals[int(match.group(1))], text)
    return text


def _with_named_tuples(value):
    """simplejson writes named tuples as objects."""
    return _convert(value) if _holds_named_tuple(value) else value


def _holds_named_tuple(value):
    left = [value]
    seen = set()
    while left:
        item = left.pop()
        if isinstance(item, (dict, list, tuple)) and id(item) not in seen:
            if hasattr(item, "_asdict"):
                return True
            seen.add(id(item))
            left.extend(item.values() if isinstance(item, dict) else item)
    return False


def _convert(value):
    if isinstance(value, dict):
        return {key: _convert(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        as_dict = getattr(value, "_asdict", None)
        return _convert(as_dict()) if as_dict is not None else [_convert(item) for item in value]
    return value


def unmarshal(body, content_type):
    if content_type != "application/json":
        return body
    try:
        return json.loads(body)
    except Exception as error:
        raise Fault(UNMARSHAL_ERROR, "Unable to unmarshal input: {}".format(str(error)))


def marshal(result):
    """A result as text, or bytes as they are, and its content type."""
    if isinstance(result, bytes):
        return result, "application/unknown"
    try:
        return to_json(result), "application/json"
    except Exception as error:
        raise Fault(MARSHAL_ERROR, "Unable to marshal response: {}".format(str(error)))
