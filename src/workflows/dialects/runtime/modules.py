"""
Imports of a workflow program: files of its folder first, then the frameworks' modules by their role (the last part of the
name), then what the interpreter has. What nothing provides is put in its place by a name that can be imported and annotated
with, and says what is missing as soon as it is used.
"""
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import inspect
import sys
import types

FRAMEWORKS = (
    "scripts workspace metagpt evoagentx examples weave loguru schemes ScoreFlow scoreflow AFlow aflow maas MaAS ext "
    "template optimized optimizers benchmarks"
).split()
ROLES = (
    "operator operators prompt prompts prompt_custom op_prompt operator_an async_llm evaluator formatter logs "
    "cost_manager llm_provider_registry action_node model_utils model_configs benchmark sanitize"
).split()
PROMPT_ROLES = ("prompt", "prompts", "prompt_custom", "op_prompt")
OPERATOR_ROLES = ("operator", "operators")


class Absent:
    """A name of a package that is not here."""

    def __init__(self, name):
        self.__dict__["_name"] = name

    def _refuse(self, *args, **settings):
        raise ModuleNotFoundError(f"the program uses {self._name}, which is not available in the sandbox")

    # Not its text either: it would be taken for one, and sent to a model.
    __str__ = __format__ = __repr__ = __radd__ = __mod__ = _refuse
    __call__ = __iter__ = __len__ = __enter__ = __add__ = __sub__ = __mul__ = __truediv__ = __lt__ = __gt__ = _refuse

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Absent(f"{self._name}.{name}")

    def __getitem__(self, key):
        return self

    def __or__(self, other):
        return self

    __ror__ = __or__

    def __mro_entries__(self, bases):
        return (object,)


def quiet(*args, **settings):
    """Tracing, environment files, progress bars: without effect here."""
    return args[0] if args else None


def traced(*args, **settings):
    return args[0] if len(args) == 1 and callable(args[0]) and not settings else lambda function: function


class Quiet:
    """For the time that a `with` takes; without effect."""

    def __init__(self, *args, **settings):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *error):
        return False


QUIET = {
    "dotenv": {"load_dotenv": quiet, "find_dotenv": quiet},
    "nest_asyncio": {"apply": quiet},
    "weave": {"init": quiet, "op": traced, "publish": quiet, "attributes": Quiet, "thread": Quiet, "finish": quiet},
    "wandb": {"init": quiet, "log": quiet, "finish": quiet},
    "tqdm": {"tqdm": quiet, "trange": range},
    "tqdm.auto": {"tqdm": quiet},
}


FILES = {}


def submodule(module, name):
    """`from package import operator` asks the package for a name first; where that means a module, it is imported."""
    whole = f"{module.__name__}.{name}"
    return importlib.import_module(whole) if whole in FILES or name in ROLES else None


class FrameworkModule(types.ModuleType):
    """A module of a framework: its known names; unknown ones are an error where that tells more, else absent."""

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        inner = submodule(self, name)
        if inner is not None:
            return inner
        role = self.__name__.rpartition(".")[2]
        is_own = self.__name__.partition(".")[0] in ("scripts", "metagpt", "evoagentx") and role in PROMPT_ROLES
        if (role in PROMPT_ROLES and not (is_own and "round_" not in self.__name__)) or role in OPERATOR_ROLES:
            raise AttributeError(f"module '{self.__name__}' has no attribute '{name}'")
        return Absent(f"{self.__name__}.{name}")


class AbsentModule(types.ModuleType):
    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return submodule(self, name) or Absent(f"{self.__name__}.{name}")


class FileFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Files of the workflow's folder and modules of the frameworks; stands before all others."""

    def __init__(self, files, framework, operators):
        self.files = files
        FILES.update(files)
        self.framework = framework
        self.operators = operators

    def find_spec(self, fullname, path=None, target=None):
        role = fullname.rpartition(".")[2]
        is_framework = fullname.partition(".")[0] in FRAMEWORKS or ("." in fullname and role in ROLES)
        is_library = fullname in ("pydantic", "tenacity") or fullname in QUIET
        if fullname in self.files or is_library or is_framework:
            file = self.files.get(fullname)
            is_package = file is None or file["path"].endswith("__init__.py")
            return importlib.machinery.ModuleSpec(fullname, self, is_package=is_package)
        return None

    def create_module(self, spec):
        return FrameworkModule(spec.name)

    def exec_module(self, module):
        role = module.__name__.rpartition(".")[2]
        if module.__name__ in QUIET:
            module.__dict__.update(QUIET[module.__name__])
            return
        if module.__name__ in ("pydantic", "tenacity"):
            module.__dict__.update(PYDANTIC if module.__name__ == "pydantic" else TENACITY)
            return
        file = self.files.get(module.__name__)
        if role not in PROMPT_ROLES and (file is None or role in OPERATOR_ROLES):
            module.__dict__.update(self.framework)
        if file is None:
            if role in OPERATOR_ROLES:
                module.__dict__.update(self.operators)
            return
        run_file(file, module)
        if role in OPERATOR_ROLES:
            settle_operators(module, self.operators)


def run_file(file, module):
    """Runs a file of the folder; a mistake in it is told with its place."""
    try:
        exec(compile(file["source"], file["path"], "exec", dont_inherit=True), module.__dict__)
    except SyntaxError as error:
        raise SyntaxError(f"{file['path']}, line {error.lineno}: {error.msg}") from None


def settle_operators(module, operators):
    """
    Known operators are the host's, also with optional parameters that the file's own have beyond them where those run code;
    others of the file's own that take more than the host's stay the file's.
    """
    for name, known in operators.items():
        own = module.__dict__.get(name)
        if not isinstance(own, type) or issubclass(own, known) or name == "Operator" or not hasattr(known, "parameters"):
            continue
        taken = {parameter["name"] for parameter in known.parameters} | {"args", "kwargs"}
        extra = [name for name in asked_by(own) if name not in taken]
        if not extra:
            setattr(module, name, known)
        elif name in ("Programmer", "Test"):
            parameters = [*known.parameters, *({"name": item, "isRequired": False} for item in extra)]
            setattr(module, name, type(name, (known,), {"parameters": parameters}))


def asked_by(class_):
    try:
        return list(inspect.signature(class_.__call__).parameters)[1:]
    except (TypeError, ValueError):
        return []


class LastFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Whatever no one else has found."""

    def find_spec(self, fullname, path=None, target=None):
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec):
        return AbsentModule(spec.name)

    def exec_module(self, module):
        pass
