/** A training as a program: own problems, own environment, own reward. Made runs lie in `runs/`. */
import { type OwnEnvironment, type Problem, train } from 'baton'

const problems: Problem[] = Array.from({ length: 48 }, (_, i) => ({
  id: `sum-${i}`,
  type: 'math',
  source: 'sums',
  question: `A shelf holds ${i + 2} books and gets ${2 * i + 3} more. How many books does it hold?`,
  answer: String(3 * i + 5),
  difficulty: 1,
}))

/** The policy shall write a workflow that reviews its answer, in few lines. */
const environment: OwnEnvironment = {
  name: 'reviewed-and-short',
  prompt: ({ type, question }) => `${question}\n### ${type}\n`,
  attempt: (_problem, completion) => {
    const lines = completion.split('\n').filter((line) => line.trim() !== '').length
    const review = completion.includes('Review') ? 1 : 0
    const length = -lines / 20
    return { reward: review + length, parts: { review, length }, isCorrect: review === 1 && lines <= 9 }
  },
}

const { folder, gain } = await train({
  preset: 'tiny',
  settings: {
    'training.steps': Number(process.argv[2] ?? 25),
    'training.problemsPerStep': 8,
    'training.groupSize': 8,
    'training.acceptLowSignal': true,
  },
  environment,
  problems: { train: problems.slice(0, 32), heldOut: problems.slice(32) },
  onEvent: (event) => {
    if (event.kind === 'step') console.log(`step ${event.record.step}  reward ${event.record.metrics['reward']}`)
  },
})
console.log(`report in ${folder}`, gain)
