/** One rollout: its program with the repairs, how it ran, and every call with prompt, reply, tokens, cost and latency. */
import type { ReactNode } from 'react'
import type { CallerTrace, RolloutPageData } from '../../../src/ui-server/api.ts'
import { dollars, duration, grouped, reward, signed } from '../format.ts'
import { Code, Diff } from '../parts/code.tsx'
import { Graph } from '../parts/graph.tsx'
import { ProblemBox } from '../parts/problem.tsx'
import { ScoreParts } from '../parts/score-parts.tsx'
import { VerdictBadge, Waiting } from '../parts/states.tsx'
import { useJson } from '../requests.ts'
import { addressOf, Link } from '../router.tsx'
import { useWords } from '../words/index.ts'
import type { GroupAddress } from './group.tsx'

export function RolloutPage({
  name,
  label,
  step,
  position,
  rollout,
}: GroupAddress & { readonly rollout: string }): ReactNode {
  const words = useWords()
  const query = new URLSearchParams({ label, step, position, rollout, lang: words.language })
  const { loaded, reload } = useJson<RolloutPageData>(`/api/runs/${encodeURIComponent(name)}/rollout?${query}`)
  return (
    <Waiting loaded={loaded} reload={reload}>
      {(page) => <Rollout name={name} page={page} />}
    </Waiting>
  )
}

function Rollout({ name, page }: { readonly name: string; readonly page: RolloutPageData }): ReactNode {
  const words = useWords()
  const { rollout: say, group } = words
  const { digest } = page
  const place = [digest.label === '' ? '-' : digest.label, digest.step, digest.position]
  return (
    <>
      <nav className="crumbs" aria-label={say.toGroup}>
        <Link to={addressOf(['run', name, 'rollouts', ...place])}>← {say.toGroup}</Link>
      </nav>
      <h2>
        {digest.problemId} · {say.title(digest.rollout)}
      </h2>
      <p className="note">
        {group.place(digest.label, digest.step)} · {digest.problemType} · {digest.source} ·{' '}
        {say.tokens(grouped(page.tokens))} · {duration(page.durationMs / 1000)} · {dollars(digest.costUsd)}
        {page.stopReason === 'length' && ` · ${say.cutOff}`}
      </p>
      <div className="two">
        <ProblemBox problem={page.problem} />
        <div className="question-box">
          <h3>
            {say.reward} {reward(digest.score.kind === 'scored' ? digest.score.reward : null)}{' '}
            <VerdictBadge verdict={digest.score.kind === 'scored' ? digest.score.verdict : 'unscorable'} />
          </h3>
          <p>{page.verdict}</p>
          <ScoreParts score={digest.score} />
          {digest.advantage !== null && (
            <p className="small">
              {words.rollouts.advantage} {signed(digest.advantage)}
            </p>
          )}
          <h3>{say.answer}</h3>
          <p className="pre answer-text">{page.prediction ?? group.nothing}</p>
        </div>
      </div>
      {page.failures.length > 0 && (
        <>
          <h3>{say.wentWrong}</h3>
          <ul>
            {page.failures.map(({ boundary, code, message, name: failure }) => (
              <li key={`${boundary} ${code} ${message}`}>
                <strong>{failure}</strong> <code>{`${boundary}/${code}`}</code>: {message}
              </li>
            ))}
          </ul>
        </>
      )}
      {page.graph.nodes.length > 0 && (
        <>
          <h3>{say.graph}</h3>
          <p className="note">{say.graphNote}</p>
          <Graph graph={page.graph} />
        </>
      )}
      {page.demonstrations !== null && (
        <>
          <h3>{say.demonstrations}</h3>
          <ol>
            {page.demonstrations.map((id) => (
              <li key={id}>{id}</li>
            ))}
          </ol>
        </>
      )}
      {page.diff === null ? (
        <>
          <h3>{say.program}</h3>
          <Code text={page.text} label={say.program} isPython={page.demonstrations === null} />
        </>
      ) : (
        <>
          <h3>{say.diff}</h3>
          <Diff lines={page.diff} label={say.diff} />
        </>
      )}
      <Notes page={page} />
      <h3>{say.trace}</h3>
      {page.callers.length === 0 && <p className="empty">{say.noCalls}</p>}
      <ol className="trace">
        {page.callers.map((caller, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: calls keep their places
          <Caller key={i} caller={caller} />
        ))}
      </ol>
    </>
  )
}

