/**
 * MdEnsemble: several votes on the candidates, each over another order of them, since models favour what comes first
 * (arXiv:2311.16452). A reply that names no candidate is not a vote; without any vote the most frequent text is taken.
 */
import type { JsonObject } from '../../core/json.ts'
import { problemText } from '../../core/problem.ts'
import { randomFor } from '../../core/random.ts'
import { argumentText, argumentTexts } from './argument-text.ts'
import { choicePrompt, chosenPosition, mostFrequent } from './candidates.ts'
import { type Operator, OperatorRefused } from './operator.ts'

const defaultVotes = 5
const maxVotes = 15
const instruction =
  'Several candidate solutions to one problem follow, in no particular order. Choose the one that is most likely right.'

export const mdEnsemble: Operator = async (args, session) => {
  const candidates = argumentTexts(args['solutions'])
  const [first] = candidates
  if (first === undefined) throw new OperatorRefused('MdEnsemble needs at least one solution.')
  if (candidates.length === 1) return { solution: first }
  const problem = argumentText(args['problem'] ?? problemText(session.problem))
  const votes = candidates.map(() => 0)
  for (let vote = 0; vote < votesOf(args); vote++) {
    const order = randomFor(session.seed, 'md-ensemble', vote).shuffle(candidates.map((_, i) => i))
    const shown = order.map((i) => candidates[i] ?? '')
    const chosen = chosenPosition(
      await session.ask(choicePrompt({ instruction, problem, candidates: shown })),
      shown.length,
    )
    if (chosen === null) session.noteMalformed()
    const position = chosen === null ? undefined : order[chosen]
    if (position !== undefined) votes[position] = (votes[position] ?? 0) + 1
  }
  const most = Math.max(...votes)
  return { solution: most === 0 ? mostFrequent(candidates) : (candidates[votes.indexOf(most)] ?? first) }
}

function votesOf(args: JsonObject): number {
  const wanted = args['vote_count']
  if (typeof wanted !== 'number' || !Number.isFinite(wanted)) return defaultVotes
  return Math.min(maxVotes, Math.max(1, Math.round(wanted)))
}
