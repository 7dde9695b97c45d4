/**
 * Colours of the charts, for light and dark grounds. Each mark carries its light colour as an attribute and a class that
 * a style sheet can override: without a style sheet a chart is right on a light ground, with `chartStyle` on both.
 */

interface Colour {
  readonly light: string
  readonly dark: string
}

/** Told apart by people who see few colours too; text in the ground's colour is legible on each of them. */
const series: readonly Colour[] = [
  { light: '#2563eb', dark: '#60a5fa' },
  { light: '#c05621', dark: '#fb923c' },
  { light: '#047857', dark: '#34d399' },
  { light: '#be185d', dark: '#f472b6' },
  { light: '#6d28d9', dark: '#a78bfa' },
  { light: '#0e7490', dark: '#22d3ee' },
  { light: '#4d7c0f', dark: '#a3e635' },
  { light: '#64748b', dark: '#94a3b8' },
]

const inks = {
  ground: { light: '#ffffff', dark: '#161b22' },
  text: { light: '#1f2937', dark: '#e5e7eb' },
  muted: { light: '#6b7280', dark: '#9ca3af' },
  grid: { light: '#e5e7eb', dark: '#30363d' },
} as const satisfies Record<string, Colour>

/** Attributes that draw a line in a series' colour. */
export function stroke(index: number): string {
  const at = index % series.length
  return `class="chart-stroke-${at}" stroke="${(series[at] as Colour).light}"`
}

/** Attributes that fill a shape with a series' colour. */
export function fill(index: number): string {
  const at = index % series.length
  return `class="chart-fill-${at}" fill="${(series[at] as Colour).light}"`
}

/** Attributes of text in a series' colour drawn over lines: the background shows through around it. */
export function haloed(index: number): string {
  const at = index % series.length
  return `class="chart-fill-${at} chart-halo" fill="${(series[at] as Colour).light}" stroke="${inks.ground.light}" stroke-width="4" stroke-linejoin="round" paint-order="stroke"`
}

/** Attributes of everything that is not a series: text, background, grid lines. */
export const ink = {
  ground: `class="chart-ground" fill="${inks.ground.light}"`,
  text: `class="chart-text" fill="${inks.text.light}"`,
  muted: `class="chart-muted" fill="${inks.muted.light}"`,
  grid: `class="chart-grid" stroke="${inks.grid.light}"`,
  /** Text drawn over lines: the background shows through around it. */
  halo: `class="chart-text chart-halo" fill="${inks.text.light}" stroke="${inks.ground.light}" stroke-width="4" stroke-linejoin="round" paint-order="stroke"`,
} as const

function rules(tone: keyof Colour): string {
  return [
    ...series.map((colour, i) => `.chart-stroke-${i}{stroke:${colour[tone]}}.chart-fill-${i}{fill:${colour[tone]}}`),
    `.chart-ground{fill:${inks.ground[tone]}}.chart-text{fill:${inks.text[tone]}}.chart-muted{fill:${inks.muted[tone]}}`,
    `.chart-grid{stroke:${inks.grid[tone]}}.chart-halo{stroke:${inks.ground[tone]}}`,
  ].join('')
}

/** Style sheet of the charts: light, and dark where the reader's system is. */
export const chartStyle = `${rules('light')}@media (prefers-color-scheme:dark){${rules('dark')}}`
