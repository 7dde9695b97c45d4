/**
 * Pictures of the live page for the documents, from a folder of runs: `node scripts/ui-pictures.ts RUNS RUN OTHER`.
 * Written to docs/images/ui, each below 200 kB.
 */
import { mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { startUi } from '../src/ui-server/index.ts'

const [root, run, other] = process.argv.slice(2)
if (root === undefined || run === undefined || other === undefined) {
  console.error('error: give a folder of runs and two of its runs.')
  process.exit(2)
}

const folder = join(import.meta.dirname, '..', 'docs', 'images', 'ui')
const largest = 200_000

interface Picture {
  readonly path: string
  readonly theme?: 'light' | 'dark'
  readonly lang?: 'en' | 'zh'
  readonly size?: { readonly width: number; readonly height: number }
  /** Follows the first link of the list. */
  readonly opensFirst?: boolean
}

const desktop = { width: 1240, height: 860 }
const pictures: Readonly<Record<string, Picture>> = {
  runs: { path: '/', size: { width: 1240, height: 560 } },
  run: { path: `/run/${run}`, size: { width: 1240, height: 1000 } },
  'run-dark': { path: `/run/${run}`, theme: 'dark', size: { width: 1240, height: 1000 } },
  rollouts: { path: `/run/${run}/rollouts?verdict=true`, size: { width: 1240, height: 620 } },
  rollout: {
    path: `/run/${run}/rollouts?verdict=true&operator=Review`,
    opensFirst: true,
    size: { width: 1240, height: 1200 },
  },
  group: { path: `/run/${run}/rollouts/-/40/0`, size: { width: 1240, height: 1000 } },
  workflows: { path: `/run/${run}/workflows`, size: { width: 1240, height: 700 } },
  compare: { path: `/compare?a=${other}&b=${run}` },
  phone: { path: `/run/${run}`, theme: 'dark', lang: 'zh', size: { width: 390, height: 844 } },
}

mkdirSync(folder, { recursive: true })
const server = await startUi({ root, port: 0 })
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
})
for (const [name, { path, theme = 'light', lang = 'en', size = desktop, opensFirst }] of Object.entries(pictures)) {
  const page = await browser.newPage({ viewport: size })
  await page.goto(`${server.url}${path}${path.includes('?') ? '&' : '?'}theme=${theme}&lang=${lang}`)
  await page.locator('main h1').waitFor()
  await page.locator('.waiting').first().waitFor({ state: 'detached' })
  if (opensFirst === true) {
    await page.locator('tbody tr a').first().click()
    await page.locator('.trace').waitFor()
  }
  const file = join(folder, `${name}.png`)
  await page.screenshot({ path: file })
  const { size: bytes } = statSync(file)
  console.log(`${name}.png ${Math.round(bytes / 1000)} kB`)
  if (bytes > largest) throw new Error(`${name}.png has ${bytes} bytes, more than ${largest}`)
  await page.close()
}
await browser.close()
await server.close()
