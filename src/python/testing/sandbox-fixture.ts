/** What the tests of this folder share: limits, operators as data, a program around a body, a perform that echoes. */
import type { Json } from '../../core/json.ts'
import type { OperatorCall, OperatorReply, OperatorSignature, SandboxLimits, WorkflowProgram } from '../sandbox.ts'

export const limits: SandboxLimits = {
  cpuMs: 2000,
  wallMs: 30_000,
  memoryMb: 128,
  maxOutputChars: 20_000,
  maxOperatorCalls: 50,
}

const required = (name: string) => ({ name, isRequired: true })
const optional = (name: string) => ({ name, isRequired: false })

export const fixtureOperators: readonly OperatorSignature[] = [
  { name: 'Custom', parameters: [required('input'), required('instruction')] },
  { name: 'Programmer', parameters: [required('problem'), optional('analysis')] },
  { name: 'Review', parameters: [required('problem'), required('solution')] },
]

/** A workflow program around the body of `__call__`, which sees `problem`, `self.llm` and `self.custom`. */
export function workflow(body: string, overrides: Partial<WorkflowProgram> = {}): WorkflowProgram {
  const indented = body
    .trim()
    .split('\n')
    .map((line) => `        ${line}`)
    .join('\n')
  const code = `
class Workflow:
    def __init__(self, name, llm_config, dataset):
        self.name = name
        self.dataset = dataset
        self.llm = create_llm_instance(llm_config)
        self.custom = operator.Custom(self.llm)
    async def __call__(self, problem, entry_point=None):
${indented}
`
  return {
    code,
    className: 'Workflow',
    init: { name: 'w', dataset: 'MATH' },
    callArgs: { problem: '2+2' },
    operators: fixtureOperators,
    seed: 7,
    ...overrides,
  }
}

export function returnedReply(value: Json): OperatorReply {
  return { kind: 'returned', value, costUsd: 0.001, inputTokens: 10, outputTokens: 5 }
}

/** Replies with the first argument of the call. */
export async function echo(call: OperatorCall): Promise<OperatorReply> {
  return returnedReply({ response: String(Object.values(call.args)[0]) })
}

export function later<T>(value: T | Promise<T>, delayMs: number): Promise<T> {
  return new Promise((resolve) => setTimeout(() => resolve(value), delayMs))
}
