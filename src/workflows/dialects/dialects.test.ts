import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { codeProblem, createDialectScene, type DialectScene, initHead, mathProblem } from './testing/dialect-scene.ts'

let scene: DialectScene
before(async () => {
  scene = await createDialectScene()
})
after(() => scene.close())

/** A round of standalone AFlow: a prompt module, an operator template, the class. */
const aflowRound = {
  'workspace/MATH/workflows/round_3/prompt.py':
    'PLAN_PROMPT = """Plan: """\nSOLVE_PROMPT = PLAN_PROMPT + "then solve: "\n',
  'workspace/MATH/workflows/round_3/graph.py': `from typing import Literal, List
import re
import asyncio
from collections import Counter
import workspace.MATH.workflows.template.operator as operator
import workspace.MATH.workflows.round_3.prompt as prompt_custom
from scripts.async_llm import create_llm_instance


from scripts.evaluator import DatasetType

MAX_TRIES = 2


class Helper:
    def tidy(self, text: str) -> str:
        return re.sub(r"\\s+", " ", text).strip()


class Workflow:
${initHead}
        self.name = name
        self.dataset = dataset
        self.llm = create_llm_instance(llm_config)
        self.custom = operator.Custom(self.llm)
        self.programmer = operator.Programmer(self.llm)
        self.sc_ensemble = operator.ScEnsemble(self.llm)
        self.helper = Helper()

    async def __call__(self, problem: str):
        """
        Implementation of the workflow
        """
        first = await asyncio.gather(*[self.custom(input=problem, instruction=prompt_custom.SOLVE_PROMPT) for _ in range(MAX_TRIES)])
        solutions = [self.helper.tidy(item['response']) for item in first]
        program = await self.programmer(problem=problem, analysis=solutions[0])
        solutions.append(program['output'])
        best = await self.sc_ensemble(solutions=solutions, problem=problem)
        counts = Counter(solutions)
        return self._final(best['response'], counts), self.llm.get_usage_summary()["total_cost"]

    def _final(self, text, counts):
        match = re.search(r"<answer>(.*?)</answer>", text)
        return match.group(1) if match else text
`,
}

test('a round of AFlow runs as it is, with its prompt module found from its folder', async () => {
  scene.write(aflowRound)
  for (const path of [
    'workspace/MATH/workflows/round_3/graph.py',
    'workspace/MATH/workflows/round_3',
    'workspace/MATH',
    '.',
  ]) {
    const ran = await scene.run(path)
    assert.deepEqual(ran.failures, [])
    assert.equal(ran.prediction, '42')
    assert.deepEqual(
      ran.operators.map(({ operator }) => operator),
      ['Custom', 'Custom', 'Programmer', 'ScEnsemble'],
    )
    assert.equal(ran.prompts[0], 'Plan: then solve: What is 6 * 7?')
  }
})

test('the data set in the imports may be another than the folder, and a fence around the class does no harm', async () => {
  const graph = aflowRound['workspace/MATH/workflows/round_3/graph.py']
  const [imports = '', rest = ''] = graph.split('\n\n\nclass Helper')
  scene.write({
    'renamed/round_9/prompt.py': 'SOLVE_PROMPT = "Solve: "\n',
    'renamed/round_9/graph.py': `${imports}\n\n\`\`\`python\nclass Helper${rest}\`\`\`\n`,
  })
  const ran = await scene.run('renamed/round_9')
  assert.deepEqual(ran.failures, [])
  assert.equal(ran.prompts[0], 'Solve: What is 6 * 7?')
})

