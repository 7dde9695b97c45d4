/** Several votes of one judge: what more than half of them say. Without that there is no verdict. */
import type { JudgeGrade } from '../core/rollout-outcome.ts'
import type { Judge } from './judge.ts'

/** @param votes odd; asked one after the other, until more than half agree or none can. 1 is the judge itself. */
export function consensusJudge(judge: Judge, votes: number): Judge {
  if (votes === 1) return judge
  const needed = Math.floor(votes / 2) + 1
  return {
    grade: async (request, signal) => {
      const grades: JudgeGrade[] = []
      const count = (verdict: JudgeGrade['verdict']): number => grades.filter((one) => one.verdict === verdict).length
      while (
        grades.length < votes &&
        Math.max(count('true'), count('false')) < needed &&
        Math.max(count('true'), count('false')) + votes - grades.length >= needed
      ) {
        const grade = await judge.grade({ ...request, key: [...request.key, 'vote', grades.length] }, signal)
        // The gate decides once for all votes.
        if (grade.calls === 0 && grade.failure === null) return grade
        grades.push(grade)
      }
      return together(grades, { true: count('true'), false: count('false') }, needed)
    },
  }
}

function together(
  grades: readonly JudgeGrade[],
  count: { readonly true: number; readonly false: number },
  needed: number,
): JudgeGrade {
  const sum = (value: (grade: JudgeGrade) => number): number => grades.reduce((total, grade) => total + value(grade), 0)
  const spent = {
    calls: sum(({ calls }) => calls),
    callKeys: grades.flatMap(({ callKeys }) => callKeys),
    inputTokens: sum(({ inputTokens }) => inputTokens),
    outputTokens: sum(({ outputTokens }) => outputTokens),
    costUsd: sum(({ costUsd }) => costUsd),
  }
  const verdict = count.true >= needed ? 'true' : count.false >= needed ? 'false' : 'unscorable'
  const reason = `${count.true} of ${grades.length} votes say true, ${count.false} false`
  if (verdict !== 'unscorable') return { verdict, reason, ...spent, failure: null }
  const failure = grades.findLast((grade) => grade.failure !== null)?.failure ?? {
    ...({ boundary: 'judge', code: 'no-majority' } as const),
    message: reason,
  }
  return { verdict, reason, ...spent, failure }
}
