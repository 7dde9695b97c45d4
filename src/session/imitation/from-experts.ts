/** Sensible workflows for the training problems, by habits that know nothing of what works. */
import { comparableText } from '../../core/comparable-text.ts'
import { problemText } from '../../core/problem.ts'
import { randomFor } from '../../core/random.ts'
import { createPythonAnalyzer } from '../../python/analysis/index.ts'
import { fingerprint } from '../../runs/index.ts'
import { createExperts } from '../../workflows/programs/index.ts'
import { validateProgram } from '../../workflows/validate/index.ts'
import { bestAttempts, type ImitatedProblem, type ImitatedSource, type ImitationTask } from './imitated.ts'

/** What an expert's workflow is worth beside rollouts with rewards: it was not run. */
const unknownReward = 0

export async function attemptsOfExperts(task: ImitationTask): Promise<ImitatedSource> {
  const analyzer = await createPythonAnalyzer()
  const { contract, perProblem } = task
  const experts = createExperts(
    (program, type) => validateProgram(program, type, { analyzer, contract }).findings.length === 0,
  )
  const problems = task.train.flatMap((problem): ImitatedProblem[] => {
    if (task.isMeasured(comparableText(problemText(problem)))) return []
    const rng = randomFor(task.seed, 'experts', problem.id)
    const drawn = Array.from({ length: perProblem }, () => experts.draw(problem, rng))
    const attempts = bestAttempts(
      drawn.map((text) => ({ text, sampled: null, reward: unknownReward })),
      perProblem,
    )
    return [{ problem, asked: null, attempts }]
  })
  const texts = problems.map(({ problem, attempts }) => [problem.id, ...attempts.map(({ text }) => text)])
  return { problems, fingerprint: fingerprint(JSON.stringify(texts)), notes: [] }
}
