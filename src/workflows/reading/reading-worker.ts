/** The thread in which long completions are read: texts in, what they hold out, one after another. */
import { parentPort } from 'node:worker_threads'
import { createPythonAnalyzer } from '../../python/analysis/index.ts'
import { type CompletionText, readCompletion } from './read-completion.ts'

const port = parentPort
if (port === null) throw new Error('reading-worker.ts runs as a worker')
const analyzer = await createPythonAnalyzer()
port.on('message', (completion: CompletionText) => port.postMessage(readCompletion(completion, analyzer)))
