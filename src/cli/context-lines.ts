/** A server's context compared with the prompts of a run, and the size of a training step, as lines of `--dry-run`. */
import type { Config } from '../config/index.ts'
import type { ShapeLength } from '../core/context-fit.ts'
import { grouped } from '../core/grouped.ts'
import { type ContextCheck, contextRemedy, isSurelyShort } from '../session/check-context.ts'

/** For the user: what is expected, whether it fits, what to do. */
export function contextLines(check: ContextCheck): string[] {
  const { context, question, lengths } = check
  const { tokens, server, of } = context
  const { replyTokens, rate } = question
  const longest = Math.max(...lengths.map(({ promptTokens }) => promptTokens))
  const prompts = `prompts up to about ${grouped(longest)} tokens + ${grouped(replyTokens)} of reply`
  const name = server === null ? '' : ` (${server})`
  const says =
    tokens === null
      ? 'the server does not say its context'
      : of === 'request'
        ? `the server's context is ${grouped(tokens)}${name}`
        : `the model takes ${grouped(tokens)}, the server${name} may give a request less`
  return [
    `context    ${verdictOf(check)}: ${prompts}; ${says}`,
    `           by ${rate.bytesPerToken.toFixed(1)} bytes a token, ${rate.isMeasured ? 'measured here' : 'assumed'}`,
    ...lengths.flatMap((length) => lengthLine(length, question.problemBytes.length)),
    ...(lengths.some(({ tooLong }) => tooLong > 0) ? [`           ${remedyText(check)}`] : []),
  ]
}

function verdictOf({ context, lengths }: ContextCheck): string {
  if (context.tokens === null) return 'unknown'
  if (isSurelyShort(lengths)) return 'WARNING, too short'
  if (lengths.some(({ tooLong }) => tooLong > 0)) return 'WARNING, too short for long answers'
  return context.of === 'request' ? 'ok' : 'unknown'
}

/** `10,580 tokens with 5 earlier answers of full length (ScEnsemble): too long for 3 of 72 problems` */
function lengthLine({ name, earlierAnswers, promptTokens, tooLong }: ShapeLength, problems: number): string[] {
  const verdict = tooLong === 0 ? '' : `too long for ${grouped(tooLong)} of ${grouped(problems)} problems`
  // These come in one kind only, and its length is in the line above.
  if (name === 'judge' || name === 'policy') return tooLong === 0 ? [] : [`           ${verdict}`]
  const answers =
    earlierAnswers === 1 ? '1 earlier answer of full length' : `${earlierAnswers} earlier answers of full length`
  const held = earlierAnswers === 0 ? 'the problem alone' : answers
  return [`           ${grouped(promptTokens)} tokens with ${held} (${name})${tooLong === 0 ? '' : `: ${verdict}`}`]
}

/** A sentence. */
function remedyText(check: ContextCheck): string {
  const { restart, reply, replyKey } = contextRemedy(check)
  const lower = reply === null ? 'leave out the longest problems' : `set ${replyKey}: ${reply}`
  const longer = restart === null ? 'Choose a model with a longer context' : `Start the server with ${restart}`
  return `${longer}, or ${lower}.`
}

/** Batches and lengths of a training, each a line: what a step makes, and what the largest of it is. */
export function arithmeticLines({ policy, training, llm, environment }: Config): string[] {
  const rollouts = training.problemsPerStep * training.groupSize
  const minibatch = training.minibatchSize ?? rollouts
  const updates = Math.ceil(rollouts / minibatch) * training.iterations
  const rest = rollouts % minibatch
  const tokens = policy.promptMaxTokens + policy.maxCompletionTokens
  const million = (count: number): string => `${(count / 1e6).toFixed(2)} M`
  const lines = [
    `rollouts   ${training.problemsPerStep} problems x ${training.groupSize} = ${rollouts} a step, ${rollouts * training.steps} in ${training.steps} steps`,
    policy.engine === 'frozen'
      ? 'updates    none: the generator is not trained'
      : `updates    ${updates} a step of ${minibatch} rollouts at most${rest === 0 ? '' : ` (the last of ${rest})`}; fewer where groups have no spread`,
  ]
  if (environment === 'demonstrations') return lines
  return [
    ...lines,
    `tokens     ${policy.promptMaxTokens} + ${policy.maxCompletionTokens} = ${tokens} a sequence at most, ${million(tokens * rollouts)} a step`,
    `answers    ${llm.executor.maxTokens} tokens each at most, ${Math.min(training.concurrency, rollouts)} rollouts at once`,
  ]
}
