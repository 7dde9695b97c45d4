/** Offline stand-ins for real questions and a real answering model. Passed in from outside: not part of collecting. */
import type { ChatModel } from '../../llm/index.ts'
import type { Question } from '../schema.ts'

export interface SimulatedWorld {
  /** Generated questions to choose demonstrations from. */
  questions(seed: number, count: number): readonly Question[]
  /** @param name of the simulator's model. */
  model(name: string): ChatModel
}
