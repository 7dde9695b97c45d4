/** What every backend's compiled function refuses: inputs of another shape or type, and to run once it is released. */
import type { CompiledFunction, InputTensor } from './backend.ts'
import type { InputSpec } from './int8-matrix.ts'

export function checkedFunction(specs: readonly InputSpec[], compiled: CompiledFunction): CompiledFunction {
  let releasing: Promise<void> | null = null
  return {
    async run(inputs) {
      if (releasing !== null) throw new Error('the compiled function was released')
      checkInputs(specs, inputs)
      return compiled.run(inputs)
    },
    release() {
      releasing ??= compiled.release()
      return releasing
    },
  }
}

function checkInputs(specs: readonly InputSpec[], inputs: readonly InputTensor[]): void {
  if (inputs.length !== specs.length) {
    throw new Error(`the compiled function takes ${specs.length} tensor(s), got ${inputs.length}`)
  }
  specs.forEach((spec, i) => {
    const wanted = described(spec)
    const got = described(inputs[i] as InputTensor)
    if (got !== wanted) throw new Error(`input ${i} of the compiled function is ${wanted}, got ${got}`)
  })
}

const described = ({ dtype, shape }: InputSpec): string => `${dtype} [${shape.join(', ')}]`
