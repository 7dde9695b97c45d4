/** Workflows as an environment, as they are and with what training puts around them. */
import { after, before } from 'node:test'
import type { Problem } from '../core/problem.ts'
import type { Tokenizer } from '../engines/policy-engine.ts'
import type { ChatModel } from '../llm/index.ts'
import { createPythonAnalyzer } from '../python/analysis/index.ts'
import { createSandbox, type Sandbox } from '../python/index.ts'
import { createJudge } from '../rewards/index.ts'
import { createFakeChatModel, createSlowChatModel, fakeLlmError } from '../rewards/testing/fake-chat-model.ts'
import { plainRewards } from '../rewards/testing/plain-rewards.ts'
import { environmentContract } from '../training/environment-suite.ts'
import type { Environment } from '../training/index.ts'
import { stopOnOutage } from '../training/services.ts'
import { attemptOnce } from './attempt-once.ts'
import { createWorkflowEnvironment } from './environment.ts'
import { baselineProgram } from './programs/index.ts'

const limits = { cpuMs: 2000, wallMs: 20_000, memoryMb: 256, maxOutputChars: 10_000, maxOperatorCalls: 16 }
const problem: Problem = {
  ...{ id: 'm', source: 'test', difficulty: 1, type: 'math' },
  ...{ question: 'What is 6 * 7?', answer: '42' },
}
/** Characters of the basic plane. */
const tokenizer: Tokenizer = {
  encode: (text) => [...text].map((character) => character.charCodeAt(0)),
  decode: (tokens) => String.fromCharCode(...tokens),
  ...{ vocabularySize: 65_536, endOfTextId: 1, padId: 0 },
}
const reply = '<thought>6 * 7</thought><answer>42</answer>'

let sandbox: Sandbox
before(async () => {
  sandbox = await createSandbox({ processes: 1, interpretersPerProcess: 2 })
})
after(() => sandbox.close())

async function workflows(executor: ChatModel): Promise<Environment> {
  return createWorkflowEnvironment({
    ...{ executor, sandbox, limits, analyzer: await createPythonAnalyzer(), rewards: plainRewards() },
    judge: createJudge({ model: createFakeChatModel(() => 'True'), attempts: 1 }),
    ...{ promptStyle: 'brief', promptMaxTokens: 64, now: () => 0 },
  })
}

const wrappers: Readonly<Record<string, (environment: Environment) => Environment>> = {
  workflows: (environment) => environment,
  'workflows attempted once': attemptOnce,
  'workflows that stop on an outage': (environment) => stopOnOutage(environment, 8),
}

for (const [name, wrap] of Object.entries(wrappers)) {
  environmentContract({
    name,
    create: async () => {
      const { model, ...slow } = createSlowChatModel(reply)
      return {
        environment: wrap(await workflows(createFakeChatModel(() => reply))),
        failing: wrap(await workflows(createFakeChatModel(() => fakeLlmError('network')))),
        slow: { environment: wrap(await workflows(model)), ...slow },
        text: baselineProgram('cot', 'math') ?? '',
        ...{ tokenizer, problem },
      }
    },
  })
}
