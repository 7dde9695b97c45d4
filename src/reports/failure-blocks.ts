/** What went wrong: findings of the health check, failures by kind, who decided, and what the judge could not say. */
import type { Failure } from '../core/failure.ts'
import { isServiceFailure } from '../core/service-failures.ts'
import type { Block } from './document.ts'
import { codeName, failureName } from './failure-words.ts'
import { findingText, heldText } from './finding-words.ts'
import { rateCell } from './phrases.ts'
import type { RunReport } from './run-report.ts'
import { serviceRemedy } from './service-remedies.ts'
import type { Words } from './words.ts'

export function failureBlocks({ health, troubles }: RunReport, words: Words): Block[] {
  const { rollouts, unscorable, endSteps, failures, decisions } = troubles
  return [
    health.length === 0
      ? { kind: 'paragraph', text: words.nothingWrong }
      : {
          kind: 'findings',
          findings: health.map((episode) => {
            const { level } = episode.finding
            const text = findingText(episode.finding, words.language)
            return { level, levelText: words.levels[level], held: heldText(episode, words.language), ...text }
          }),
        },
    { kind: 'heading', level: 3, text: words.failuresTitle },
    failures.length === 0
      ? { kind: 'paragraph', text: words.noFailures }
      : {
          kind: 'table',
          header: [words.kind, words.rollouts, words.share, words.first, words.last, words.forExample],
          rows: failures.map(({ kind, rollouts: count, share, firstShare, lastShare, example }) => [
            `${failureName(kind, words.language)}\n${kind}`,
            String(count),
            rateCell(share),
            rateCell(firstShare),
            rateCell(lastShare),
            `${example.message} (${words.at(example.problemId, example.step)})`,
          ]),
        },
    { kind: 'paragraph', text: words.failuresNote(rollouts, unscorable, endSteps), isNote: true },
    ...remedyBlocks(failures, words),
    { kind: 'heading', level: 3, text: words.judging },
    ...(decisions.length === 0
      ? []
      : [
          {
            kind: 'table',
            header: [words.decider, words.answers, words.right, words.unscorable],
            rows: decisions.map(({ by, answers, unscorable: open, right }) => [
              words.decidedBy[by] ?? by,
              String(answers),
              rateCell(right),
              String(open),
            ]),
          } as const,
        ]),
    { kind: 'paragraph', text: judgeText(troubles.judge, words) },
  ]
}

/** What to do about each service failure among the kinds. */
function remedyBlocks(failures: RunReport['troubles']['failures'], words: Words): Block[] {
  const items = failures.flatMap(({ kind }) => {
    const [boundary = '', code = ''] = kind.split('/')
    const failure = { boundary, code, message: '' } as Failure
    return isServiceFailure(failure)
      ? [`${kind}: ${serviceRemedy(failure.code, failure.boundary, words.language)}`]
      : []
  })
  if (items.length === 0) return []
  return [
    { kind: 'paragraph', text: words.serviceRemedies },
    { kind: 'list', items },
  ]
}

function judgeText({ answers, withoutVerdict }: RunReport['troubles']['judge'], words: Words): string {
  if (answers === 0) return words.judgeNone
  const mute = Object.entries(withoutVerdict).map(([code, count]) => `${codeName(code, words.language)} ${count}`)
  return `${words.judgeText(answers)}${words.space}${mute.length === 0 ? words.judgeClear : words.judgeMute(mute.join(words.separator))}`
}
