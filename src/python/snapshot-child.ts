/** Writes the heap snapshot to the file named by its argument. Runs our own Python only. */
import { writeFileSync } from 'node:fs'
import { makeSnapshot } from './interpreter/make-snapshot.ts'

writeFileSync(process.argv[2] ?? '', await makeSnapshot())
