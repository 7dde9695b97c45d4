/**
 * Writes a workflow of the arrow language as a program of the contract. What runs through it: the last answer, the candidates
 * since the last choice, the notes that the next generator gets to see, and what the last judging step said.
 */
import { BatonError } from '../../../core/failure.ts'
import type { ProblemType } from '../../../core/problem.ts'
import { nearestName } from '../../../core/spelling.ts'
import { mainKey, operatorMeantBy, operatorNamed, operators, workflowClass } from '../../contract/index.ts'
import { parseArrow } from './parse-arrow.ts'
import { operatorsIn, type Step } from './steps.ts'

const planInstruction = 'Make a short plan for solving the problem. Do not solve it.\n'
const solveInstruction: Readonly<Record<ProblemType, string>> = {
  math: 'Solve the problem step by step, then give the final answer.\n',
  qa: 'Answer the question from the context, in a few words.\n',
  code: 'Write the Python function that the problem asks for. Answer with code only.\n',
  vqa: 'Answer the question in a few words.\n',
}

/** Steps that are a Custom with an instruction of their own. */
const planners = /^(?:plan|planner|decompose|think|analy[sz]e|understand)$/i

/** @throws BatonError for a text that is none, an operator that does not exist, or a step without what it works on. */
export function arrowProgram(text: string, type: ProblemType): string {
  const step = parseArrow(text)
  const body = linesOf(step, { type, loops: 0, parallels: 0 })
  const used = [...new Set(operatorsIn(step).map(({ name }) => contractOf(name).name))]
  checkOrder(step, 0)
  const made = used.map(
    (name) => `self.${operatorNamed(name)?.attribute} = operator.${name}(self.${workflowClass.llmAttribute})`,
  )
  const parameters = workflowClass.call.map(({ name, defaultValue }) =>
    defaultValue === null ? name : `${name}=${defaultValue}`,
  )
  return [
    `class ${workflowClass.name}:`,
    `    def __init__(self, ${workflowClass.init.join(', ')}):`,
    `        self.${workflowClass.llmAttribute} = ${workflowClass.llmFactory}(${workflowClass.llmConfig})`,
    ...made.map((line) => `        ${line}`),
    `    async def __call__(self, ${parameters.join(', ')}):`,
    '        answer = ""',
    '        candidates = []',
    '        notes = ""',
    '        feedback = "Check it once more."',
    '        is_right = True',
    ...body.map((line) => `        ${line}`),
    `        return answer, ${workflowClass.costExpression}`,
    '',
  ].join('\n')
}

interface Scope {
  readonly type: ProblemType
  /** Loops and parallels around the step. */
  readonly loops: number
  readonly parallels: number
}

/** The operator that a step names, by its own name or by one that models use for it. */
function contractOf(name: string): NonNullable<ReturnType<typeof operatorNamed>> {
  const byCase = operators.find((candidate) => candidate.name.toLowerCase() === name.replaceAll('_', '').toLowerCase())
  const found = byCase ?? (planners.test(name) ? operatorNamed('Custom') : operatorMeantBy(name))
  if (found !== undefined) return found
  const names = [...operators.map((operator) => operator.name), 'Plan']
  const meant = nearestName(name, names)
  const all = `Operators are ${names.join(', ')}.`
  throw new BatonError(`There is no operator ${name}.`, {
    boundary: 'policy',
    code: 'unknown-operator',
    hint: meant === null ? all : `Did you mean ${meant}? ${all}`,
  })
}

const choosers: ReadonlySet<string> = new Set(['ScEnsemble', 'MdEnsemble'])
/** They say whether what came before is right. */
const judges: ReadonlySet<string> = new Set(['Review', 'Test'])
const followers: ReadonlySet<string> = new Set(['Review', 'Revise', 'Test', 'Format'])

