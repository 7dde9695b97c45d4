/** The thread in which long completions are read: texts in, what they hold out, one after another. */
import { parentPort } from 'node:worker_threads'
import { createPythonAnalyzer } from '../../python/analysis/index.ts'
import { type CompletionText, readProgram } from './read-program.ts'

const port = parentPort
if (port === null) throw new Error('reading-worker.ts runs as a worker')
const analyzer = await createPythonAnalyzer()
port.on('message', (completion: CompletionText) => port.postMessage(readProgram(completion, analyzer)))
