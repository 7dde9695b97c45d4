/**
 * What strangers write, mutated: 20,000 completions and 5,000 replies of servers. Each ends as one of the outcomes that its
 * reader has; none throws but what the reader says it throws. Seeded: a failure names its text, and comes again.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BatonError } from '../src/core/failure.ts'
import { randomFor } from '../src/core/random.ts'
import { messagesReply } from '../src/llm/anthropic-messages.ts'
import { classifyStatus } from '../src/llm/classify-status.ts'
import { retryPolicies } from '../src/llm/llm-error.ts'
import { listedModels } from '../src/llm/model-list.ts'
import { readCompletion as readReply } from '../src/llm/read-completion.ts'
import { readReplyBody } from '../src/llm/reply-body.ts'
import { refusedMember, withoutRefused } from '../src/llm/request-body.ts'
import { completion } from '../src/llm/testing/quirk-server.ts'
import { createPythonAnalyzer } from '../src/python/analysis/index.ts'
import { readVerdict } from '../src/rewards/verdict-text.ts'
import { arrowProgram, isArrow } from '../src/workflows/dialects/arrow/index.ts'
import { readBoolean } from '../src/workflows/operators/read-boolean.ts'
import { replyField } from '../src/workflows/operators/reply-fields.ts'
import { parseCompletion } from '../src/workflows/parse/index.ts'
import { baselineProgram } from '../src/workflows/programs/index.ts'
import { readProgram } from '../src/workflows/reading/read-program.ts'
import { mutated } from './mutated-texts.ts'

/** Runs a reader and says which text it failed on. */
function reading<Result>(text: string, read: (text: string) => Result): Result {
  try {
    return read(text)
  } catch (error) {
    assert.fail(`${(error as Error).stack}\non ${JSON.stringify(text)}`)
  }
}

const call =
  'class Workflow:\n    def __init__(self, name, llm_config, dataset):\n        self.llm = create_llm_instance(llm_config)\n'
const programs = [
  baselineProgram('cot', 'math') ?? '',
  `Here:\n\`\`\`python\n${baselineProgram('programmer-test', 'code') ?? ''}\`\`\`\nDone.`,
  `${call}    async def __call__(self, problem, entry_point=None):\n        for i in range(3):\n            if i: x = await self.custom(input=problem, instruction="a")\n        return x["response"], 0\n`,
  '<think>hm</think>{"candidates": [{"operator": "Custom", "times": 2, "instruction": "Solve"}], "choose": "ScEnsemble"}',
  '{"code": "class Workflow:\\n    def __call__(self):\\n        pass\\n"}',
]

test('20,000 mutated completions: each is a program or a failure with a class', async () => {
  const analyzer = await createPythonAnalyzer()
  const random = randomFor('fuzz', 'completions')
  const codes = new Set<string>()
  for (let i = 0; i < 20_000; i++) {
    const text = mutated(programs[i % programs.length] as string, programs, random)
    // One in eight is checked and repaired as well, which takes the longest by far.
    const isWhole = i % 8 === 0
    const read = reading(text, () =>
      isWhole ? readProgram({ text, problemType: 'math' }, analyzer) : parseCompletion(text),
    )
    if (read.kind === 'failure') codes.add(`${read.failure.boundary}/${read.failure.code}`)
    else if ('repaired' in read) assert.ok(read.repaired.validation.findings.length <= 201, text)
  }
  for (const code of codes) assert.match(code, /^parse\/(?:empty|no-code|too-long)$/)
})

const arrows = [
  'Plan -> [Custom, Programmer] -> ScEnsemble -> Review ? Revise : done',
  'Custom("Solve it.") -> (Review -> Revise) * 2',
]

test('mutated arrow lines are workflows or are refused in words', () => {
  const random = randomFor('fuzz', 'arrows')
  for (let i = 0; i < 2000; i++) {
    const text = mutated(arrows[i % arrows.length] as string, arrows, random)
    reading(text, () => {
      isArrow(text)
      try {
        arrowProgram(text, 'math')
      } catch (error) {
        if (!(error instanceof BatonError)) throw error
      }
    })
  }
})

const replies = [
  JSON.stringify(completion({ content: 'fine', reasoning: 'hm' })),
  JSON.stringify(completion({ content: [{ type: 'text', text: 'fine' }] }, 'length'), null, 2),
  `: comment\n${JSON.stringify(completion({ content: '<think>a</think>b' }))}\ndata: [DONE]\n`,
  'data: {"choices":[{"delta":{"content":"fi"}}]}\n\ndata: {"choices":[{"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n',
  '{"error":{"message":"context length exceeded","type":"invalid_request_error","param":"max_tokens","code":null}}',
  '{"detail":[{"loc":["body","seed"],"msg":"Extra inputs are not permitted"}]}',
  '{"type":"message","content":[{"type":"text","text":"fine"}],"stop_reason":"end_turn","usage":{"input_tokens":3}}',
  '{"object":"list","data":[{"id":"m","aliases":["n:latest"]}]}',
  '<html><head><title>502 Bad Gateway</title></head></html>',
]
const kinds = new Set([...Object.keys(retryPolicies)])

test('5,000 mutated replies of servers: each is an answer or a failure of a kind', () => {
  const random = randomFor('fuzz', 'replies')
  const statuses = [200, 301, 400, 401, 404, 422, 429, 500, 503]
  for (let i = 0; i < 5000; i++) {
    const text = mutated(replies[i % replies.length] as string, replies, random)
    reading(text, () => {
      const { kind, message } = classifyStatus(random.pick(statuses), text, '/there')
      assert.ok(kinds.has(kind), kind)
      assert.ok(message.length <= 300)
      const sent = { model: 'm', seed: 1, top_p: 1, messages: [{ role: 'system', content: 'a' }] }
      const refused = refusedMember(message, sent)
      withoutRefused(sent, new Set(refused === null ? [] : [refused]))
      const read = readReplyBody(messagesReply(text))
      if ('problem' in read) return
      listedModels(read.body)
      const reply = readReply(read.body, 100)
      if (reply.kind === 'failure') assert.ok(kinds.has(reply.failure), reply.failure)
      else assert.equal(typeof reply.text, 'string')
    })
  }
})

const said = [
  'Verdict: True\nThe numbers agree.',
  '{"verdict": "False", "reason": "differs"}',
  '<review_result>True</review_result><feedback>No issues found.</feedback>',
  '<thought>6 * 7</thought>\n<answer>42</answer>',
]

test("mutated replies of judges and of operators' models are read as something or as nothing", () => {
  const random = randomFor('fuzz', 'said')
  for (let i = 0; i < 2000; i++) {
    const text = mutated(said[i % said.length] as string, said, random)
    reading(text, () => {
      readVerdict(text)
      readBoolean(text)
      replyField(text, 'answer')
    })
  }
})