test('the older dialect with a cost manager of its own runs', async () => {
  scene.write({
    'old/graph.py': `from typing import Literal
import metagpt.ext.aflow.scripts.optimized.GSM8K.workflows.template.operator as operator
import metagpt.ext.aflow.scripts.optimized.GSM8K.workflows.round_7.prompt as prompt_custom
from metagpt.provider.llm_provider_registry import create_llm_instance
from metagpt.utils.cost_manager import CostManager

DatasetType = Literal["HumanEval", "MBPP", "GSM8K", "MATH", "HotpotQA", "DROP"]


class Workflow:
${initHead}
        self.name = name
        self.llm = create_llm_instance(llm_config)
        self.llm.cost_manager = CostManager()
        self.answer_generate = operator.AnswerGenerate(self.llm)
        self.md_ensemble = operator.MdEnsemble(self.llm, vote_count=3)
        self.format = operator.Format(self.llm)

    async def __call__(self, problem: str):
        answers = []
        for _ in range(2):
            answer = await self.answer_generate(input=problem, mode="xml_fill")
            answers.append(answer["answer"])
        best = await self.md_ensemble(solutions=answers, problem=problem)
        final = await self.format(problem=problem, solution=best["solution"])
        return final["solution"], self.llm.cost_manager.total_cost
`,
  })
  const ran = await scene.run('old')
  assert.deepEqual(ran.failures, [])
  assert.equal(ran.prediction, '42')
  assert.equal(ran.operators.find(({ operator }) => operator === 'MdEnsemble')?.llmCalls, 3)
})

test("EvoAgentX's dialect runs: a benchmark in the constructor and in Test, the answer alone returned", async () => {
  scene.write({
    'evo/prompt.py': 'GENERATE_PROMPT = "Write it: "\n',
    'evo/graph.py': `import evoagentx.workflow.operators as operator
import examples.aflow.code_generation.prompt as prompt_custom
from evoagentx.models.model_configs import LLMConfig
from evoagentx.benchmark.benchmark import Benchmark
from evoagentx.models.model_utils import create_llm_instance


class Workflow:
    def __init__(self, name: str, llm_config: LLMConfig, benchmark: Benchmark):
        self.name = name
        self.llm = create_llm_instance(llm_config)
        self.benchmark = benchmark
        self.custom = operator.Custom(self.llm)
        self.custom_code_generate = operator.CustomCodeGenerate(self.llm)
        self.test = operator.Test(self.llm)

    async def __call__(self, problem: str, entry_point: str):
        solution = await self.custom_code_generate(problem=problem, entry_point=entry_point, instruction=prompt_custom.GENERATE_PROMPT)
        tested = await self.test(problem=problem, solution=solution['response'], entry_point=entry_point, benchmark=self.benchmark)
        return tested['solution'] if tested['result'] else "failed"
`,
  })
  const ran = await scene.run('evo', codeProblem)
  assert.deepEqual(ran.failures, [])
  assert.match(ran.prediction, /^def double/)
  assert.match(ran.prompts[0] ?? '', /^Write it: Write a Python function/)
})

test('a program of scripts.operators runs with the entry point it may or may not want', async () => {
  const program = (parameters: string): string => `import scripts.operators as operator
from scripts.async_llm import create_llm_instance

class Workflow:
    def __init__(self, name, llm_config, dataset):
        self.llm = create_llm_instance(llm_config)
        self.programmer = operator.Programmer(self.llm)
        self.test = operator.Test(self.llm)

    async def __call__(self, ${parameters}):
        result = await self.programmer(problem=problem)
        if entry_point:
            result = await self.test(problem=problem, solution=result["code"], entry_point=entry_point)
            return result["solution"], self.llm.get_usage_summary()["total_cost"]
        return result["output"], self.llm.get_usage_summary()["total_cost"]
`
  for (const [parameters, problem, answer] of [
    ['problem: str, entry_point: str = None', mathProblem, /^42$/],
    ['problem, entry_point=None', codeProblem, /^def double/],
    ['problem, entry_point, test', codeProblem, /^def double/],
    ['problem, entry_point, **kwargs', codeProblem, /^def double/],
  ] as const) {
    scene.write({ 'seeds.py': program(parameters) })
    const ran = await scene.run('seeds.py', problem)
    assert.deepEqual(ran.failures, [])
    assert.match(ran.prediction, answer)
  }
})

