/** The worker module of a selector: holds parameters, optimizer state and the reference, and does all arithmetic. */
import {
  adamwScalars,
  type DeviceTensor,
  elementCount,
  float32Tensor,
  serveTensorWorker,
  type TensorRuntime,
  type WorkerMethods,
} from '../../tensor/index.ts'
import { isStatic, parseArchitecture, type SelectorArchitecture } from './architecture.ts'
import { type PackedBatch, packBatch, type ScoredGroup } from './batch.ts'
import {
  type LearnShape,
  learnFunction,
  learnInputs,
  selectorGradientFunction,
  selectorGradientInputs,
  selectorScoreFunction,
  selectorScoreInputs,
  trainableIndices,
} from './graphs.ts'
import { selectorParameterSpecs } from './parameters.ts'
import type {
  GradientAnswer,
  LearnAnswer,
  LearnCall,
  ScoreAnswer,
  ScoreCall,
  SelectorState,
  SelectorWorkerArgument,
} from './selector-messages.ts'

async function createMethods(runtime: TensorRuntime, argument: SelectorWorkerArgument): Promise<WorkerMethods> {
  const { jax, backend, sessions } = runtime
  const architecture: SelectorArchitecture = parseArchitecture(argument.architecture, 'the selector')
  const specs = selectorParameterSpecs(architecture)
  const fixed = isStatic(architecture)
  const { features } = argument
  const place = (data: Float32Array, shape: readonly number[]): DeviceTensor =>
    backend.place(float32Tensor(data, shape))
  const placeAll = (arrays: readonly Float32Array[]): DeviceTensor[] =>
    specs.map(({ shape }, i) => place(arrays[i] as Float32Array, shape))
  const zeros = (): DeviceTensor[] => specs.map(({ shape }) => place(new Float32Array(elementCount(shape)), shape))

  let parameters = placeAll(argument.parameters)
  let moments: { first: DeviceTensor[]; second: DeviceTensor[] } | null = null
  let reference: DeviceTensor[] | null = null
  /** Scores that the reference gives a pool, where they depend on nothing else. */
  const referenceScores = new Map<string, Float32Array>()

  const runScores = async (weights: readonly DeviceTensor[], batch: PackedBatch): Promise<DeviceTensor[]> => {
    const { shape, tensors } = batch
    const key = `score ${JSON.stringify(shape)}`
    const compiled = await sessions.get(key, () => selectorScoreFunction(jax, shape), selectorScoreInputs(shape))
    return compiled.run([...weights, ...tensors.map((tensor) => backend.place(tensor))])
  }

  /** As `runScores`, but a static selector's reference is asked once for each pool. */
  const scoresOfReference = async (
    weights: readonly DeviceTensor[],
    batch: PackedBatch,
    groups: readonly ScoredGroup[],
  ): Promise<DeviceTensor> => {
    const isReusable = fixed && !batch.shape.hasDropout && !batch.shape.hasPadding
    const keys = groups.map(({ query, pool }) => `${query}: ${pool.join()}`)
    const known = keys.map((key) => referenceScores.get(key))
    const columns = known[0]?.length ?? 0
    if (!isReusable || known.some((scores) => scores === undefined)) {
      const [scores] = (await runScores(weights, batch)) as [DeviceTensor]
      const width = scores.shape.at(-1) as number
      if (isReusable) {
        keys.forEach((key, row) => {
          referenceScores.set(key, (scores.data as Float32Array).slice(row * width, (row + 1) * width))
        })
      }
      return scores
    }
    const data = new Float32Array(batch.shape.queries * columns)
    known.forEach((scores, row) => {
      data.set(scores ?? [], row * columns)
    })
    return place(data, [batch.shape.queries, 1, 1, columns])
  }

  const prepare = async (call: LearnCall): Promise<{ shape: LearnShape; inputs: DeviceTensor[] }> => {
    const batch = packBatch(architecture, features, call.groups, call.bounds)
    const { queries, sequences } = batch.shape
    const perSequence = (values: readonly (readonly number[])[]): DeviceTensor => {
      const data = new Float32Array(queries * sequences)
      values.forEach((row, i) => {
        data.set(row, i * sequences)
      })
      return place(data, [queries, sequences])
    }
    const inputs = [...batch.tensors.map((tensor) => backend.place(tensor)), perSequence(call.weights)]
    if (call.clipped !== null) {
      if (reference === null) throw new Error('the clipped loss needs a reference')
      const { advantages, oldLogprobs, klCoefficient, clipLow, clipHigh } = call.clipped
      const scores = await scoresOfReference(reference, batch, call.groups)
      inputs.push(perSequence(advantages), perSequence(oldLogprobs), scores)
      inputs.push(place(Float32Array.of(klCoefficient, 1 - clipLow, 1 + clipHigh), [3]))
    }
    const trainable = trainableIndices(architecture, call.frozen)
    return { shape: { ...batch.shape, loss: call.loss, trainable }, inputs }
  }

  const answerOf = (
    call: LearnCall,
    shape: LearnShape,
    outputs: readonly DeviceTensor[],
  ): Omit<LearnAnswer, 'gradNorm'> => ({
    loss: outputs[0]?.data[0] as number,
    logprobs: rowsOf(call.groups, shape.sequences, outputs[1] as DeviceTensor),
    kl: rowsOf(call.groups, shape.sequences, outputs[2] as DeviceTensor),
  })

  return {
    async score({ groups, bounds, isReference }: ScoreCall): Promise<ScoreAnswer> {
      if (isReference && reference === null) throw new Error('there is no reference to score with')
      const batch = packBatch(architecture, features, groups, bounds)
      const [scores, logprobs] = (await runScores(isReference ? (reference ?? parameters) : parameters, batch)) as [
        DeviceTensor,
        DeviceTensor,
      ]
      return {
        scores: scores.data as Float32Array,
        columns: scores.shape.at(-1) as number,
        logprobs: rowsOf(groups, batch.shape.sequences, logprobs),
      }
    },
    async learn(call: LearnCall): Promise<LearnAnswer> {
      const { shape, inputs } = await prepare(call)
      const { trainable } = shape
      moments ??= { first: zeros(), second: zeros() }
      const { first, second } = moments
      const key = `learn ${JSON.stringify(shape)}`
      const compiled = await sessions.get(key, () => learnFunction(jax, shape), learnInputs(shape, fixed))
      const outputs = await compiled.run([
        ...parameters,
        ...trainable.map((i) => first[i] as DeviceTensor),
        ...trainable.map((i) => second[i] as DeviceTensor),
        ...inputs,
        backend.place(adamwScalars(call.adam)),
        place(Float32Array.of(call.maxGradNorm), [1]),
      ])
      const [loss, gradNorm, ...rest] = outputs as [DeviceTensor, DeviceTensor, ...DeviceTensor[]]
      const answer = { ...answerOf(call, shape, [loss, ...rest]), gradNorm: gradNorm.data[0] as number }
      if (!Number.isFinite(answer.loss) || !Number.isFinite(answer.gradNorm)) return answer
      parameters = [...parameters]
      trainable.forEach((index, i) => {
        parameters[index] = outputs[4 + i] as DeviceTensor
        first[index] = outputs[4 + trainable.length + i] as DeviceTensor
        second[index] = outputs[4 + 2 * trainable.length + i] as DeviceTensor
      })
      return answer
    },
    async gradients(call: LearnCall): Promise<GradientAnswer> {
      const { shape, inputs } = await prepare(call)
      const key = `gradients ${JSON.stringify(shape)}`
      const compiled = await sessions.get(
        key,
        () => selectorGradientFunction(jax, shape),
        selectorGradientInputs(shape, fixed),
      )
      const outputs = await compiled.run([...parameters, ...inputs])
      const gradients = outputs.slice(3).map(({ data }) => data as Float32Array)
      const squares = gradients.map((gradient) => gradient.reduce((sum, value) => sum + value * value, 0))
      const gradNorm = Math.sqrt(squares.reduce((sum, square) => sum + square, 0))
      return { ...answerOf(call, shape, outputs), gradNorm, gradients }
    },
    /** The current parameters become the reference. */
    async holdReference(): Promise<void> {
      reference = [...parameters]
      referenceScores.clear()
    },
    async dropMoments(): Promise<void> {
      moments = null
    },
    async state(): Promise<SelectorState> {
      const dataOf = (tensors: readonly DeviceTensor[]): Float32Array[] =>
        tensors.map(({ data }) => data as Float32Array)
      return {
        parameters: dataOf(parameters),
        first: moments === null ? null : dataOf(moments.first),
        second: moments === null ? null : dataOf(moments.second),
        reference: reference === null ? null : dataOf(reference),
      }
    },
    async setState(state: SelectorState): Promise<void> {
      parameters = placeAll(state.parameters)
      const { first, second } = state
      moments = first === null || second === null ? null : { first: placeAll(first), second: placeAll(second) }
      reference = state.reference === null ? null : placeAll(state.reference)
      referenceScores.clear()
    },
  }
}

/** The rows of a [B, N] tensor that stand for something. */
function rowsOf(groups: LearnCall['groups'], width: number, { data }: DeviceTensor): number[][] {
  return groups.map(({ sequences }, i) => sequences.map((_, j) => data[i * width + j] as number))
}

await serveTensorWorker(createMethods)
