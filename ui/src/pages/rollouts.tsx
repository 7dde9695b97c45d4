/** Rollouts of a run, found by what they are about and how they ended. The filter is in the address. */
import { type ReactNode, useState } from 'react'
import type { FacetsPage, RolloutDigest, RolloutFacet, RolloutList } from '../../../src/ui-server/api.ts'
import { dollars, grouped, reward, signed } from '../format.ts'
import { VerdictBadge, Waiting } from '../parts/states.tsx'
import { Table } from '../parts/table.tsx'
import { useJson } from '../requests.ts'
import { addressOf, go, Link } from '../router.tsx'
import { useWords } from '../words/index.ts'

const pageSize = 50
const filters = [
  'label',
  'step',
  'type',
  'verdict',
  'failure',
  'operator',
  'least',
  'most',
  'problem',
  'order',
] as const

/** Until they are known: the list does not wait for them. */
const noFacets: FacetsPage = { types: [], failures: [], operators: [], labels: [], failureNames: {} }

type Filter = (typeof filters)[number]

/** `-` stands for training, which has no label. */
export function placeParts({
  label,
  step,
  position,
  rollout,
}: Pick<RolloutDigest, 'label' | 'step' | 'position' | 'rollout'>): (string | number)[] {
  return [label === '' ? '-' : label, step, position, rollout]
}

export function RolloutsPage({ name, query }: { readonly name: string; readonly query: URLSearchParams }): ReactNode {
  const words = useWords()
  const [limit, setLimit] = useState(pageSize)
  const asked = new URLSearchParams(
    filters.flatMap((filter) => (query.get(filter) ? [[filter, query.get(filter) ?? '']] : [])),
  )
  const address = `/api/runs/${encodeURIComponent(name)}/rollouts?${asked}&limit=${limit}&lang=${words.language}`
  const { loaded, reload } = useJson<RolloutList>(address, { keeps: true })
  const facets = useJson<FacetsPage>(
    `/api/runs/${encodeURIComponent(name)}/facets?${new URLSearchParams({ label: asked.get('label') ?? '', lang: words.language })}`,
    { keeps: true },
  ).loaded
  const known = facets.kind === 'ready' ? facets.value : noFacets
  const set = (filter: Filter, value: string): void => {
    setLimit(pageSize)
    const next = new URLSearchParams(asked)
    if (value === '') next.delete(filter)
    else next.set(filter, value)
    go(addressOf(['run', name, 'rollouts'], Object.fromEntries(next)), { isReplaced: true })
  }
  return (
    <>
      <h2>{words.rollouts.title}</h2>
      <Waiting loaded={loaded} reload={reload}>
        {(list) => (
          <>
            <Filters
              facets={known}
              asked={asked}
              set={set}
              onClear={() => go(addressOf(['run', name, 'rollouts']), { isReplaced: true })}
            />
            <p className="note" role="status">
              {list.total === 0
                ? words.rollouts.empty
                : words.rollouts.found(grouped(list.rollouts.length), grouped(list.total))}
            </p>
            {list.total > 0 && <Found name={name} list={list} failureNames={known.failureNames} />}
            {list.rollouts.length < list.total && limit < 200 && (
              <button type="button" onClick={() => setLimit(limit + pageSize)}>
                {words.rollouts.more}
              </button>
            )}
          </>
        )}
      </Waiting>
    </>
  )
}

function Filters({
  facets,
  asked,
  set,
  onClear,
}: {
  readonly facets: FacetsPage
  readonly asked: URLSearchParams
  readonly set: (filter: Filter, value: string) => void
  readonly onClear: () => void
}): ReactNode {
  const { rollouts: words } = useWords()
  const choice = (
    filter: Filter,
    title: string,
    options: readonly (readonly [value: string, text: string])[],
  ): ReactNode => (
    <label key={filter}>
      <span>{title}</span>
      <select value={asked.get(filter) ?? ''} onChange={(event) => set(filter, event.target.value)}>
        {options.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </label>
  )
  const field = (filter: Filter, title: string, type: 'number' | 'search'): ReactNode => (
    <label key={filter}>
      <span>{title}</span>
      <input
        key={asked.get(filter) ?? ''}
        type={type}
        step="any"
        defaultValue={asked.get(filter) ?? ''}
        onBlur={(event) => event.target.value !== (asked.get(filter) ?? '') && set(filter, event.target.value)}
        onKeyDown={(event) => event.key === 'Enter' && set(filter, event.currentTarget.value)}
      />
    </label>
  )
  const withCounts = (list: readonly RolloutFacet[], nameOf = (value: string) => value): [string, string][] => [
    ['', words.any],
    ...list.map(({ value, rollouts }): [string, string] => [value, `${nameOf(value)} (${grouped(rollouts)})`]),
  ]
  const { failureNames } = facets
  const named = (kind: string): string =>
    failureNames[kind] === undefined || failureNames[kind] === kind ? kind : `${failureNames[kind]} · ${kind}`
  return (
    <form className="filters" aria-label={words.filters} onSubmit={(event) => event.preventDefault()}>
      {choice('label', words.where, [
        ['', words.training],
        ...facets.labels.map(({ value, rollouts }): [string, string] => [value, `${value} (${grouped(rollouts)})`]),
      ])}
      {field('step', words.step, 'number')}
      {choice('type', words.type, withCounts(facets.types))}
      {choice('verdict', words.verdict, [
        ['', words.any],
        ...(['true', 'false', 'unscorable'] as const).map((value): [string, string] => [
          value,
          words.verdicts[value] ?? value,
        ]),
      ])}
      {choice('failure', words.failure, withCounts(facets.failures, named))}
      {choice('operator', words.operator, withCounts(facets.operators))}
      {field('least', words.least, 'number')}
      {field('most', words.most, 'number')}
      {field('problem', words.problem, 'search')}
      {choice('order', words.order, Object.entries(words.orders))}
      {asked.size > 0 && (
        <button type="button" onClick={onClear}>
          {words.clear}
        </button>
      )}
    </form>
  )
}

function Found({
  name,
  list,
  failureNames,
}: {
  readonly name: string
  readonly list: RolloutList
  readonly failureNames: FacetsPage['failureNames']
}): ReactNode {
  const { rollouts: words, none } = useWords()
  return (
    <Table
      label={words.title}
      columns={[
        { title: words.step, isNumber: true },
        { title: words.problem },
        { title: words.type },
        { title: words.verdict },
        { title: words.reward, isNumber: true },
        { title: words.advantage, isNumber: true },
        { title: words.operator },
        { title: words.calls, isNumber: true },
        { title: words.cost, isNumber: true },
        { title: words.failures },
      ]}
      rows={list.rollouts.map((digest) => {
        const { score, failures } = digest
        return {
          key: placeParts(digest).join(' '),
          cells: [
            digest.step,
            <Link key="to" to={addressOf(['run', name, 'rollouts', ...placeParts(digest)])}>
              {digest.problemId} · {digest.rollout}
            </Link>,
            digest.problemType,
            <VerdictBadge key="verdict" verdict={score.kind === 'scored' ? score.verdict : 'unscorable'} />,
            reward(score.kind === 'scored' ? score.reward : null),
            digest.advantage === null ? none : signed(digest.advantage),
            <span key="operators" className="small">
              {digest.operators?.join(' · ') ?? none}
            </span>,
            digest.llmCalls,
            dollars(digest.costUsd),
            <span key="failures" className="small">
              {failures.map(({ boundary, code }) => failureNames[`${boundary}/${code}`] ?? code).join(', ') || none}
            </span>,
          ],
        }
      })}
    />
  )
}
