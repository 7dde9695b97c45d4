import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { codeProblem, createDialectScene, type DialectScene, initHead, mathProblem } from './testing/dialect-scene.ts'

let scene: DialectScene
before(async () => {
  scene = await createDialectScene()
})
after(() => scene.close())

test('operators of the folder itself run in the sandbox over the executor; known ones stay ours', async () => {
  scene.write({
    'own/workflows/template/op_prompt.py': 'ASK = "Ask {role}: {text}"\n',
    'own/workflows/template/operator_an.py': `from pydantic import BaseModel, Field


class VerdictOp(BaseModel):
    thought: str = Field(default="", description="the reasoning")
    is_good: bool = Field(default=False, description="true or false")
    score: int = Field(default=0, description="1 to 10")
`,
    'own/workflows/template/operator.py': `import concurrent.futures
import sys
import traceback
from typing import List, Optional

from tenacity import retry, stop_after_attempt, wait_fixed

from scripts.formatter import BaseFormatter, FormatError, XmlFormatter, CodeFormatter, TextFormatter
from workspace.OWN.workflows.template.operator_an import *
from workspace.OWN.workflows.template.op_prompt import *
from scripts.async_llm import AsyncLLM
from scripts.logs import logger
import asyncio


class Operator:
    def __init__(self, llm: AsyncLLM, name: str):
        self.name = name
        self.llm = llm

    def __call__(self, *args, **kwargs):
        raise NotImplementedError

    async def _fill_node(self, op_class, prompt, mode=None, **extra):
        formatter = XmlFormatter.from_model(op_class) if mode == "xml_fill" else None
        try:
            if formatter:
                return await self.llm.call_with_format(prompt, formatter)
            return {"response": await self.llm(prompt)}
        except FormatError as error:
            logger.error(f"{self.name}: {error}")
            return {"error": str(error)}


class Custom(Operator):
    def __init__(self, llm: AsyncLLM, name: str = "Custom"):
        super().__init__(llm, name)

    async def __call__(self, input, instruction):
        raise RuntimeError("the template's own Custom was called")


class Verdict(Operator):
    def __init__(self, llm: AsyncLLM, name: str = "Verdict"):
        super().__init__(llm, name)
        self.tries = 0

    @retry(stop=stop_after_attempt(3), wait=wait_fixed(2))
    async def __call__(self, text: str, role="checker"):
        self.tries += 1
        if self.tries == 1:
            raise ValueError("once more")
        return await self._fill_node(VerdictOp, ASK.format(role=role, text=text), mode="xml_fill")
`,
    'own/workflows/round_1/prompt.py': 'P = "Say: "\n',
    'own/workflows/round_1/graph.py': `import workspace.OWN.workflows.template.operator as operator
import workspace.OWN.workflows.round_1.prompt as prompt_custom
from scripts.async_llm import create_llm_instance
from scripts.evaluator import DatasetType
import numpy as np


class Workflow:
${initHead}
        self.llm = create_llm_instance(llm_config)
        self.custom = operator.Custom(self.llm)
        self.verdict = operator.Verdict(self.llm)

    async def __call__(self, problem: str):
        said = await self.custom(input=problem, instruction=prompt_custom.P)
        verdict = await self.verdict(said["response"])
        return f"{verdict['is_good'] is True} {verdict['score'] + 1}", self.llm.get_usage_summary()["call_count"]
`,
  })
  const ran = await scene.run('own/workflows/round_1', mathProblem, ({ prompt }) =>
    prompt.startsWith('Ask checker: ') ? '<thought>ok</thought><is_good>True</is_good><score>6</score>' : 'fine',
  )
  assert.deepEqual(ran.failures, [])
  assert.equal(ran.prediction, 'True 7')
  assert.deepEqual(
    ran.operators.map(({ operator }) => operator),
    ['Custom', 'llm'],
  )
  assert.match(ran.prompts[1] ?? '', /Ask checker: fine\n\n## Response format\n<thought>the reasoning<\/thought>/)
})

test("a whole checkout of the framework beside the workflow changes nothing: its machinery is the host's", async () => {
  scene.write({
    'checkout/scripts/__init__.py': '',
    'checkout/scripts/async_llm.py':
      'from openai import AsyncOpenAI\n\n\ndef create_llm_instance(config):\n    return AsyncOpenAI()\n',
    'checkout/scripts/prompts/prompt.py': 'HINT = "Hint for {problem}"\n',
    'checkout/scripts/operators.py': `import concurrent.futures
from tenacity import retry, stop_after_attempt, wait_fixed
from scripts.async_llm import AsyncLLM
from scripts.formatter import BaseFormatter, FormatError, XmlFormatter, TextFormatter, CodeFormatter
from scripts.operator_an import GenerateOp, ScEnsembleOp
from scripts.prompts.prompt import HINT
from scripts.utils.code import extract_test_cases_from_jsonl


class Operator:
    def __init__(self, llm: AsyncLLM, name: str):
        self.name = name
        self.llm = llm


class Custom(Operator):
    def __init__(self, llm: AsyncLLM, name: str = "Custom"):
        super().__init__(llm, name)

    async def __call__(self, input, instruction):
        raise RuntimeError("the checkout's own Custom was called")


class Programmer(Operator):
    def __init__(self, llm: AsyncLLM, name: str = "Programmer"):
        super().__init__(llm, name)
        self.process_pool = concurrent.futures.ProcessPoolExecutor(max_workers=1)

    async def __call__(self, problem: str, analysis: str = "None", rate_input=False):
        raise RuntimeError("the checkout's own Programmer was called")


class Hint(Operator):
    def __init__(self, llm: AsyncLLM, name: str = "Hint"):
        super().__init__(llm, name)

    async def __call__(self, problem):
        return {"hint": await self.llm(HINT.format(problem=problem))}
`,
    'checkout/workspace/GSM8K/workflows/template/operator.py':
      'from scripts.operators import *\nfrom scripts.operators import Operator\nfrom scripts.prompts.prompt import HINT\n',
    'checkout/workspace/GSM8K/workflows/round_1/prompt.py': '',
    'checkout/workspace/GSM8K/workflows/round_1/graph.py': `import workspace.GSM8K.workflows.template.operator as operator
from scripts.async_llm import create_llm_instance
from scripts.evaluator import DatasetType


class Workflow:
${initHead}
        self.llm = create_llm_instance(llm_config)
        self.custom = operator.Custom(self.llm)
        self.programmer = operator.Programmer(self.llm)
        self.hint = operator.Hint(self.llm)

    async def __call__(self, problem: str):
        hint = await self.hint(problem)
        said = await self.custom(input=problem, instruction=hint["hint"])
        code = await self.programmer(problem=problem, analysis=said["response"], rate_input=True)
        return code["output"], self.llm.get_usage_summary()["total_cost"]
`,
  })
  const ran = await scene.run('checkout')
  assert.deepEqual(ran.failures, [])
  assert.equal(ran.prediction, '42')
  assert.deepEqual(
    ran.operators.map(({ operator }) => operator),
    ['llm', 'Custom', 'Programmer'],
  )
  assert.equal(ran.prompts[0], 'Hint for What is 6 * 7?')
})

test('the oldest template, generators of EvoAgentX and a test by question id run', async () => {
  scene.write({
    'ags/prompt.py': 'THINK_PROMPT = "Think: "\n',
    'ags/graph.py': `from typing import Literal
from examples.ags.w_action_node.optimized.Gsm8K.graphs.template.operator import *
from examples.ags.w_action_node.optimized.Gsm8K.graphs.round_42.prompt import *
from metagpt.provider.llm_provider_registry import create_llm_instance
from metagpt.utils.cost_manager import CostManager

DatasetType = Literal["HumanEval", "MMBP", "Gsm8K"]


class SolveGraph:
${initHead}
        self.llm = create_llm_instance(llm_config)
        self.llm.cost_manager = CostManager()
        self.generate = Generate(self.llm)
        self.format = Format(self.llm)
        self.custom = Custom(self.llm)
        self.sc_ensemble = ScEnsemble(self.llm)

    async def __call__(self, problem: str):
        think = await self.custom(input=problem, instruction=THINK_PROMPT)
        one = await self.generate(problem=problem + think['response'])
        best = await self.sc_ensemble(solutions=[one['response'], one['response']], problem=problem)
        final = await self.format(problem=problem, solution=best['solution'])
        return final, self.llm.cost_manager.total_cost
`,
    'generator.py': `import evoagentx.workflow.operators as operator
from evoagentx.workflow.workflow_generator import WorkFlowGenerator
from evoagentx.models.base_model import BaseLLM
from evoagentx.models.model_utils import CostManager
import evoagentx.prompts.aflow_optimize_prompt as prompt


class AFlowWorkflowGenerator(WorkFlowGenerator):
    def __init__(self, *, name: str, llm: BaseLLM, dataset, **kwargs):
        super().__init__(name=name, llm=llm, **kwargs)
        self.llm = llm
        self.cost_manager = CostManager()
        self.custom = operator.Custom(self.llm)
        self.sc_ensemble = operator.QAScEnsemble(self.llm)

    async def __call__(self, problem: str, entry_point: str):
        one = await self.custom.execute_async(input=problem, instruction="")
        best = await self.sc_ensemble(solutions=[one["response"], one["response"]])
        return best["response"], float(self.cost_manager.total_cost)
`,
    'live.py': `import workspace.LiveCodeBench.workflows.template.operator as operator
from scripts.async_llm import create_llm_instance
from scripts.logs import logger


class Workflow:
    def __init__(self, name: str, llm_config, dataset) -> None:
        self.llm = create_llm_instance(llm_config)
        self.custom_code_generate = operator.CustomCodeGenerate(self.llm)
        self.test = operator.Test(self.llm)

    async def __call__(self, problem: str, entry_point: str, question_id: str):
        solution = await self.custom_code_generate(problem=problem, entry_point=entry_point, instruction="")
        tested = await self.test(problem=problem, solution=solution["response"], entry_point=entry_point, question_id=question_id)
        logger.info(tested)
        return tested.get("solution", solution["response"]), self.llm.get_usage_summary()["total_cost"]
`,
  })
  for (const [path, problem, answer] of [
    ['ags', mathProblem, /^42$/],
    ['generator.py', mathProblem, /42/],
    ['live.py', codeProblem, /^def double/],
  ] as const) {
    const ran = await scene.run(path, problem)
    assert.deepEqual(ran.failures, [], path)
    assert.match(ran.prediction, answer)
  }
})

test('relative imports, decorators, retries, tracing, timeouts and the llm by itself do what they say', async () => {
  scene.write({
    'rich/workflows/template/operator.py': 'from scripts.operators import Custom, AnswerGenerate\n',
    'rich/workflows/round_2/prompt.py': 'from .texts import HEAD\n\nASK = HEAD + "{problem}"\n',
    'rich/workflows/round_2/texts.py': 'HEAD = "Please: "\n',
    'rich/workflows/round_2/graph.py': `from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
from dataclasses import dataclass, field
from typing import Any, Dict, List, Optional, Tuple

import nest_asyncio
import weave
from dotenv import load_dotenv
from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_exponential
from tqdm import tqdm

from . import prompt as prompt_custom
from ..template import operator
from ..template.operator import AnswerGenerate
from workspace.RICH.workflows.template import operator as same_operator
from workspace.RICH.workflows.round_2 import prompt as same_prompt

assert same_operator.Custom is operator.Custom and same_prompt.ASK == prompt_custom.ASK
from scripts.async_llm import create_llm_instance
from scripts.evaluator import DatasetType

load_dotenv()
nest_asyncio.apply()
weave.init("traces")
sys.path.append(os.path.dirname(os.path.abspath(__file__)))
logger = logging.getLogger(__name__)
KEY = os.environ.get("OPENAI_API_KEY", "none")


@dataclass
class State:
    answers: List[str] = field(default_factory=list)


class Workflow:
    def __init__(self, name: str, llm_config, dataset: DatasetType) -> None:
        self.llm = create_llm_instance(llm_config)
        self.custom = operator.Custom(self.llm)
        self.answer = AnswerGenerate(llm=self.llm)
        self.tries = 0

    @weave.op()
    async def __call__(self, problem: str, **kwargs: Any) -> Tuple[str, float]:
        state = State()
        for _ in tqdm(range(2), desc="asking"):
            state.answers.append(await self._ask(problem))
        slow = await asyncio.wait_for(self.llm(prompt_custom.ASK.format(problem=problem)), timeout=30)
        both = await asyncio.gather(self.answer(problem), self._fail(), return_exceptions=True)
        logger.info("usage %s", self.llm.get_usage_summary())
        assert self.llm.usage_tracker.get_summary()["call_count"] == len(self.llm.usage_tracker.usage_history)
        assert self.llm.cost_manager.get_costs().total_cost == self.llm.cost_manager.total_cost > 0
        facts: Dict[str, Optional[object]] = {
            "tries": self.tries,
            "slow": slow,
            "answer": both[0]["answer"],
            "error": type(both[1]).__name__,
            "calls": self.llm.get_usage_summary()["call_count"],
        }
        return json.dumps(facts), self.llm.cost_manager.get_total_cost()

    @retry(stop=stop_after_attempt(3), wait=wait_exponential(min=1, max=10), retry=retry_if_exception_type(ValueError), reraise=True)
    async def _ask(self, problem: str) -> str:
        self.tries += 1
        if self.tries == 1:
            raise ValueError("try again")
        return (await self.custom(input=problem, instruction="Solve: "))["response"]

    @staticmethod
    async def _fail():
        raise KeyError("no")
`,
  })
  const ran = await scene.run('rich/workflows/round_2')
  assert.deepEqual(ran.failures, [])
  assert.deepEqual(JSON.parse(ran.prediction), {
    tries: 3,
    slow: '<thought>six sevens</thought><answer>42</answer>',
    answer: '42',
    error: 'KeyError',
    calls: 4,
  })
  assert.equal(ran.prompts[2], 'Please: What is 6 * 7?')
})
