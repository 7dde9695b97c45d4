/** Workflows as a language: its grammar in the notations of model servers, and plans as JSON. */

export { type Grammar, gbnfOf, regexOf, type Syntax } from '../../core/grammar.ts'
export { type JsonPlan, planSchema, planToProgram, readPlan } from './json-plan.ts'
export { planGrammar } from './plan-grammar.ts'
export { programGrammar } from './program-grammar.ts'
