/** Every command line of README, docs and recipes that no help has runs. */
import { testExamples } from './example-folder.ts'
import { pageExamples } from './example-lines.ts'

testExamples(pageExamples())
