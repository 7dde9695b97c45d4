/** What every backend's compiled function refuses: inputs of another shape or type, and to run once it is released. */
import type { CompiledFunction, DeviceTensor } from './backend.ts'
import type { TensorSpec } from './host-tensor.ts'

export function checkedFunction(specs: readonly TensorSpec[], compiled: CompiledFunction): CompiledFunction {
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

function checkInputs(specs: readonly TensorSpec[], inputs: readonly DeviceTensor[]): void {
  if (inputs.length !== specs.length) {
    throw new Error(`the compiled function takes ${specs.length} tensor(s), got ${inputs.length}`)
  }
  specs.forEach((spec, i) => {
    const wanted = described(spec)
    const got = described(inputs[i] as DeviceTensor)
    if (got !== wanted) throw new Error(`input ${i} of the compiled function is ${wanted}, got ${got}`)
  })
}

const described = ({ dtype, shape }: TensorSpec): string => `${dtype} [${shape.join(', ')}]`
