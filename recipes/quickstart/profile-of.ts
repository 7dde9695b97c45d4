/** What the simulator makes of a problem: its profile, and its skills as a fingerprint that changes when they do. */
import { type Problem, problemText } from '../../src/core/problem.ts'
import { fingerprint } from '../../src/runs/index.ts'
import { profileOf as profileOfReading } from '../../src/simulation/solver/profiles.ts'
import { readProblem } from '../../src/simulation/solver/read-problem.ts'
import { defaultSkills, skillsFor } from '../../src/simulation/solver/skills.ts'

/** `plain`, `reasoning`, ...; `unknown` for a problem that the simulator cannot read. */
export function profileOf(problem: Problem): string {
  const reading = readProblem(problemText(problem))
  return reading === null ? 'unknown' : profileOfReading(reading)
}

/** Of everything that decides how often the simulator is right on these problems. */
export function skillsFingerprint(problems: readonly Problem[]): string {
  const { profiles: _, ...common } = defaultSkills
  const each = problems.map((problem) => {
    const reading = readProblem(problemText(problem))
    return [problem.id, reading?.difficulty ?? null, reading === null ? null : skillsFor(defaultSkills, reading)]
  })
  return fingerprint(JSON.stringify([common, each]))
}