test("ScoreFlow's text runs: operators made with the problem return text", async () => {
  scene.write({
    'flow.txt': `Some words before.
<graph>
class Workflow:
    def __init__(
        self,
        config,
        problem
    ) -> None:
        self.problem = problem
        self.config = create(config)
        self.custom = operator.Custom(self.config, self.problem)
        self.programmer = operator.Programmer(self.config, self.problem)
        self.sc_ensemble = operator.ScEnsemble(self.config, self.problem)
        self.review = operator.Review(self.config, self.problem)

    async def run_workflow(self):
        """
        This is a workflow graph.
        """
        solutions = []
        for _ in range(2):
            solutions.append(await self.custom(instruction="Can you solve it step by step?"))
        solutions.append(await self.programmer(analysis=solutions[0]))
        best = await self.sc_ensemble(solutions=solutions)
        return await self.review(pre_solution=best)
</graph>`,
  })
  const ran = await scene.run('flow.txt')
  assert.deepEqual(ran.failures, [])
  assert.equal(ran.prediction, 'revised')
  assert.deepEqual(
    ran.operators.map(({ operator }) => operator),
    ['Custom', 'Custom', 'Programmer', 'ScEnsemble', 'Review', 'Revise'],
  )
})

test('base classes of frameworks make the operators, and a whole result is read for its text', async () => {
  scene.write({
    'base.py': `class Workflow(MathWorkflowBase):
    async def __call__(self, problem, entry_point=None):
        return await self.answer_generate(input=problem)
`,
    'other.py': `from metagpt.utils.cost_manager import CostManager
from metagpt.actions.action_node import ActionNode
from pydantic import BaseModel, Field
from examples.ags.benchmark.gsm8k import gsm8k_evaluation
from examples.ags.w_action_node.graph import SolveGraph
from examples.ags.w_action_node.operator import Operator


class GenerateOp(BaseModel):
    solution: str = Field(default="", description="Your solution")


class Generate(Operator):
    def __init__(self, llm, name="Generate"):
        super().__init__(name, llm)

    async def __call__(self, problem, mode=None):
        node = await ActionNode.from_pydantic(GenerateOp).fill(context="Solve " + problem, llm=self.llm, mode="single_fill")
        return node.instruct_content.model_dump()


class PlainGraph(SolveGraph):
    def __init__(self, name: str, llm_config, dataset: str):
        super().__init__(name, llm_config, dataset)
        self.generate = Generate(self.llm)

    async def __call__(self, problem):
        solution = await self.generate(problem)
        return solution, self.llm.cost_manager.total_cost


if __name__ == "__main__":
    import asyncio

    asyncio.run(gsm8k_evaluation(None))
`,
  })
  const based = await scene.run('base.py')
  assert.deepEqual(based.failures, [])
  assert.equal(based.prediction, '42')
  const other = await scene.run('other.py', mathProblem, () => 'forty-two')
  assert.deepEqual(other.failures, [])
  assert.equal(other.prediction, 'forty-two')
})

test("what AFlow's optimiser answers runs as it stands: the graph and its prompts in tags", async () => {
  scene.write({
    'answer.txt': `<modification>Add a check.</modification>
<graph>
class Workflow:
    def __init__(
        self,
        name: str,
        llm_config,
        dataset: DatasetType,
    ) -> None:
        self.llm = create_llm_instance(llm_config)
        self.custom = operator.Custom(self.llm)

    async def __call__(self, problem: str):
        one = await self.custom(input=problem, instruction=prompt_custom.CHECK_PROMPT)
        return one['response'], self.llm.get_usage_summary()["total_cost"]
</graph>
<prompt>
CHECK_PROMPT = """Check this: """
</prompt>`,
  })
  const ran = await scene.run('answer.txt')
  assert.deepEqual(ran.failures, [])
  assert.equal(ran.prompts[0], 'Check this: What is 6 * 7?')
})
