import type { ByDifficulty, ProfileSkills, Skills } from '../skills.ts'

const always: ByDifficulty = [1, 1, 1, 1, 1]
const perfect: ProfileSkills = {
  solve: { direct: always, steps: always, code: always },
  slipsAgree: false,
  reviewFindsWrong: 1,
  reviewDoubtsRight: 0,
  revise: 1,
  reviseKeepsRight: 1,
  repair: 1,
}

/** Never wrong: for checks of the reading itself. */
export const perfectSkills: Skills = {
  skill: 1,
  profiles: { plain: perfect, computation: perfect, reasoning: perfect, trap: perfect, testing: perfect },
  spread: 0,
  range: [0, 1],
  raises: { math: 0, qa: 0, code: 0 },
  judge: 1,
}
