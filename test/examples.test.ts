/** Every example of `--help` runs, and every command line of README, docs and recipes that no help has. */
import { testExamples } from './example-folder.ts'
import { helpExamples, pageExamples } from './example-lines.ts'

testExamples([...helpExamples(), ...pageExamples()])
