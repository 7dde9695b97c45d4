/**
 * The live page beside a training: a process of its own, so that looking at a run takes nothing from training it. Says
 * where it is, and ends with its parent.
 */
import { startUi } from './start-ui.ts'

const [root = 'runs', port = '0'] = process.argv.slice(2)
// Ctrl-C goes to the whole group: the training finishes its step meanwhile, and is still shown.
process.on('SIGINT', () => undefined)
process.on('disconnect', () => process.exit(0))
try {
  const { url } = await startUi({ root, port: Number(port), isPortFlexible: true })
  process.send?.({ url })
} catch (error) {
  process.send?.({ reason: error instanceof Error ? error.message : String(error) })
  process.exit(1)
}
