"""
Values between the candidate's interpreter and the tests'.

What has a plain form is rebuilt from its content, so a subclass with a friendly `__eq__` arrives as the plain value it
holds. What has none (functions, classes, objects of classes) stays where it is and crosses as a number of the table
`handed_out`; `remote` makes of it what stands in its place.
"""
import array
import builtins
import collections
import datetime
import decimal
import fractions
import itertools
import re
import types
import uuid

FIRST_ITEMS = 16
MAX_ITEMS = 4096
BIG_INTEGER = 2**1000

VIEWS = (type({}.keys()), type({}.values()), type({}.items()))
# Modules whose types a test may be given by name.
TYPE_MODULES = {"builtins": builtins, "collections": collections, "datetime": datetime, "decimal": decimal,
    "fractions": fractions}

# What a candidate may hand to a test by name: types of data and functions of their arguments alone. Nothing that runs text,
# sets attributes or reads names.
DATA_TYPES = frozenset(
    "bool bytearray bytes complex dict float frozenset int list memoryview object range set slice str tuple type".split()
)
PLAIN_FUNCTIONS = frozenset(
    "abs all any ascii bin callable chr divmod format hash hex isinstance issubclass iter len max min next oct ord pow repr "
    "round sorted sum print input id NotImplemented".split()
)

# Objects of this interpreter that the other one holds by number, and the numbers by identity.
handed_out = []
numbers = {}


def make_remote(content):
    raise ValueError("no objects here")


def own_number(value):
    """Of an object that stands for one of the other interpreter; None for all others."""
    return None


def hand_out(value):
    number = numbers.get(id(value))
    if number is None:
        number = numbers[id(value)] = len(handed_out)
        handed_out.append(value)
    return number


def encode_items(values):
    return [encode(value) for value in values]


def encode(value):
    if value is None or value is True or value is False:
        return value
    if isinstance(value, int):
        number = int.__add__(value, 0)
        return number if abs(number) < BIG_INTEGER else {"int": hex(number)}
    if isinstance(value, float):
        return float.__pos__(value)
    if isinstance(value, str):
        return str.__add__(value, "")
    if type(value) is list or isinstance(value, list):
        return encode_items(list.__iter__(value))
    return encode_tagged(value)


def encode_pairs(pairs):
    return [[encode(key), encode(item)] for key, item in pairs]


def encode_tagged(value):
    own = own_number(value)
    if own is not None:
        return {"own": own}
    if isinstance(value, tuple):
        fields = getattr(type(value), "_fields", None)
        if type(value) is not tuple and isinstance(fields, tuple) and all(type(name) is str for name in fields):
            return {"namedtuple": [type(value).__name__[:100], list(fields), encode_items(tuple.__iter__(value))]}
        return {"tuple": encode_items(tuple.__iter__(value))}
    if isinstance(value, collections.Counter):
        return {"Counter": encode_pairs(dict.items(value))}
    if isinstance(value, collections.OrderedDict):
        return {"OrderedDict": encode_pairs(collections.OrderedDict.items(value))}
    if isinstance(value, collections.defaultdict):
        return {"defaultdict": [encode(value.default_factory), encode_pairs(dict.items(value))]}
    if isinstance(value, (dict, types.MappingProxyType, collections.ChainMap)):
        return {"dict": encode_pairs(dict.items(value) if isinstance(value, dict) else value.items())}
    if isinstance(value, set):
        return {"set": encode_items(set.__iter__(value))}
    if isinstance(value, frozenset):
        return {"frozenset": encode_items(frozenset.__iter__(value))}
    if isinstance(value, (bytes, bytearray, memoryview)):
        return {"bytearray" if isinstance(value, bytearray) else "bytes": bytes(value).hex()}
    if isinstance(value, complex):
        return {"complex": [value.real, value.imag]}
    if isinstance(value, range):
        return {"range": encode_items([value.start, value.stop, value.step])}
    if isinstance(value, slice):
        return {"slice": encode_items([value.start, value.stop, value.step])}
    if isinstance(value, collections.deque):
        return {"deque": [encode_items(value), value.maxlen]}
    if isinstance(value, array.array):
        return {"array": [value.typecode, encode_items(value)]}
    if isinstance(value, (collections.UserList, collections.UserDict, collections.UserString)):
        return encode(value.data)
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
    if isinstance(value, uuid.UUID):
        return {"uuid": value.hex}
    if isinstance(value, re.Pattern):
        return {"pattern": encode_items([value.pattern, value.flags])}
    if isinstance(value, re.Match):
        return {"match": encode_items([value.re, value.string, value.pos, value.endpos, list(value.span())])}
    if isinstance(value, BaseException):
        return {"exception": encode_exception(value)}
    if isinstance(value, VIEWS):
        return encode_items(value)
    if isinstance(value, type):
        module = TYPE_MODULES.get(value.__module__)
        if module is not None and getattr(module, value.__name__, None) is value:
            return {"type": [value.__module__, value.__name__]}
    elif isinstance(value, (types.BuiltinFunctionType, type(len))) and getattr(builtins, value.__name__, None) is value:
        return {"builtin": value.__name__}
    elif isinstance(value, types.SimpleNamespace) and type(value) is types.SimpleNamespace:
        return {"namespace": encode_pairs(vars(value).items())}
    elif hasattr(type(value), "__next__") and hasattr(type(value), "__iter__") and not callable(value):
        return {"iterator": encode_some(value, FIRST_ITEMS)}
    if type(value).__module__.partition(".")[0] == "numpy" and hasattr(value, "tolist"):
        return encode(value.tolist())
    if value is ...:
        return {"ellipsis": True}
    if value is NotImplemented:
        return {"builtin": "NotImplemented"}
    return {"remote": describe(value)}


