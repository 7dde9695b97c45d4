/** Workflows as a language: its grammar in the notations of model servers, and plans as JSON. */
export { type JsonPlan, planSchema, planToProgram, readPlan } from './json-plan.ts'
export { programGrammar } from './program-grammar.ts'
export { type Grammar, gbnfOf, regexOf, type Syntax } from './syntax.ts'
