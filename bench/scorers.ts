/**
 * The scorers of mathematics and of questions beside what the field uses, on pairs of known truth: false true (different pairs called equal) and
 * false false (equal pairs called different), with 95 % intervals; pairs left to the judge are neither. And its speed.
 * `pip install math-verify latex2sympy2_extended evaluate` for the rows beside; what is not installed is named. The rule of
 * SQuAD's script (which `evaluate` and lm-eval use for SQuAD) is there without it.
 */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { wilsonInterval } from '../src/core/intervals.ts'
import { answerOverlap, compareMath, compareQa } from '../src/datasets/index.ts'
import type { BenchRow } from './bench-row.ts'
import { generatedPairs, goldPairs, type KnownPair, questionPairs } from './scorer-pairs.ts'

const generatedAnswers = 250
const speedPairs = 10_000

type Said = readonly (boolean | null)[]

export function scorersBench(): BenchRow[] {
  const golds = goldPairs()
  const sets = [
    ...(golds === null ? [] : [{ name: 'golds of MATH', pairs: golds }]),
    { name: 'generated answers', pairs: generatedPairs(generatedAnswers) },
  ]
  const rows = sets.flatMap(({ name, pairs }) => ratesOn(name, pairs))
  const missing = golds === null ? [{ name: 'golds of MATH: skipped, no ../shared/data', value: 0, unit: 'pairs' }] : []
  const questions = questionPairs()
  return [...missing, ...rows, ...(questions === null ? [] : questionRates(questions)), speed()]
}

const verdictOf = (outcome: string): boolean | null => (outcome === 'not understood' ? null : outcome === 'equal')

function questionRates(pairs: readonly KnownPair[]): BenchRow[] {
  const own = pairs.map(({ prediction, reference }) => verdictOf(compareQa(prediction, reference).outcome))
  const script = pairs.map(
    ({ prediction, reference }) => answerOverlap(prediction, [reference]).squad.archive.exactMatch === 1,
  )
  const peers = { "SQuAD's exact match, as its script has it": script, ...peersOn(pairs, 'questions') }
  return ratesBeside('golds of DROP and HotpotQA', pairs, { own, peers })
}

function ratesOn(name: string, pairs: readonly KnownPair[]): BenchRow[] {
  const own = pairs.map(({ prediction, reference }) => verdictOf(compareMath(prediction, reference).outcome))
  return ratesBeside(name, pairs, { own, peers: peersOn(pairs, 'mathematics') })
}

function ratesBeside(
  name: string,
  pairs: readonly KnownPair[],
  { own, peers }: { readonly own: Said; readonly peers: Readonly<Record<string, Said | null>> },
): BenchRow[] {
  const systems: (readonly [system: string, said: Said | null])[] = [['Baton', own], ...Object.entries(peers)]
  return (['false true', 'false false'] as const).map((what) => {
    const wanted = what === 'false false'
    const [baton, ...others] = systems.map(([system, said]) =>
      said === null ? `${system}: not installed` : `${system} ${rateText(pairs, said, wanted)}`,
    )
    const wrong = countWrong(pairs, own, wanted)
    const open = own.filter((said) => said === null).length
    return {
      name: `${name}: ${what}`,
      value: (100 * wrong) / pairs.filter(({ isEqual }) => isEqual === wanted).length,
      unit: '%',
      baseline: others.join('; '),
      note: `${baton}; ${open} of ${pairs.length} left to the judge`,
    }
  })
}

function countWrong(pairs: readonly KnownPair[], said: Said, wanted: boolean): number {
  return pairs.filter(({ isEqual }, at) => isEqual === wanted && said[at] === !wanted).length
}

function rateText(pairs: readonly KnownPair[], said: Said, wanted: boolean): string {
  const n = pairs.filter(({ isEqual }) => isEqual === wanted).length
  const wrong = countWrong(pairs, said, wanted)
  const [low, high] = wilsonInterval(wrong, n).map((rate) => (100 * rate).toFixed(1))
  return `${wrong} of ${n}, ${((100 * wrong) / n).toFixed(1)} % [${low}, ${high}]`
}

/** Verdicts of other libraries; null for one that is not installed. */
function peersOn(pairs: readonly KnownPair[], kind: 'mathematics' | 'questions'): Record<string, Said | null> {
  const python = process.env['BATON_BENCH_PYTHON'] ?? 'python3'
  const input = JSON.stringify(pairs.map(({ reference, prediction }) => [reference, prediction]))
  const script = join(import.meta.dirname, 'scorers_peers.py')
  const { status, stdout } = spawnSync(python, [script, kind], { input, encoding: 'utf8', maxBuffer: 2 ** 26 })
  if (status !== 0) return { python3: null }
  const found = JSON.parse(stdout) as Record<string, { verdicts: boolean[]; seconds: number } | null>
  return Object.fromEntries(
    Object.entries(found).map(([name, said]) => [
      said === null ? name : `${name} (${((1000 * said.seconds) / pairs.length).toFixed(1)} ms a pair)`,
      said?.verdicts ?? null,
    ]),
  )
}

function speed(): BenchRow {
  const some = generatedPairs(generatedAnswers)
  const pairs = Array.from({ length: speedPairs }, (_, at) => some[at % some.length] as KnownPair)
  const startedAt = performance.now()
  for (const { prediction, reference } of pairs) compareMath(prediction, reference)
  const seconds = (performance.now() - startedAt) / 1000
  return { name: '10,000 pairs of mathematics', value: seconds, unit: 's', baseline: 'aim: below 2 s', note: 'one run' }
}
