/** Mathematics: answers read by one grammar and compared by value. */
export { compareMath } from './compare-math.ts'
export { isAmount } from './is-amount.ts'
export { numberOf } from './number-of.ts'