/** Fails where a step has nothing to work on. @returns candidates after the step, at least. */
function checkOrder(step: Step, before: number): number {
  switch (step.kind) {
    case 'operator': {
      const { name } = contractOf(step.name)
      if ((choosers.has(name) || followers.has(name)) && before === 0)
        throw new BatonError(`${step.name} has nothing to work on: no step before it makes an answer.`, {
          boundary: 'policy',
          code: 'nothing-to-work-on',
          hint: 'Put a generator before it, such as AnswerGenerate, Custom or Programmer.',
        })
      return choosers.has(name) || followers.has(name) || planners.test(step.name) ? before : before + 1
    }
    case 'done':
      return before
    case 'chain':
      return step.steps.reduce((count, inner) => checkOrder(inner, count), before)
    case 'parallel':
      return Math.max(...step.branches.map((branch) => checkOrder(branch, before)))
    case 'loop':
      return checkOrder(step.body, before)
    case 'branch': {
      const after = checkOrder(step.condition, before)
      const judging = operatorsIn(step.condition).at(-1)
      if (judging === undefined || !judges.has(contractOf(judging.name).name))
        throw new BatonError(`${judging?.name ?? 'done'} ? ...: only Review and Test say whether something is right.`, {
          boundary: 'policy',
          code: 'nothing-to-choose-by',
          hint: 'For example: AnswerGenerate -> Review ? Revise : done.',
        })
      return Math.min(checkOrder(step.atFault, after), checkOrder(step.otherwise, after))
    }
    default:
      return step satisfies never
  }
}

const indented = (lines: readonly string[]): string[] => lines.map((line) => `    ${line}`)

function linesOf(step: Step, scope: Scope): string[] {
  switch (step.kind) {
    case 'operator':
      return callOf(step, scope)
    case 'done':
      return [scope.loops > 0 ? 'break' : 'pass']
    case 'chain':
      return step.steps.flatMap((inner) => linesOf(inner, scope))
    case 'parallel': {
      const before = `before_${scope.parallels}`
      const inner = { ...scope, parallels: scope.parallels + 1 }
      return [
        `${before} = notes`,
        ...step.branches.flatMap((branch) => [`notes = ${before}`, ...linesOf(branch, inner)]),
      ]
    }
    case 'loop':
      return [`for _ in range(${step.times}):`, ...indented(linesOf(step.body, { ...scope, loops: scope.loops + 1 }))]
    case 'branch':
      return [
        ...linesOf(step.condition, scope),
        'if is_right:',
        ...indented(linesOf(step.otherwise, scope)),
        'else:',
        ...indented(linesOf(step.atFault, scope)),
      ]
    default:
      return step satisfies never
  }
}

const withNotes = 'problem + ("\\n\\nNotes: " + notes if notes else "")'

function callOf(step: Step & { readonly kind: 'operator' }, { type }: Scope): string[] {
  const contract = contractOf(step.name)
  const { attribute, name } = contract
  const isPlan = planners.test(step.name)
  const instruction = JSON.stringify(
    step.instruction === null ? (isPlan ? planInstruction : solveInstruction[type]) : `${step.instruction}\n`,
  )
  const args: Readonly<Record<string, string>> = {
    Custom: `input=${withNotes}, instruction=${instruction}`,
    AnswerGenerate: `input=${withNotes}`,
    CustomCodeGenerate: `problem=${withNotes}, entry_point=entry_point, instruction=${instruction}`,
    Programmer: 'problem=problem, analysis=notes or "None"',
    Test: 'problem=problem, solution=answer, entry_point=entry_point',
    Review: 'problem=problem, solution=answer',
    Revise: 'problem=problem, solution=answer, feedback=feedback',
    ScEnsemble: 'solutions=candidates, problem=problem',
    MdEnsemble: 'solutions=candidates, problem=problem',
    Format: 'problem=problem, solution=answer',
  }
  const call = `result = await self.${attribute}(${args[name] ?? 'input=problem'})`
  if (name === 'Review') return [call, 'feedback = result["feedback"]', 'is_right = result["review_result"]']
  const text = `result["${mainKey(contract, type)}"]`
  if (isPlan) return [call, `notes = ${text}`]
  if (name === 'Test')
    return [call, `answer = result["solution"]`, 'is_right = result["result"]', 'candidates = [answer]']
  if (choosers.has(name) || followers.has(name)) return [call, `answer = ${text}`, 'candidates = [answer]']
  return [call, `answer = ${text}`, 'notes = answer', 'candidates.append(answer)']
}
