/** Every example of `--help` runs. */
import { testExamples } from './example-folder.ts'
import { helpExamples } from './example-lines.ts'

testExamples(helpExamples())
