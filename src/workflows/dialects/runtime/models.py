"""
Stand-ins for the two packages that operator templates are written with: pydantic's models and tenacity's retries.

Covers what such files do: declare fields with descriptions, build models at run time, dump them; retry a coroutine a few
times. Does not cover validation beyond turning text into the simple types.
"""
import functools
import inspect
import types
import typing


class FieldInfo:
    def __init__(self, default=..., *, default_factory=None, description="", **settings):
        self.default = default
        self.default_factory = default_factory
        self.description = description or ""
        self.annotation = str
        self.__dict__.update(settings)

    def is_required(self):
        return self.default is ... and self.default_factory is None

    def start_value(self):
        if self.default_factory is not None:
            return self.default_factory()
        return None if self.default is ... else self.default


def Field(default=..., **settings):
    return FieldInfo(default, **settings)


def plain_type(annotation):
    """`int`, `Optional[int]` and `"int"` as int; what is not known as str."""
    if isinstance(annotation, str):
        return {"bool": bool, "int": int, "float": float, "list": list, "dict": dict}.get(annotation, str)
    inner = [item for item in typing.get_args(annotation) if item is not type(None)]
    origin = typing.get_origin(annotation)
    if origin in (typing.Union, types.UnionType) and len(inner) == 1:
        return plain_type(inner[0])
    return origin or (annotation if isinstance(annotation, type) else str)


def typed(value, annotation):
    """A text as the type that a field declares; as it is where it cannot be read so."""
    if not isinstance(value, str):
        return value
    wanted = plain_type(annotation)
    try:
        if wanted is bool:
            return value.strip().strip(".").lower() in ("true", "yes", "1", "correct")
        if wanted in (int, float):
            return wanted(value.strip())
        if wanted in (list, dict):
            import ast

            return ast.literal_eval(value.strip())
    except (ValueError, SyntaxError):
        return value
    return value


class BaseModel:
    model_fields = {}

    def __init_subclass__(cls, **settings):
        fields = dict(getattr(cls, "model_fields", {}))
        for name, annotation in inspect.get_annotations(cls).items():
            if name.startswith("_") or name == "model_config":
                continue
            value = cls.__dict__.get(name, ...)
            field = value if isinstance(value, FieldInfo) else FieldInfo(value)
            field.annotation = annotation
            fields[name] = field
        cls.model_fields = fields
        cls.__fields__ = fields

    def __init__(self, **values):
        for name, field in type(self).model_fields.items():
            if name in values:
                setattr(self, name, typed(values[name], field.annotation))
            elif field.is_required():
                raise ValueError(f"{type(self).__name__}: field '{name}' is missing")
            else:
                setattr(self, name, field.start_value())

    def model_dump(self, **settings):
        return {name: getattr(self, name) for name in type(self).model_fields}

    dict = model_dump

    @classmethod
    def model_validate(cls, values):
        return cls(**values)

    parse_obj = model_validate


def create_model(name, *, __base__=None, **fields):
    namespace = {"__annotations__": {}}
    for field, (annotation, default) in fields.items():
        namespace["__annotations__"][field] = annotation
        namespace[field] = default
    return type(name, (__base__ or BaseModel,), namespace)


def quiet_decorator(*args, **settings):
    return args[0] if len(args) == 1 and callable(args[0]) and not settings else lambda function: function


def stop_after_attempt(count):
    return count


def nothing(*args, **settings):
    return None


class RetryError(Exception):
    pass


def retry(*args, stop=3, reraise=False, **settings):
    """Tries a function a few times, without waits; what it raised last is raised on."""
    attempts = stop if isinstance(stop, int) and stop > 0 else 3

    def decorate(function):
        if inspect.iscoroutinefunction(function):

            @functools.wraps(function)
            async def tried(*given, **named):
                for attempt in range(attempts):
                    try:
                        return await function(*given, **named)
                    except Exception:
                        if attempt == attempts - 1:
                            raise

            return tried

        @functools.wraps(function)
        def tried_at_once(*given, **named):
            for attempt in range(attempts):
                try:
                    return function(*given, **named)
                except Exception:
                    if attempt == attempts - 1:
                        raise

        return tried_at_once

    return decorate(args[0]) if args and callable(args[0]) else decorate


PYDANTIC = {
    "BaseModel": BaseModel,
    "Field": Field,
    "FieldInfo": FieldInfo,
    "create_model": create_model,
    "ConfigDict": dict,
    "ValidationError": ValueError,
    "field_validator": quiet_decorator,
    "model_validator": quiet_decorator,
    "validator": quiet_decorator,
    "root_validator": quiet_decorator,
}

TENACITY = {
    "retry": retry,
    "RetryError": RetryError,
    "stop_after_attempt": stop_after_attempt,
    "stop_after_delay": nothing,
    "wait_fixed": nothing,
    "wait_random": nothing,
    "wait_exponential": nothing,
    "wait_random_exponential": nothing,
    "retry_if_exception_type": nothing,
    "before_sleep_log": nothing,
    "after_log": nothing,
}
