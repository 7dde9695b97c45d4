import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lineChart } from './line-chart.ts'

const chart = lineChart({
  title: 'Reward <b>',
  xLabel: 'step',
  series: [
    { name: 'reward', style: 'line', colour: 0, points: [1, 2, 3].map((x) => ({ x, y: x, low: x - 1, high: x + 1 })) },
    { name: 'held out', style: 'points', colour: 1, points: [{ x: 1, y: 0, low: -1, high: 1 }] },
  ],
})

test('the chart is one well-formed SVG without script, with its text escaped', () => {
  assert.match(chart, /^<svg [\s\S]*<\/svg>$/)
  assert.match(chart, /Reward &lt;b&gt;/)
  assert.doesNotMatch(chart, /<script|NaN|Infinity/)
})

test('a band, the lines, the points and their error bars are all drawn', () => {
  assert.equal(chart.match(/opacity="0.15"/g)?.length, 1)
  assert.equal(chart.match(/fill="none"/g)?.length, 1)
  assert.equal(chart.match(/r="4.5"/g)?.length, 2, 'the marker and its mark in the legend')
  assert.equal(chart.match(/stroke-width="1.8"/g)?.length, 1)
})

test('an empty chart and one of equal values are drawn without a wrong number', () => {
  const series = (points: { x: number; y: number }[]) => [{ name: 'a', style: 'line' as const, colour: 0, points }]
  for (const points of [
    [],
    [{ x: 1, y: 5 }],
    [
      { x: 1, y: 5 },
      { x: 2, y: 5 },
    ],
  ]) {
    assert.doesNotMatch(lineChart({ title: 't', xLabel: 'x', series: series(points) }), /NaN|Infinity/)
  }
})

test('the last value stands above its error bar, below it where a dashed line would cross it', () => {
  const labelY = (dashedAt: number): number => {
    const svg = lineChart({
      title: 't',
      xLabel: 'x',
      yLimits: [0, 1],
      series: [
        {
          name: 'a',
          style: 'points',
          colour: 0,
          points: [0, 1].map((x) => ({ x, y: 0.5, low: 0.4, high: 0.6 })),
        },
        { name: 'b', style: 'dashed', colour: 1, points: [0, 1].map((x) => ({ x, y: dashedAt })) },
      ],
    })
    return Number(/y="([\d.]+)" text-anchor="end" font-size="15"/.exec(svg)?.[1])
  }
  assert.ok(labelY(0.62) > labelY(0.9) + 30)
})

test('the axis of the values fits them and their intervals, and stays within what a value can be', () => {
  const tickTexts = (low: number, high: number): string[] => {
    const points = [1, 2].map((x) => ({ x, y: (low + high) / 2, low, high }))
    const svg = lineChart({
      title: 't',
      xLabel: 'x',
      yLimits: [0, 1],
      yFormat: (value) => `${Math.round(100 * value)} %`,
      series: [{ name: 'a', style: 'line', colour: 0, points }],
    })
    return [...svg.matchAll(/>(\d+ %)</g)].map(([, text]) => text ?? '')
  }
  assert.ok(!tickTexts(0.8, 0.95).includes('20 %'))
  assert.ok(tickTexts(0.8, 0.95).includes('95 %'))
  assert.equal(tickTexts(0, 1).at(-1), '100 %')
  assert.equal(tickTexts(0.9, 1).at(-1), '100 %')
})