def encode_some(iterator, count):
    """The next items; the rest stays where it is, since it may have no end, and an error comes after the items before it."""
    items = []
    try:
        for item in itertools.islice(iterator, count):
            items.append(encode(item))
    except Exception as error:
        return {"items": items, "raised": encode_exception(error)}
    if len(items) < count:
        return {"items": items}
    return {"items": items, "more": hand_out(iterator), "count": min(MAX_ITEMS, 2 * count)}


def describe(value):
    kind = type(value)
    is_class = isinstance(value, type)
    special = {name for base in kind.__mro__ if base not in (object, type) for name in vars(base) if name[:2] == "__"}
    is_dataclass = not is_class and hasattr(kind, "__dataclass_fields__")
    return {
        "number": hand_out(value),
        "type": value.__name__[:100] if is_class else kind.__name__[:100],
        "kind": "class" if is_class else "callable" if callable(value) else "object",
        "special": sorted(special | ({"__call__"} if callable(value) else set()))[:200],
        "equal": "fields" if is_dataclass and kind.__dataclass_params__.eq else "own",
    }


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


def decode_type(content):
    module, name = content
    kind = getattr(TYPE_MODULES[module], name)
    if not isinstance(kind, type) or module == "builtins" and name not in DATA_TYPES and not issubclass(kind, BaseException):
        raise TypeError("not a type of data")
    return kind


def decode_builtin(name):
    if name not in PLAIN_FUNCTIONS:
        raise TypeError("not a plain function")
    return getattr(builtins, name)


named_tuples = {}


def decode_named_tuple(content):
    name, fields, items = content
    key = (name, *fields)
    if key not in named_tuples:
        named_tuples[key] = collections.namedtuple(name, fields)
    return named_tuples[key](*decode_items(items))


def decode_match(content):
    pattern, string, pos, endpos, span = decode_items(content)
    for method in (pattern.fullmatch, pattern.match, pattern.search):
        for start in (pos, span[0]):
            match = method(string, start, endpos)
            if match is not None and list(match.span()) == span:
                return match
    raise ValueError("no such match")


def decode_iterator(content):
    while True:
        yield from decode_items(content["items"])
        if "raised" in content:
            raise decode_exception(content["raised"], {})
        if "more" not in content:
            return
        content = ask_more(content)


def ask_more(content):
    raise ValueError("no more items here")


def decode_own(number):
    if type(number) is not int or number < 0:
        raise ValueError("no such object")
    return handed_out[number]


DECODERS = {
    "int": lambda content: int(content, 16),
    "tuple": lambda content: tuple(decode_items(content)),
    "namedtuple": decode_named_tuple,
    "dict": lambda content: dict(decode_pairs(content)),
    "Counter": lambda content: collections.Counter(dict(decode_pairs(content))),
    "OrderedDict": lambda content: collections.OrderedDict(decode_pairs(content)),
    "defaultdict": lambda content: collections.defaultdict(decode(content[0]), decode_pairs(content[1])),
    "set": lambda content: set(decode_items(content)),
    "frozenset": lambda content: frozenset(decode_items(content)),
    "bytes": bytes.fromhex,
    "bytearray": bytearray.fromhex,
    "complex": lambda content: complex(*content),
    "range": lambda content: range(*decode_items(content)),
    "slice": lambda content: slice(*decode_items(content)),
    "deque": lambda content: collections.deque(decode_items(content[0]), content[1]),
    "array": lambda content: array.array(content[0], decode_items(content[1])),
    "Fraction": lambda content: fractions.Fraction(*decode_items(content)),
    "Decimal": decimal.Decimal,
    "datetime": datetime.datetime.fromisoformat,
    "date": datetime.date.fromisoformat,
    "time": datetime.time.fromisoformat,
    "timedelta": lambda content: datetime.timedelta(*content),
    "uuid": lambda content: uuid.UUID(hex=content),
    "pattern": lambda content: re.compile(*decode_items(content)),
    "match": decode_match,
    "exception": lambda content: decode_exception(content, {}),
    "iterator": decode_iterator,
    "type": decode_type,
    "builtin": decode_builtin,
    "namespace": lambda content: types.SimpleNamespace(**dict(decode_pairs(content))),
    "ellipsis": lambda content: ...,
    "own": decode_own,
    "remote": lambda content: make_remote(content),
}


def decode(value):
    if type(value) is list:
        return decode_items(value)
    if type(value) is dict:
        ((tag, content),) = value.items()
        return DECODERS[tag](content)
    return value
