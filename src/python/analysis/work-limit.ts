/**
 * How much work the analysis of one program may be, counted in operations: a count is the same on every machine. What a
 * person or a model writes to be run stays far below; programs made to be slow to read (ten thousand branches over ten
 * thousand names) reach it, and are refused as too large.
 */

/** Characters of a program, about ten times the longest published workflow. */
export const maxProgramChars = 262_144
/** Entries read, copied or joined. 1.5 million are some 300 ms. */
const maxOperations = 1_500_000
/** Steps of the grammar's parser, in hundreds of its own operations. */
export const maxParserSteps = 20_000

export class TooMuchWork extends Error {
  constructor() {
    super('the program is too large to be read')
    this.name = 'TooMuchWork'
  }
}

export interface WorkLimit {
  /** @throws TooMuchWork once the sum of all counts exceeds the limit. */
  spend(operations: number): void
}

export function createWorkLimit(limit = maxOperations): WorkLimit {
  let left = limit
  return {
    spend: (operations) => {
      left -= operations
      if (left < 0) throw new TooMuchWork()
    },
  }
}
