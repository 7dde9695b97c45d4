"""
What the frameworks' own modules give to a workflow program beyond operators: formatters, action nodes, configurations, base
classes. Names are the frameworks'; what they do is done by the host.
"""
import re


def tagged_fields(text):
    """Text of each `<name>...</name>`, the last of a kind; an unclosed tag runs to the next one."""
    answer = text.rpartition("</think>")[2] if "</think>" in text else text
    found = {}
    for match in re.finditer(r"<(\w+)>(.*?)(?:</\1>|(?=<\w+>)|\Z)", answer, re.DOTALL):
        content = match.group(2).strip()
        if content or match.group(1) not in found:
            found[match.group(1)] = content
    return found


def code_in(text):
    blocks = re.findall(r"```(?:python|py)?[ \t]*\n(.*?)```", text, re.DOTALL)
    return "\n".join(blocks).strip() if blocks else re.sub(r"^```\w*\s*$", "", text, flags=re.MULTILINE).strip()


class FormatError(Exception):
    pass


class BaseFormatter:
    def __init__(self, *args, **settings):
        self.__dict__.update(settings)

    @classmethod
    def from_model(cls, model, *args, **settings):
        formatter = cls(**settings)
        formatter.model = model
        return formatter

    def prepare_prompt(self, prompt):
        return prompt

    def validate_response(self, response):
        return True, {"response": response}

    def format_error_message(self):
        return "the reply has not the form that was asked for"


class TextFormatter(BaseFormatter):
    pass


class XmlFormatter(BaseFormatter):
    model = None

    def fields(self):
        given = self.__dict__.get("fields_list") or getattr(self.model, "model_fields", {})
        return given if isinstance(given, dict) else {name: None for name in given}

    def prepare_prompt(self, prompt):
        lines = [
            f"<{name}>{getattr(field, 'description', '') or name}</{name}>" for name, field in self.fields().items()
        ]
        return prompt + "\n\n## Response format\n" + "\n".join(lines)

    def validate_response(self, response):
        found = tagged_fields(response)
        fields = self.fields()
        if len(fields) == 1 and not found:
            found = {next(iter(fields)): response.strip()}
        values = {}
        for name, field in fields.items():
            if name in found:
                values[name] = typed(found[name], getattr(field, "annotation", str))
            elif field is not None and not field.is_required():
                values[name] = field.start_value()
            else:
                return False, f"the reply lacks <{name}>"
        return True, values


class CodeFormatter(BaseFormatter):
    def __init__(self, function_name=None, *args, **settings):
        super().__init__(**settings)
        self.function_name = function_name

    def validate_response(self, response):
        code = code_in(response)
        # Templates read either name.
        return True, {"response": code, "code": code}


async def call_with_format(self, prompt, formatter, **settings):
    reply = await self(formatter.prepare_prompt(prompt))
    is_valid, value = formatter.validate_response(reply)
    if not is_valid:
        raise FormatError(value if isinstance(value, str) else formatter.format_error_message())
    return value


def formatter_for(model, mode, function_name=None):
    if mode == "xml_fill":
        return XmlFormatter.from_model(model)
    if mode in ("code_fill",):
        return CodeFormatter(function_name=function_name)
    return None


def create_formatter(self, model, mode=None, **settings):
    return formatter_for(model, mode, settings.get("function_name"))


async def fill_node(self, model, prompt, mode=None, **settings):
    """`_fill_node` of templates that derive from the framework's Operator."""
    formatter = self._create_formatter(model, mode, **settings)
    if formatter is None:
        reply = await self.llm(prompt)
        name = next(iter(getattr(model, "model_fields", None) or {"response": None}))
        return {name: reply}
    value = await self.llm.call_with_format(prompt, formatter)
    return value if isinstance(value, dict) else {"response": value}


class ActionNode:
    """The older framework's way to ask: a model filled by one call."""

    def __init__(self, model):
        self.model = model
        self.instruct_content = None
        self.content = ""

    @classmethod
    def from_pydantic(cls, model, **settings):
        return cls(model)

    async def fill(self, context=None, llm=None, mode=None, function_name=None, req=None, **settings):
        prompt = context if context is not None else req
        fields = dict(self.model.model_fields)
        if mode == "single_fill" or (mode is None and len(fields) == 1):
            values = {next(iter(fields)): await llm(prompt)}
        elif mode == "code_fill":
            values = {next(iter(fields)): code_in(await llm(prompt))}
        else:
            is_valid, values = XmlFormatter.from_model(self.model).validate_response(
                await llm(XmlFormatter.from_model(self.model).prepare_prompt(prompt))
            )
            if not is_valid:
                raise FormatError(values)
        missing = {name: "" for name, field in fields.items() if name not in values and field.is_required()}
        self.instruct_content = self.model(**values, **missing)
        return self


class Benchmark:
    """Stands for the data a workflow is evaluated on; the host alone evaluates."""

    def __init__(self, name=""):
        self.name = name


def sanitized(code, entrypoint=None, **settings):
    return code_in(code)


def simple_model(name, **fields):
    return create_model(name, **{field: (kind, Field(default="", description=text)) for field, (kind, text) in fields.items()})


RESPONSE_MODELS = {
    "GenerateOp": simple_model("GenerateOp", response=(str, "the reply")),
    "CodeGenerateOp": simple_model("CodeGenerateOp", code=(str, "the code")),
    "AnswerGenerateOp": simple_model("AnswerGenerateOp", thought=(str, "the reasoning"), answer=(str, "the answer")),
    "FormatOp": simple_model("FormatOp", solution=(str, "the answer alone")),
    "ScEnsembleOp": simple_model("ScEnsembleOp", thought=(str, "the comparison"), solution_letter=(str, "the letter")),
    "MdEnsembleOp": simple_model("MdEnsembleOp", thought=(str, "the comparison"), solution_letter=(str, "the letter")),
    "ReflectionTestOp": simple_model("ReflectionTestOp", reflection_and_solution=(str, "the corrected code")),
    "ReviewOp": simple_model("ReviewOp", review_result=(bool, "true or false"), feedback=(str, "why")),
    "ReviseOp": simple_model("ReviseOp", solution=(str, "the revised solution")),
}
