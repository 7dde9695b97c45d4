import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type FrontierChart, type FrontierMark, frontierChart } from './frontier-chart.ts'

const mark = (name: string, calls: number, accuracy: number, more: Partial<FrontierMark> = {}): FrontierMark => ({
  name,
  calls,
  accuracy,
  low: accuracy - 0.03,
  high: accuracy + 0.03,
  colour: 0,
  ...more,
})
const chart: FrontierChart = {
  title: 'Accuracy against calls',
  xLabel: 'calls a problem',
  yLabel: 'solved',
  hullName: 'within reach of fixed workflows',
  hull: [
    { calls: 1, accuracy: 0.6 },
    { calls: 3, accuracy: 0.75 },
    { calls: 8, accuracy: 0.85 },
  ],
  marks: [
    mark('warm start', 3.9, 0.71),
    mark('best fixed overall', 4, 0.7, { colour: 1 }),
    mark('trained', 2.5, 0.87),
    mark('trained, sampled', 2.6, 0.86, { isHollow: true }),
    mark('oracle', 2.4, 0.91, { colour: 2 }),
  ],
}

interface Text {
  readonly text: string
  readonly x: number
  readonly y: number
}

function labelsOf(svg: string): Text[] {
  return [...svg.matchAll(/<text x="([\d.-]+)" y="([\d.-]+)" font-weight="600"[^>]*>([^<]*)<\/text>/g)]
    .filter(([whole]) => !whole.includes('font-size'))
    .map(([, x, y, text = '']) => ({ text, x: Number(x), y: Number(y) }))
}

test('every mark has its name beside it, and no two names overlap, wide or narrow', () => {
  for (const width of [480, 920]) {
    const labels = labelsOf(frontierChart({ ...chart, width }))
    assert.deepEqual(labels.map(({ text }) => text).sort(), chart.marks.map(({ name }) => name).sort())
    for (const [i, a] of labels.entries()) {
      assert.ok(a.x >= 40 && a.x + 7 * a.text.length < width, a.text)
      for (const b of labels.slice(i + 1)) {
        const isApart = Math.abs(a.y - b.y) >= 13 || a.x + 7 * a.text.length < b.x || b.x + 7 * b.text.length < a.x
        assert.ok(isApart, `${a.text} and ${b.text} at ${width}`)
      }
    }
  }
})

test('a mark says its calls and its accuracy with interval under the pointer, and hollow marks are rings', () => {
  const svg = frontierChart(chart)
  assert.match(svg, /<title>trained, sampled: 2\.6, 86\.0 % \[83\.0 %, 89\.0 %\]<\/title>/)
  assert.match(svg, /<title>within reach of fixed workflows: 3\.0, 75\.0 %<\/title>/)
  assert.equal(svg.match(/r="5" fill="none"/g)?.length, 1)
})

test('a chart of one mark has no hole, text stays text, and one of nothing is not drawn', () => {
  const evil = mark('<script>"', 1, 0)
  for (const marks of [[evil], chart.marks]) {
    const svg = frontierChart({ ...chart, hull: [], marks, isStandalone: true })
    assert.doesNotMatch(svg, /NaN|undefined|Infinity|<script/)
    assert.match(svg, /prefers-color-scheme:dark/)
  }
  assert.equal(frontierChart({ ...chart, hull: [], marks: [] }), '')
})

test('beyond the last vertex the ground goes on at its height, to the end of the plot', () => {
  const svg = frontierChart({ ...chart, hull: chart.hull.slice(0, 2) })
  const [, from, height] = /<path d="M([\d.]+),([\d.]+)L462,\2" fill="none"[^>]*stroke-dasharray/.exec(svg) ?? []
  assert.ok(from !== undefined && Number(from) < 462 && height !== undefined)
})
