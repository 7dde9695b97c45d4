/** A run: three questions and their answers, then the charts, what was measured, and what it was made with. */
import { type ReactNode, useMemo, useState } from 'react'
import type { RunPage as RunPageData, ShownFinding } from '../../../src/ui-server/api.ts'
import { Chart } from '../charts/chart.tsx'
import { curatedCharts } from '../charts/curated.ts'
import { dollars, duration, grouped } from '../format.ts'
import { RateText } from '../parts/rate.tsx'
import { Table } from '../parts/table.tsx'
import { withCode } from '../parts/with-code.tsx'
import { addressOf, go } from '../router.tsx'
import { useWords } from '../words/index.ts'
import type { Activity } from './use-run.ts'

export function RunOverview({
  page,
  activity,
  isDark,
}: {
  readonly page: RunPageData
  readonly activity: Activity | null
  readonly isDark: boolean
}): ReactNode {
  const words = useWords()
  const [type, setType] = useState<string | null>(null)
  const types = page.types
  const charts = useMemo(() => curatedCharts(page, words, type), [page, words, type])
  return (
    <>
      <RunProgress page={page} activity={activity} />
      <div className="questions">
        <Learning page={page} />
        <Health findings={page.health} />
        <Cost page={page} />
      </div>
      <h2>{words.run.charts}</h2>
      {page.series.steps.length === 0 ? (
        <p className="empty">{words.run.noSteps}</p>
      ) : (
        <>
          <p className="note">{words.run.chartsNote}</p>
          <div className="charts">
            {charts.map((spec) => (
              <Chart
                key={spec.id}
                spec={spec}
                isDark={isDark}
                onStep={(step) => go(addressOf(['run', page.name, 'rollouts'], { step }))}
                control={
                  spec.id === 'operators' && types.length > 1 ? (
                    <select
                      aria-label={words.charts.operators.choose}
                      value={type ?? types[0] ?? ''}
                      onChange={(event) => setType(event.target.value)}
                    >
                      {types.map((each) => (
                        <option key={each}>{each}</option>
                      ))}
                    </select>
                  ) : undefined
                }
              />
            ))}
          </div>
        </>
      )}
      <Measured page={page} />
      <Calls page={page} />
      <details>
        <summary>{words.run.settings}</summary>
        <dl>
          {page.settings.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </details>
    </>
  )
}

function RunProgress({
  page,
  activity,
}: {
  readonly page: RunPageData
  readonly activity: Activity | null
}): ReactNode {
  const { run: words } = useWords()
  const share = page.plannedSteps === 0 ? 0 : Math.min(1, page.steps / page.plannedSteps)
  return (
    <div className="run-progress">
      <div
        className="bar"
        role="progressbar"
        aria-label={words.progress(page.steps, page.plannedSteps)}
        aria-valuemin={0}
        aria-valuemax={page.plannedSteps}
        aria-valuenow={page.steps}
      >
        <span style={{ width: `${share * 100}%` }} />
      </div>
      <div className="run-progress-text">
        <span>{words.progress(page.steps, page.plannedSteps)}</span>
        <span className="muted">
          {activity !== null &&
            page.state.state === 'running' &&
            words.working(activity.label, activity.done, activity.total)}
        </span>
      </div>
    </div>
  )
}

function Learning({ page: { learning } }: { readonly page: RunPageData }): ReactNode {
  const { run: words } = useWords()
  return (
    <section className={`card answer-${learning.outcome}`}>
      <h2>{words.learning}</h2>
      <p className="answer">{words.outcomes[learning.outcome]}</p>
      {learning.lines.map((line) => (
        <p key={line}>{withCode(line)}</p>
      ))}
    </section>
  )
}

function Health({ findings }: { readonly findings: readonly ShownFinding[] }): ReactNode {
  const { run: words } = useWords()
  const open = findings.filter(({ isOpen }) => isOpen)
  const over = findings.filter(({ isOpen }) => !isOpen)
  const warnings = open.filter(({ level }) => level === 'warning').length
  return (
    <section className={`card ${warnings > 0 ? 'answer-warning' : 'answer-yes'}`}>
      <h2>{words.healthy}</h2>
      <p className="answer">{warnings > 0 ? words.warnings(warnings) : words.outcomes.yes}</p>
      {findings.length === 0 && <p>{words.isHealthy}</p>}
      {open.map((finding) => (
        <Finding key={finding.code} finding={finding} />
      ))}
      {over.length > 0 && (
        <details>
          <summary>{words.over(over.length)}</summary>
          {over.map((finding) => (
            <Finding key={`${finding.code} ${finding.held}`} finding={finding} />
          ))}
        </details>
      )}
    </section>
  )
}

function Finding({ finding: { level, title, held, message, hint } }: { readonly finding: ShownFinding }): ReactNode {
  return (
    <div className={`finding ${level}`}>
      <p>
        <strong>{title}</strong> <span className="muted small">{held}</span>
      </p>
      <p>{withCode(message)}</p>
      <p className="muted">{withCode(hint)}</p>
    </div>
  )
}

function Cost({ page: { cost, calls, steps, plannedSteps } }: { readonly page: RunPageData }): ReactNode {
  const { run: words } = useWords()
  const isFree = cost.spentUsd === 0 && Object.values(calls).every(({ costUsd }) => costUsd === 0)
  return (
    <section className="card">
      <h2>{words.cost}</h2>
      <p className="answer">{dollars(cost.spentUsd)}</p>
      <p>{isFree ? words.free : words.spent}</p>
      {!isFree && cost.left !== null && (
        <p>
          {words.forecast(dollars(cost.left.low), dollars(cost.left.high), cost.left.steps)}{' '}
          <span className="muted">{words.forecastNote}</span>
        </p>
      )}
      {cost.secondsLeft !== null && <p>{words.timeLeft(duration(cost.secondsLeft))}</p>}
      {steps >= plannedSteps && steps > 0 && <p className="muted">{words.allSteps}</p>}
      {cost.limitUsd !== null && <p className="muted">{words.limit(dollars(cost.limitUsd))}</p>}
    </section>
  )
}

function Measured({ page }: { readonly page: RunPageData }): ReactNode {
  const words = useWords()
  const { run: say } = words
  if (page.comparison.length === 0) return null
  return (
    <>
      <h2>{say.measured}</h2>
      <p className="note">{say.measuredNote}</p>
      <Table
        label={say.measured}
        columns={[
          { title: say.who },
          { title: say.all },
          ...page.types.map((title) => ({ title })),
          { title: say.calls, isNumber: true },
          { title: say.costPerProblem, isNumber: true },
        ]}
        rows={page.comparison.map((row) => ({
          key: row.label,
          cells: [
            row.name,
            <RateText key="all" rate={row.all} />,
            ...page.types.map((type) => <RateText key={type} rate={row.byType[type]} />),
            row.callsPerProblem === null ? words.none : row.callsPerProblem.toFixed(1),
            dollars(row.costPerProblemUsd),
          ],
        }))}
      />
    </>
  )
}

function Calls({ page }: { readonly page: RunPageData }): ReactNode {
  const { run: words } = useWords()
  const rows = Object.entries(page.calls)
  if (rows.length === 0) return null
  return (
    <details>
      <summary>{words.callTable}</summary>
      <Table
        label={words.callTable}
        columns={[
          { title: words.purpose },
          { title: words.callCount, isNumber: true },
          { title: words.failed, isNumber: true },
          { title: words.tokens, isNumber: true },
          { title: words.total, isNumber: true },
        ]}
        rows={rows.map(([purpose, totals]) => ({
          key: purpose,
          cells: [
            purpose,
            grouped(totals.calls),
            grouped(totals.failedCalls),
            `${grouped(totals.inputTokens)} → ${grouped(totals.outputTokens)}`,
            dollars(totals.costUsd),
          ],
        }))}
      />
    </details>
  )
}
