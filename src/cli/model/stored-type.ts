import { type StoredType, storedTypes } from '../../models/index.ts'
import { oneOf } from '../option-values.ts'

/** `f16` as `F16`. */
export function storedTypeOption(name: string, text: string): StoredType {
  return oneOf(name, text.toUpperCase(), storedTypes)
}
