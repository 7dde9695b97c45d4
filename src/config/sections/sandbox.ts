/** The sandbox in which model-written Python runs. */
import { z } from 'zod'

export const sandboxSection = z
  .strictObject({
    processes: z.int().min(1).max(64).default(2).describe('Child processes.'),
    interpretersPerProcess: z.int().min(1).max(64).default(4).describe('Python interpreters in each of them.'),
    cpuMs: z
      .int()
      .min(10)
      .default(5000)
      .describe('Interpreter time of one program, in ms, without waiting for operators.'),
    wallMs: z
      .int()
      .min(10)
      .default(120_000)
      .describe(
        "A program's own time, in ms: all hidden tests of a check together, or a program on the system's Python. Waiting for operators does not count; `llm.executor.totalTimeoutMs` bounds each of their calls.",
      ),
    memoryMb: z.int().min(64).max(4096).default(256).describe('Memory of one interpreter, in MB.'),
    maxOutputChars: z.int().min(1).default(65_536).describe('Characters that one program may print or return.'),
    maxOperatorCalls: z.int().min(1).max(1000).default(32).describe('Operator calls of one program.'),
    maxOperatorTokens: z
      .int()
      .min(1)
      .default(1_000_000)
      .describe('Tokens, input and output, that the operators of one program may use.'),
    maxOperatorCostUsd: z
      .number()
      .positive()
      .default(10)
      .describe('Dollars that the operators of one program may cost.'),
    systemPython: z
      .string()
      .min(1)
      .nullable()
      .default(null)
      .describe(
        'Command or path of a Python of the system on which code that lacks a package (NumPy, SymPy) is run again, inside bubblewrap. null: no.',
      ),
  })
  .prefault({})
  .describe('Limits for model-written Python.')
