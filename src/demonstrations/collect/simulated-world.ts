/** What stands in for real questions and a real answering model, offline. Given from outside: no part of collecting. */
import type { ChatModel } from '../../llm/index.ts'
import type { Question } from '../schema.ts'

export interface SimulatedWorld {
  /** Generated questions to choose demonstrations from. */
  questions(seed: number, count: number): readonly Question[]
  /** @param name of the simulator's model. */
  model(name: string): ChatModel
}
