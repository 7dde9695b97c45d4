/**
 * The kinds of repair and what each costs. A weight is a multiple of the reward `rewards.repair`: 1 for a slip, less for
 * what changes nothing a program does, more where the repair had to say something in the program's place.
 */
export const repairKinds = {
  signature: { weight: 1, meaning: 'parameters added, renamed, reordered or given defaults' },
  'add-method': { weight: 1, meaning: '`__init__` written, or the one method there is taken for `__call__`' },
  'class-name': { weight: 1, meaning: 'the one class that can be meant given the name Workflow' },
  'add-class': { weight: 2, meaning: 'a class put around methods that stand without one' },
  'make-async': { weight: 1, meaning: '`async` put in front of `def`' },
  await: { weight: 1, meaning: '`await` put in front of a call' },
  'make-llm': { weight: 1, meaning: '`self.llm` made' },
  'make-operator': { weight: 1, meaning: 'an operator made, or made with the llm' },
  rename: { weight: 1, meaning: 'a slip of spelling undone' },
  operator: { weight: 1, meaning: 'an operator of another name taken for the one that does the same' },
  argument: { weight: 1, meaning: 'a missing argument given, or one of another name renamed' },
  'drop-argument': { weight: 1, meaning: 'an argument that the operator does not take left out' },
  key: { weight: 1, meaning: 'the key of a result renamed, or read with a default' },
  initialise: { weight: 1, meaning: 'a variable or attribute given a value before it is read' },
  import: { weight: 1, meaning: 'a missing import of the standard library written' },
  'literal-eval': { weight: 2, meaning: '`eval(x)` made `ast.literal_eval(x)`; the broken rule keeps its penalty' },
  return: { weight: 2, meaning: 'the last result returned where nothing was' },
  cost: { weight: 1, meaning: 'the cost added to what is returned' },
  drop: { weight: 1, meaning: 'text, code or an unused import that does not belong to the program left out' },
  characters: { weight: 0.5, meaning: 'typographic quotes, wide and invisible characters made plain' },
  keyword: { weight: 1, meaning: 'a keyword spelt right' },
  punctuation: {
    weight: 1,
    meaning: 'a colon, bracket or quote added or left out, marks of other languages made Python',
  },
  'python-2': { weight: 1, meaning: 'a print or exec statement made a call' },
  indentation: { weight: 1, meaning: 'lines lined up, tabs made blanks, an empty block given `pass`' },
  'cut-off': { weight: 2, meaning: 'the last, half-written statement left out' },
} as const satisfies Readonly<Record<string, { readonly weight: number; readonly meaning: string }>>

export type RepairKind = keyof typeof repairKinds