function Notes({ page: { repairs, findings } }: { readonly page: RolloutPageData }): ReactNode {
  const { rollout: words } = useWords()
  return (
    <>
      {repairs.length > 0 && (
        <>
          <h3>{words.repairs}</h3>
          <ul className="small">
            {repairs.map((repair, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: repairs keep their places
              <li key={i}>
                <strong>{repair.kind}</strong> ({words.line(repair.line)}): <code>{repair.before.trim()}</code> →{' '}
                <code>{repair.after.trim()}</code>
              </li>
            ))}
          </ul>
        </>
      )}
      {findings.length > 0 && (
        <>
          <h3>{words.findings}</h3>
          <ul className="small">
            {findings.map((finding, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: findings keep their places
              <li key={i}>
                <span className={`badge severity-${finding.severity}`}>{finding.severity}</span>{' '}
                {words.line(finding.line)}: {finding.message}
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  )
}

function Caller({ caller: { caller, operator, calls, unrecorded } }: { readonly caller: CallerTrace }): ReactNode {
  const { rollout: words } = useWords()
  const name =
    operator === null ? words.judge : caller === 'fallback' ? words.fallback(operator.operator) : operator.operator
  return (
    <li className={`caller ${caller}`}>
      <details open={calls.length === 0}>
        <summary>
          <strong>{name}</strong>{' '}
          <span className="muted small">
            {operator !== null &&
              words.took(
                grouped(operator.inputTokens),
                grouped(operator.outputTokens),
                duration(operator.durationMs / 1000),
                dollars(operator.costUsd),
              )}
          </span>
          {operator !== null && operator.message !== '' && <span className="badge verdict-false">{words.failed}</span>}
          <span className="result-line">{operator?.result.map(([, value]) => value).join(' · ')}</span>
        </summary>
        {operator !== null && (
          <dl>
            {operator.args.map(([key, value]) => (
              <div key={key}>
                <dt>
                  {words.arguments}: {key}
                </dt>
                <dd className="pre">{value}</dd>
              </div>
            ))}
            {operator.result.map(([key, value]) => (
              <div key={key}>
                <dt>
                  {words.result}: {key}
                </dt>
                <dd className="pre">{value}</dd>
              </div>
            ))}
            {operator.message !== '' && (
              <div>
                <dt>{words.failed}</dt>
                <dd className="pre">{operator.message}</dd>
              </div>
            )}
          </dl>
        )}
        {calls.map((call, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: calls keep their places
          <Call key={i} call={call} />
        ))}
        {unrecorded > 0 && <p className="muted">{words.unrecorded(unrecorded)}</p>}
      </details>
    </li>
  )
}

function Call({ call }: { readonly call: CallerTrace['calls'][number] }): ReactNode {
  const { rollout: words } = useWords()
  const parts = [
    [words.prompt, call.prompt],
    [words.reasoning, call.reasoning],
    [words.reply, call.reply],
    [words.failed, call.failure],
  ] as const
  return (
    <div className="call">
      <p className="small">
        <strong>{call.model}</strong>{' '}
        <span className="muted">
          {words.took(
            grouped(call.inputTokens),
            grouped(call.outputTokens),
            duration(call.latencyMs / 1000),
            dollars(call.costUsd),
          )}
          {call.attempts > 1 && ` · ${words.attempts(call.attempts)}`}
        </span>
      </p>
      {parts.map(([title, text]) =>
        text.trim() === '' ? null : (
          <div key={title}>
            <h4>{title}</h4>
            <Code text={text} label={title} isPython={false} />
          </div>
        ),
      )}
    </div>
  )
}
