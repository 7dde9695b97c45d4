/**
 * From a completion's text to a program's code. Takes what policies write: fenced blocks, bare code, prose around,
 * `<graph>` tags, reasoning tags, several blocks, plans in JSON. Judges nothing: whether the code is a workflow is the validator's affair.
 */
import type { Failure } from '../../core/failure.ts'
import { jsonOf } from '../../core/parse-json.ts'
import type { ProblemType } from '../../core/problem.ts'
import { workflowClass } from '../contract/index.ts'
import { planToProgram, readPlan } from '../grammar/index.ts'
import { bareRegion, dedent } from './bare-code.ts'
import { type FencedBlock, fencedBlocks } from './fences.ts'
import { cleanText, reasoningOf, unescaped, withoutLinePrefixes } from './wrappings.ts'

export type ParsedCompletion =
  | {
      readonly kind: 'program'
      /** Ends with one newline, no blank lines before. */
      readonly code: string
      /** Text around the code, '' when there is none. */
      readonly leaked: string
    }
  | { readonly kind: 'failure'; readonly failure: Failure }

const classHead = new RegExp(`^[ \\t]*class ${workflowClass.name}\\b`, 'm')
const anyCode = /^[ \t]*(class \w.*:$|(async )?def \w+\(|from [\w.]+ import .|import [\w.])/m
const anyClass = /^[ \t]*class \w.*:[ \t]*$/m
const callMethod = /^[ \t]*(?:async )?def __call__\b/m

/** Longer than any program that a model writes: some 60,000 tokens. */
export const maxCompletionChars = 262_144

/** @param problemType of the problem at hand; a plan in JSON needs it to become a program. */
export function parseCompletion(text: string, problemType: ProblemType = 'math'): ParsedCompletion {
  if (text.length > maxCompletionChars)
    return failure('too-long', `The completion has ${text.length} characters, more than ${maxCompletionChars}.`)
  const normal = cleanText(text)
  if (normal.trim() === '') return failure('empty', 'The completion is empty.')
  const thought = reasoningOf(normal, (rest) => classHead.test(rest) && /def __call__/.test(rest))
  const answer = readableText(normal.replace(thought, ''))
  const graph = /<graph>([\s\S]*?)(<\/graph>|$)/.exec(answer)
  const graphCode = graph?.[1]
  if (graph !== null && graphCode !== undefined && anyCode.test(graphCode)) {
    const inner = findCode(graphCode)
    return program(inner.code, thought, answer.replace(graph[0], ''), inner.around)
  }
  if (!anyCode.test(answer))
    return planIn(answer, thought, problemType) ?? failure('no-code', 'The completion holds no Python code.')
  const found = findCode(answer)
  return program(found.code, thought, found.around)
}

/** A plan in JSON, fenced or bare, as the program it represents. */
function planIn(text: string, thought: string, problemType: ProblemType): ParsedCompletion | null {
  const bare = text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1)
  for (const json of [...fencedBlocks(text).map(({ content }) => content), bare]) {
    const plan = readPlan(jsonOf(json))
    if (plan !== null) return program(planToProgram(plan, problemType), thought)
  }
  return null
}

/** The text itself where it shows code; else what comes out when prefixes or escapes are taken off. */
function readableText(text: string): string {
  if (anyCode.test(text)) return text
  const plain = withoutLinePrefixes(text)
  if (plain !== text && anyCode.test(plain)) return plain
  return unescaped(text, (inner) => anyCode.test(inner)) ?? text
}

function program(code: string, ...around: string[]): ParsedCompletion {
  const trimmed = dedent(code)
    .replace(/^(?:[ \t]*\n)+/, '')
    .trimEnd()
  const leaked = around
    .map((text) => text.trim())
    .filter((text) => text !== '')
    .join('\n')
  return { kind: 'program', code: `${trimmed}\n`, leaked }
}

function failure(code: string, message: string): ParsedCompletion {
  return { kind: 'failure', failure: { boundary: 'parse', code, message } }
}

function findCode(text: string): { readonly code: string; readonly around: string } {
  const blocks = fencedBlocks(text)
  const block = bestBlock(blocks)
  const joined = block === null || isWhole(block.content) ? null : joinedBlocks(blocks)
  if (joined !== null) return { code: joined, around: '' }
  if (block !== null) return { code: block.content, around: text.slice(0, block.start) + text.slice(block.end) }
  const region = bareRegion(text, classHead) ??
    callableRegion(text) ??
    bareRegion(text, anyCode) ?? { start: 0, end: text.length }
  return { code: text.slice(region.start, region.end), around: text.slice(0, region.start) + text.slice(region.end) }
}

/** A class of another name that can be called: the first with a `__call__` somewhere behind its head. */
function callableRegion(text: string): ReturnType<typeof bareRegion> {
  const head = anyClass.exec(text)
  return head !== null && callMethod.test(text.slice(head.index)) ? bareRegion(text, anyClass) : null
}

const isWhole = (code: string): boolean => classHead.test(code) && /def __call__/.test(code)

/** A program given piece by piece, in blocks with words between. */
function joinedBlocks(blocks: readonly FencedBlock[]): string | null {
  const pieces = blocks.filter(({ content }) => anyCode.test(content) && !/^\s*(?:pip|\$) /.test(content))
  const code = pieces.map(({ content }) => content).join('')
  return pieces.length > 1 && isWhole(code) && pieces.findIndex(({ content }) => classHead.test(content)) <= 1
    ? code
    : null
}

/** The last closed block with a whole class; else the best of what there is. */
function bestBlock(blocks: readonly FencedBlock[]): FencedBlock | null {
  const rank = (block: FencedBlock): number => {
    if (!anyCode.test(block.content)) return 0
    const hasClass = classHead.test(block.content)
    return 1 + (hasClass ? 4 : 0) + (isWhole(block.content) ? 2 : 0) + (block.isClosed ? 1 : 0)
  }
  let best: FencedBlock | null = null
  for (const block of blocks) if (rank(block) > 0 && (best === null || rank(block) >= rank(best))) best = block
  return best
}
