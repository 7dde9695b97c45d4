/** A program's facts read as a workflow: which class, which operators it makes and calls, where its llm is. */
import type {
  AttributeWrite,
  PythonCall,
  PythonClass,
  PythonFunction,
  PythonModule,
} from '../../python/analysis/index.ts'
import { frameworkModules, type OperatorContract, operatorNamed, workflowClass } from '../contract/index.ts'

export interface MadeOperator {
  /** As the program names it; may be unknown to the contract. */
  readonly name: string
  readonly contract: OperatorContract | undefined
  readonly attribute: string
  readonly write: AttributeWrite
  readonly call: PythonCall
}

export interface WorkflowModel {
  readonly module: PythonModule
  readonly class: PythonClass
  readonly init: PythonFunction | undefined
  readonly call: PythonFunction | undefined
  /** Methods and the functions nested in them, each with the name its `self` goes by ('' for none). */
  readonly functions: readonly { readonly facts: PythonFunction; readonly self: string }[]
  /** By attribute; the last one made wins, as in Python. */
  readonly made: ReadonlyMap<string, MadeOperator>
  /** Attributes that hold an llm, e.g. `llm`. */
  readonly llmAttributes: readonly string[]
  /** Everything that exists on self: written attributes, class attributes, methods. */
  readonly attributes: ReadonlySet<string>
  readonly hasBases: boolean
}

/** Validator and repairer read the same module. */
const known = new WeakMap<PythonModule, WorkflowModel | null>()

export function readWorkflow(module: PythonModule): WorkflowModel | null {
  const found = known.get(module)
  if (found !== undefined) return found
  const model = modelOf(module)
  known.set(module, model)
  return model
}

function modelOf(module: PythonModule): WorkflowModel | null {
  const found = module.classes.filter((candidate) => candidate.name === workflowClass.name).at(-1)
  if (found === undefined) return null
  const functions = found.methods.flatMap((method) => withNested(method, method.parameters[0]?.name ?? ''))
  const writes = functions.flatMap(({ facts, self }) =>
    facts.attributeWrites.filter((write) => write.path.length === 2 && write.path[0] === self),
  )
  const made = new Map<string, MadeOperator>()
  const llmAttributes: string[] = []
  for (const write of writes) {
    const attribute = write.path[1] as string
    const name = write.call === null ? null : operatorName(write.call, module)
    if (name !== null && write.call !== null)
      made.set(attribute, { name, contract: operatorNamed(name), attribute, write, call: write.call })
    if (isLlm(write)) llmAttributes.push(attribute)
  }
  return {
    module,
    class: found,
    init: found.methods.find((method) => method.name === '__init__'),
    call: found.methods.find((method) => method.name === '__call__'),
    functions,
    made,
    llmAttributes: [...new Set(llmAttributes)],
    attributes: new Set([
      ...writes.map((write) => write.path[1] as string),
      ...found.attributes,
      ...found.methods.map((method) => method.name),
    ]),
    hasBases: found.bases.some((base) => base !== 'object'),
  }
}

function withNested(facts: PythonFunction, self: string): { facts: PythonFunction; self: string }[] {
  return [{ facts, self }, ...facts.nested.flatMap((inner) => withNested(inner, self))]
}

/** Name of the operator a constructor call makes: `operator.X(...)`, `alias.X(...)`, or `X(...)` for an imported X. */
function operatorName(call: PythonCall, module: PythonModule): string | null {
  const [first, second, ...rest] = call.path ?? []
  if (first === undefined || rest.length > 0) return null
  const imported = module.imports.find((statement) => statement.boundName === first)
  if (second === undefined) {
    if (operatorNamed(first) !== undefined) return first
    const isOperator = imported !== undefined && /operators?$/.test(imported.module) && /^[A-Z]/.test(first)
    return isOperator ? (imported.name ?? first) : null
  }
  if (!/^[A-Z]/.test(second)) return null
  if (first === workflowClass.operatorModule) return second
  return imported !== undefined && frameworkModules.test(imported.module) && /operator/.test(importedPath(imported))
    ? second
    : null
}

function importedPath(statement: { readonly module: string; readonly name: string | null }): string {
  return statement.name === null ? statement.module : `${statement.module}.${statement.name}`
}

/** `self.llm = create_llm_instance(...)`, a misspelling of the factory, or `self.llm = llm`. */
function isLlm(write: AttributeWrite): boolean {
  const factory = write.call?.path?.at(-1)
  if (factory !== undefined) return /^create_l\w*_instance$/.test(factory)
  return write.path[1] === workflowClass.llmAttribute && write.value !== null
}
