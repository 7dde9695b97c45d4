/** Two runs beside each other: first whether one is better, then where, then their curves and settings. */
import { type ReactNode, useMemo } from 'react'
import type { ComparisonPage, RunList, RunPage } from '../../../src/ui-server/api.ts'
import { Chart } from '../charts/chart.tsx'
import type { ChartSpec } from '../charts/chart-spec.ts'
import { number, points } from '../format.ts'
import { Waiting } from '../parts/states.tsx'
import { Table } from '../parts/table.tsx'
import { withCode } from '../parts/with-code.tsx'
import { useJson } from '../requests.ts'
import { addressOf, go } from '../router.tsx'
import { type PageWords, useWords } from '../words/index.ts'

export function ComparePage({
  query,
  isDark,
}: {
  readonly query: URLSearchParams
  readonly isDark: boolean
}): ReactNode {
  const words = useWords()
  const { comparison: say } = words
  const { loaded } = useJson<RunList>('/api/runs')
  const names =
    loaded.kind === 'ready' ? loaded.value.runs.filter(({ kind }) => kind === 'training').map(({ name }) => name) : []
  const [a, b] = [query.get('a') ?? '', query.get('b') ?? '']
  const decoding = query.get('decoding') ?? 'greedy'
  const set = (change: Readonly<Record<string, string>>): void =>
    go(addressOf(['compare'], { a, b, decoding, ...change }), { isReplaced: true })
  const choice = (title: string, name: 'a' | 'b', value: string): ReactNode => (
    <label>
      <span>{title}</span>
      <select value={value} onChange={(event) => set({ [name]: event.target.value })}>
        <option value="">{say.choose}</option>
        {[...new Set([...names, ...(value === '' ? [] : [value])])].map((each) => (
          <option key={each}>{each}</option>
        ))}
      </select>
    </label>
  )
  const asked =
    a === '' || b === '' ? null : `/api/compare?${new URLSearchParams({ a, b, decoding, lang: words.language })}`
  return (
    <>
      <h1 tabIndex={-1}>{say.title}</h1>
      <form className="filters" onSubmit={(event) => event.preventDefault()}>
        {choice(say.a, 'a', a)}
        {choice(say.b, 'b', b)}
        <label>
          <span>{say.decoding}</span>
          <select value={decoding} onChange={(event) => set({ decoding: event.target.value })}>
            {(['greedy', 'sampled'] as const).map((value) => (
              <option key={value} value={value}>
                {say.decodings[value]}
              </option>
            ))}
          </select>
        </label>
      </form>
      {asked !== null && <Compared address={asked} isDark={isDark} />}
    </>
  )
}

function Compared({ address, isDark }: { readonly address: string; readonly isDark: boolean }): ReactNode {
  const { loaded, reload } = useJson<ComparisonPage>(address)
  return (
    <Waiting loaded={loaded} reload={reload}>
      {(page) => <Comparison page={page} isDark={isDark} />}
    </Waiting>
  )
}

function Comparison({ page, isDark }: { readonly page: ComparisonPage; readonly isDark: boolean }): ReactNode {
  const words = useWords()
  const { comparison: say } = words
  const charts = useMemo(() => chartsOf(page, words), [page, words])
  const unlike = page.settings.filter(({ a, b }) => a !== b)
  return (
    <>
      <Verdict page={page} />
      <h2>{say.curves}</h2>
      <div className="charts">
        {charts.map((spec) => (
          <Chart key={spec.id} spec={spec} isDark={isDark} />
        ))}
      </div>
      <h2>{say.settings}</h2>
      {unlike.length === 0 ? (
        <p>{say.same}</p>
      ) : (
        <Table
          label={say.settings}
          columns={[{ title: say.setting }, { title: `A: ${page.a}` }, { title: `B: ${page.b}` }]}
          rows={unlike.map(({ name, a, b }) => ({ key: name, cells: [name, a, b] }))}
        />
      )}
    </>
  )
}

function Verdict({ page: { result, a, b } }: { readonly page: ComparisonPage }): ReactNode {
  const { comparison: say } = useWords()
  if (result.kind === 'refused') {
    return (
      <section className="card answer-unfinished">
        <p className="answer">{say.refused}</p>
        <p>{withCode(result.message)}</p>
        <p className="muted">{withCode(result.hint)}</p>
      </section>
    )
  }
  const [all] = result.rows
  if (all === undefined) return null
  const outcome = { more: 'yes', less: 'no', equal: 'equal', 'cannot-tell': 'cannot-tell' }[all.reading]
  const text = (row: typeof all): string => say.points(points(row.difference), points(row.low), points(row.high), row.n)
  return (
    <>
      <section className={`card answer-${outcome}`}>
        <p className="answer">{say.better[all.reading]}</p>
        <p>{text(all)}</p>
        {all.power !== '' && <p>{all.power}</p>}
        <p className="muted">
          A: {a}, {result.labelA} · B: {b}, {result.labelB}
          {result.leftOut > 0 && ` · ${say.leftOut(result.leftOut)}`}
        </p>
      </section>
      <h2>{say.rows}</h2>
      <Table
        label={say.rows}
        columns={[
          { title: say.type },
          { title: 'A', isNumber: true },
          { title: 'B', isNumber: true },
          { title: say.difference },
          { title: say.onlyA, isNumber: true },
          { title: say.onlyB, isNumber: true },
          { title: say.p, isNumber: true },
        ]}
        rows={result.rows.map((row) => ({
          key: row.name,
          cells: [
            row.name === 'all' ? say.all : row.name,
            `${(100 * row.meanB).toFixed(1)} %`,
            `${(100 * row.meanA).toFixed(1)} %`,
            text(row),
            row.onlyB,
            row.onlyA,
            number(row.mcNemarHolm, 2),
          ],
        }))}
      />
    </>
  )
}

function chartsOf({ series: [left, right], a, b }: ComparisonPage, words: PageWords): ChartSpec[] {
  const xs = [...new Set([...left.steps, ...right.steps])].sort((x, y) => x - y)
  const along = ({ steps, metrics }: RunPage['series'], name: string): (number | null)[] => {
    const at = new Map(steps.map((step, i) => [step, i]))
    return xs.map((x) => metrics[name]?.[at.get(x) ?? -1] ?? null)
  }
  const { charts: say } = words
  const of = (
    id: string,
    text: { title: string; reading: string },
    metric: string,
    rest: Partial<ChartSpec> = {},
  ): ChartSpec => ({
    ...{ id, title: text.title, reading: '', kind: 'lines', xs, format: 'number' as const },
    lines: [
      { name: `A: ${a}`, colour: 0, values: along(left, metric) },
      { name: `B: ${b}`, colour: 1, values: along(right, metric) },
    ].filter(({ values }) => values.some((value) => value !== null)),
    ...rest,
  })
  return [
    of('reward', say.reward, 'reward'),
    of('accuracy', say.accuracy, 'accuracy', { format: 'percent', range: [0, 1] }),
    of('entropy', { ...say.entropy, title: say.entropy.entropy }, 'entropy'),
    of('length', say.length, 'completions/mean_length'),
  ].filter(({ lines }) => lines.length > 0)
}
