/** Who decides on the answers, and how the judge does. */
import { type ReactNode, useMemo } from 'react'
import type { JudgePage as JudgePageData, RunPage } from '../../../src/ui-server/api.ts'
import { Chart } from '../charts/chart.tsx'
import { curatedCharts } from '../charts/curated.ts'
import { dollars, grouped } from '../format.ts'
import { RateText } from '../parts/rate.tsx'
import { VerdictBadge, Waiting } from '../parts/states.tsx'
import { StepWindow } from '../parts/step-window.tsx'
import { Table } from '../parts/table.tsx'
import { useJson } from '../requests.ts'
import { addressOf, Link } from '../router.tsx'
import { useWords } from '../words/index.ts'
import { placeParts } from './rollouts.tsx'

export function JudgePage({
  name,
  query,
  isDark,
  page,
}: {
  readonly name: string
  readonly query: URLSearchParams
  readonly isDark: boolean
  readonly page: RunPage
}): ReactNode {
  const { judge: words, workflows, language } = useWords()
  const asked = new URLSearchParams({ from: query.get('from') ?? '', to: query.get('to') ?? '', lang: language })
  const { loaded, reload } = useJson<JudgePageData>(`/api/runs/${encodeURIComponent(name)}/judge?${asked}`, {
    keeps: true,
  })
  return (
    <>
      <h2>{words.title}</h2>
      <Waiting loaded={loaded} reload={reload}>
        {(judge) => (
          <>
            <StepWindow range={judge} address={['run', name, 'judge']} label={workflows.window} />
            <p className="note">{words.note(judge.from, judge.to)}</p>
            <Judging name={name} judge={judge} page={page} isDark={isDark} />
          </>
        )}
      </Waiting>
    </>
  )
}

function Judging({
  name,
  judge,
  page,
  isDark,
}: {
  readonly name: string
  readonly judge: JudgePageData
  readonly page: RunPage
  readonly isDark: boolean
}): ReactNode {
  const all = useWords()
  const { judge: words, run } = all
  const chart = useMemo(() => curatedCharts(page, all, null).find(({ id }) => id === 'judge'), [page, all])
  return (
    <>
      <h3>{words.deciders}</h3>
      <Table
        label={words.deciders}
        columns={[
          { title: words.decider },
          { title: words.answers, isNumber: true },
          { title: words.right },
          { title: words.unscorable, isNumber: true },
        ]}
        rows={judge.deciders.map(({ by, name: decider, answers, right, unscorable }) => ({
          key: by,
          cells: [decider, grouped(answers), <RateText key="right" rate={right} />, grouped(unscorable)],
        }))}
      />
      <p>{judge.asked === 0 ? words.notAsked : words.asked(judge.asked)}</p>
      {judge.asked > 0 && judge.mute.length === 0 && <p>{words.clear}</p>}
      {judge.mute.length > 0 && (
        <Table
          label={words.mute}
          columns={[{ title: words.reason }, { title: words.answers, isNumber: true }]}
          rows={judge.mute.map(({ reason, answers }) => ({ key: reason, cells: [reason, grouped(answers)] }))}
        />
      )}
      {chart !== undefined && (
        <div className="charts">
          <Chart spec={chart} isDark={isDark} />
        </div>
      )}
      {judge.calls !== null && (
        <>
          <h3>{words.cost}</h3>
          <Table
            label={words.cost}
            columns={[
              { title: run.callCount, isNumber: true },
              { title: run.failed, isNumber: true },
              { title: run.tokens, isNumber: true },
              { title: run.total, isNumber: true },
            ]}
            rows={[
              {
                key: 'judge',
                cells: [
                  grouped(judge.calls.calls),
                  grouped(judge.calls.failedCalls),
                  `${grouped(judge.calls.inputTokens)} → ${grouped(judge.calls.outputTokens)}`,
                  dollars(judge.calls.costUsd),
                ],
              },
            ]}
          />
        </>
      )}
      {judge.examples.length > 0 && (
        <>
          <h3>{words.examples}</h3>
          <Table
            label={words.examples}
            columns={[
              { title: all.rollouts.problem },
              { title: words.verdict },
              { title: words.answer },
              { title: words.reason },
            ]}
            rows={judge.examples.map((example) => ({
              key: placeParts(example).join(' '),
              cells: [
                <Link key="to" to={addressOf(['run', name, 'rollouts', ...placeParts(example)])}>
                  {example.problemId} · {example.rollout}
                </Link>,
                <VerdictBadge
                  key="verdict"
                  verdict={example.isRight === null ? 'unscorable' : example.isRight ? 'true' : 'false'}
                />,
                <span key="answer" className="small clip">
                  {example.prediction ?? all.none}
                </span>,
                <span key="why" className="small">
                  {example.verdict}
                </span>,
              ],
            }))}
          />
        </>
      )}
    </>
  )
}
