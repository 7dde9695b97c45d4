/** A group: the rollouts of one problem side by side, with the parts of each reward and how the advantage came about. */
import type { ReactNode } from 'react'
import type { GroupPage as GroupPageData, ShownMember } from '../../../src/ui-server/api.ts'
import { number, reward, signed } from '../format.ts'
import { Code } from '../parts/code.tsx'
import { ProblemBox } from '../parts/problem.tsx'
import { ScoreParts } from '../parts/score-parts.tsx'
import { VerdictBadge, Waiting } from '../parts/states.tsx'
import { useJson } from '../requests.ts'
import { addressOf, Link } from '../router.tsx'
import { type PageWords, useWords } from '../words/index.ts'
import { placeParts } from './rollouts.tsx'

export interface GroupAddress {
  readonly name: string
  /** '' in training. */
  readonly label: string
  readonly step: string
  readonly position: string
}

export function GroupPage({ name, label, step, position }: GroupAddress): ReactNode {
  const words = useWords()
  const query = new URLSearchParams({ label, step, position, lang: words.language })
  const { loaded, reload } = useJson<GroupPageData>(`/api/runs/${encodeURIComponent(name)}/group?${query}`)
  return (
    <Waiting loaded={loaded} reload={reload}>
      {(page) => <Group name={name} page={page} />}
    </Waiting>
  )
}

function Group({ name, page }: { readonly name: string; readonly page: GroupPageData }): ReactNode {
  const { group: words } = useWords()
  const { group, place, members } = page
  const to = (position: number): string =>
    addressOf(['run', name, 'rollouts', place.label === '' ? '-' : place.label, place.step, position])
  return (
    <>
      <nav className="crumbs" aria-label={words.back}>
        <Link to={addressOf(['run', name, 'rollouts'], { label: place.label, step: place.step })}>← {words.back}</Link>
        {page.previous !== null && <Link to={to(page.previous)}>{words.previous}</Link>}
        {page.next !== null && <Link to={to(page.next)}>{words.next}</Link>}
      </nav>
      <h2>{words.title(group.problemId)}</h2>
      <p className="note">
        {words.place(place.label, place.step)} · {group.problemType} · {group.source} ·{' '}
        {words.right(group.right, members.length)} · {words.mean} {reward(group.mean)} · {words.deviation}{' '}
        {reward(group.deviation)}
      </p>
      <ProblemBox problem={page.problem} />
      {place.phase === 'train' && (
        <p>
          <strong>{words.lesson}:</strong> {lessonText(group.lesson, words)}
        </p>
      )}
      <div className="members">
        {members.map((member) => (
          <Member key={member.digest.rollout} name={name} member={member} />
        ))}
      </div>
    </>
  )
}

function lessonText(lesson: GroupPageData['group']['lesson'], words: PageWords['group']): string {
  if (lesson.kind !== 'spread') return words.lessons[lesson.kind]
  const parts = lesson.parts.join(', ')
  return lesson.areRight ? words.lessons.spreadRight(parts) : words.lessons.spreadWrong(parts)
}

function Member({ name, member }: { readonly name: string; readonly member: ShownMember }): ReactNode {
  const { group: words, rollout: say } = useWords()
  const { digest, derivation, verdict, prediction, program, demonstrations, calls } = member
  return (
    <article className="member">
      <header>
        <h3>
          <Link to={addressOf(['run', name, 'rollouts', ...placeParts(digest)])}>{say.title(digest.rollout)}</Link>
        </h3>
        <VerdictBadge verdict={digest.score.kind === 'scored' ? digest.score.verdict : 'unscorable'} />
        <b>{reward(digest.score.kind === 'scored' ? digest.score.reward : null)}</b>
      </header>
      <p className="small">{verdict}</p>
      <ScoreParts score={digest.score} />
      {derivation !== null && (
        <p className="small">
          <span className="muted">{words.advantage}:</span> {advantageText(derivation, words)}
        </p>
      )}
      <p className="small">
        <span className="muted">{words.answer}:</span> <span className="pre">{prediction ?? words.nothing}</span>
      </p>
      <p className="calls">{calls.length > 0 ? calls.join(' → ') : (demonstrations?.join(', ') ?? say.noCalls)}</p>
      {program !== null && demonstrations === null && <Code text={program} label={say.ran} />}
    </article>
  )
}

/** `(−1.5 − mean of the group 2.1) / (deviation of the group 0.37 + 0.0001) = −9.7` */
export function advantageText(derivation: NonNullable<ShownMember['derivation']>, words: PageWords['group']): string {
  if (derivation.kind !== 'relative') return words.none[derivation.kind]
  const { value, baseline, divisor, advantage } = derivation
  const difference = `${number(value)} − ${words.baseline[baseline.of]} ${number(baseline.value)}`
  const formula =
    divisor === null
      ? difference
      : `(${difference}) / (${words.divisor[divisor.of]} ${number(divisor.deviation)} + ${divisor.epsilon})`
  return `${formula} = ${signed(advantage)}`
}
