"""
Values between the candidate's interpreter and the tests': plain data of exact built-in types, never objects.

What a candidate returns is rebuilt from its content, so a subclass with a friendly `__eq__` arrives as the plain value it
holds, and an object with no plain form as an `Opaque` that equals nothing but itself.
"""
import builtins
import collections
import datetime
import decimal
import fractions
import itertools
import types

MAX_ITEMS = 100_000
BIG_INTEGER = 2**1000

ITERATORS = (types.GeneratorType, map, filter, zip, enumerate, reversed, type(iter([])), type(iter(())), type(iter({})),
    type(iter(set())), type(iter(range(0))), type(iter("")), itertools.chain, itertools.islice, itertools.count)
VIEWS = (type({}.keys()), type({}.values()), type({}.items()))


class Opaque:
    """Stands for an object of the candidate that has no plain form."""

    def __init__(self, type_name):
        self.type_name = type_name

    def __repr__(self):
        return f"<{self.type_name} of the candidate>"


def encode_items(values):
    return [encode(value) for value in values]


def encode(value):
    if value is None or value is True or value is False:
        return value
    if isinstance(value, int):
        number = int.__add__(value, 0)
        return number if abs(number) < BIG_INTEGER else {"int": hex(number)}
    if isinstance(value, float):
        return float.__add__(value, 0.0)
    if isinstance(value, str):
        return str.__add__(value, "")
    if isinstance(value, list):
        return encode_items(list.__iter__(value))
    return encode_tagged(value)


def encode_tagged(value):
    if isinstance(value, tuple):
        return {"tuple": encode_items(tuple.__iter__(value))}
    if isinstance(value, collections.Counter):
        return {"Counter": [[encode(key), encode(item)] for key, item in dict.items(value)]}
    if isinstance(value, collections.OrderedDict):
        return {"OrderedDict": [[encode(key), encode(item)] for key, item in collections.OrderedDict.items(value)]}
    if isinstance(value, dict):
        return {"dict": [[encode(key), encode(item)] for key, item in dict.items(value)]}
    if isinstance(value, set):
        return {"set": encode_items(set.__iter__(value))}
    if isinstance(value, frozenset):
        return {"frozenset": encode_items(frozenset.__iter__(value))}
    if isinstance(value, (bytes, bytearray)):
        return {"bytes" if isinstance(value, bytes) else "bytearray": bytes(value).hex()}
    if isinstance(value, complex):
        return {"complex": [value.real, value.imag]}
    if isinstance(value, range):
        return {"range": [value.start, value.stop, value.step]}
    if isinstance(value, collections.deque):
        return {"deque": encode_items(value)}
    if isinstance(value, fractions.Fraction):
        return {"Fraction": [encode(value.numerator), encode(value.denominator)]}
    if isinstance(value, decimal.Decimal):
        return {"Decimal": str(value)}
    if isinstance(value, (datetime.datetime, datetime.date, datetime.time)):
        for kind in ("datetime", "date", "time"):
            if isinstance(value, getattr(datetime, kind)):
                return {kind: value.isoformat()}
    if isinstance(value, datetime.timedelta):
        return {"timedelta": [value.days, value.seconds, value.microseconds]}
    if isinstance(value, BaseException):
        return {"exception": encode_exception(value)}
    if isinstance(value, VIEWS):
        return encode_items(value)
    if isinstance(value, ITERATORS):
        return {"iterator": encode_items(itertools.islice(value, MAX_ITEMS))}
    if isinstance(value, type) and getattr(builtins, value.__name__, None) is value:
        return {"type": value.__name__}
    if type(value).__module__.partition(".")[0] == "numpy" and hasattr(value, "tolist"):
        return encode(value.tolist())
    if value is ...:
        return {"ellipsis": True}
    return {"object": type(value).__name__[:100]}


def encode_exception(error):
    try:
        message = str(error)[:2000]
    except BaseException:
        message = ""
    try:
        args = encode_items(error.args)
    except BaseException:
        args = None
    return {"types": [kind.__name__ for kind in type(error).__mro__], "args": args, "message": message}


def decode_items(items):
    return [decode(item) for item in items]


def decode_pairs(pairs):
    return [(decode(key), decode(item)) for key, item in pairs]


def exception_class(type_names):
    """The nearest built-in exception, subclassed under its own name where the candidate made its own."""
    for name in type_names:
        kind = getattr(builtins, name, None)
        if isinstance(kind, type) and issubclass(kind, BaseException):
            return kind if name == type_names[0] else type(type_names[0], (kind,), {})
    return RuntimeError


def decode_exception(content, known):
    kind = known.get(content["types"][0]) or exception_class(content["types"])
    try:
        return kind(*decode_items(content["args"]))
    except Exception:
        try:
            return kind(content["message"])
        except Exception:
            return RuntimeError(content["message"])


DECODERS = {
    "int": lambda content: int(content, 16),
    "tuple": lambda content: tuple(decode_items(content)),
    "dict": lambda content: dict(decode_pairs(content)),
    "Counter": lambda content: collections.Counter(dict(decode_pairs(content))),
    "OrderedDict": lambda content: collections.OrderedDict(decode_pairs(content)),
    "set": lambda content: set(decode_items(content)),
    "frozenset": lambda content: frozenset(decode_items(content)),
    "bytes": bytes.fromhex,
    "bytearray": bytearray.fromhex,
    "complex": lambda content: complex(*content),
    "range": lambda content: range(*content),
    "deque": lambda content: collections.deque(decode_items(content)),
    "Fraction": lambda content: fractions.Fraction(*decode_items(content)),
    "Decimal": decimal.Decimal,
    "datetime": datetime.datetime.fromisoformat,
    "date": datetime.date.fromisoformat,
    "time": datetime.time.fromisoformat,
    "timedelta": lambda content: datetime.timedelta(*content),
    "exception": lambda content: decode_exception(content, {}),
    "iterator": lambda content: iter(decode_items(content)),
    "type": lambda content: getattr(builtins, content),
    "ellipsis": lambda content: ...,
    "object": Opaque,
}


def decode(value):
    if type(value) is list:
        return decode_items(value)
    if type(value) is dict:
        ((tag, content),) = value.items()
        return DECODERS[tag](content)
    return value
