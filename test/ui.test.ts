/**
 * The live page in a real browser, while a run is trained by another process: charts move, a rollout opens with its trace,
 * two runs compare, the server goes away and comes back, and nothing on any page breaks a rule of accessibility.
 */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { type RunningUi, startUi } from '../src/ui-server/index.ts'

const chromiumPath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync)
const hasPackages = ['playwright-core', 'axe-core'].every((name) =>
  existsSync(join(import.meta.dirname, '..', 'node_modules', name)),
)
const skip =
  (chromiumPath === undefined && 'no Chromium on this machine') ||
  (!hasPackages && 'playwright-core or axe-core is not installed')

const root = mkdtempSync(join(tmpdir(), 'baton-page-'))
const main = join(import.meta.dirname, '..', 'src', 'cli', 'main.ts')
const trainings: ChildProcess[] = []

function training(name: string, steps: number): ChildProcess {
  const settings = [
    ...[`run.folder=${root}`, `run.name=${name}`, `training.steps=${steps}`, 'training.acceptLowSignal=true'],
    ...['sandbox.processes=1', 'sandbox.interpretersPerProcess=1', 'evaluation.samplesPerProblem=1'],
    ...['evaluation.problems=2', 'evaluation.during.problems=2', 'training.problemsPerStep=2'],
  ].flatMap((setting) => ['--set', setting])
  const child = spawn(process.execPath, [main, 'train', '--preset', 'tiny', ...settings], { stdio: 'ignore' })
  trainings.push(child)
  return child
}

let server: RunningUi
let browser: Browser

before(async () => {
  if (skip) return
  const { chromium } = await import('playwright-core')
  server = await startUi({ root, port: 0 })
  browser = await chromium.launch({
    executablePath: chromiumPath as string,
    args: [
      ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
      ...['--disable-component-update', '--disable-sync'],
    ],
  })
})

after(async () => {
  await browser?.close()
  await server?.close()
  for (const child of trainings) child.kill('SIGKILL')
  rmSync(root, { recursive: true, force: true })
})

/** What went wrong in pages, and what they asked for elsewhere. */
const faults: string[] = []

function watched(page: Page): Page {
  page.setDefaultTimeout(0)
  page.on('console', (message) => {
    // The browser itself says so while the server is away.
    const isAway = /ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE/.test(
      message.text(),
    )
    if (['error', 'warning'].includes(message.type()) && !isAway) faults.push(`${page.url()}: ${message.text()}`)
  })
  page.on('pageerror', (error) => faults.push(`${page.url()}: ${error.message}`))
  page.on('request', (request) => {
    const url = new URL(request.url())
    if (url.protocol !== 'data:' && url.hostname !== '127.0.0.1') faults.push(`asked for ${request.url()}`)
  })
  return page
}

/** What a chart says of itself to those who do not see it. */
async function chartText(page: Page, id: string): Promise<string> {
  return (await page.locator(`[data-chart="${id}"] .plot`).getAttribute('aria-label')) ?? ''
}

async function stepsShown(page: Page): Promise<number> {
  const text = (await page.locator('.run-progress [role="progressbar"]').getAttribute('aria-valuenow')) ?? '0'
  return Number(text)
}

async function untilStep(page: Page, step: number): Promise<void> {
  const progress = page.locator('.run-progress [role="progressbar"]')
  await page.waitForFunction(([bar, least]) => Number(bar?.getAttribute('aria-valuenow')) >= least, [
    await progress.elementHandle(),
    step,
  ] as const)
}

test('the page shows a run while another process trains it', { skip }, async (t) => {
  const first = training('first', 4)
  const ended = once(first, 'exit')
  const page = watched(await browser.newPage())

  await t.test('a run that begins appears in the list by itself', async () => {
    await page.goto(server.url)
    await page.getByRole('link', { name: 'first', exact: true }).click()
    await page.getByRole('heading', { name: 'first', level: 1 }).waitFor()
  })

  await t.test('its charts move with every step', async () => {
    await untilStep(page, 1)
    const before = await chartText(page, 'reward')
    await untilStep(page, (await stepsShown(page)) + 1)
    const now = await chartText(page, 'reward')
    assert.notEqual(now, before)
    assert.match(now, /^Reward, step 1–\d+\. mean: /)
  })

  await t.test('the server goes away and comes back: the page continues, with nothing missing', async () => {
    const { port } = server
    await server.close()
    await page.locator('.connection.lost').waitFor()
    await once(first, 'exit').catch(() => undefined)
    server = await startUi({ root, port })
    await page.locator('.connection.done').waitFor()
    await untilStep(page, 4)
    const chart = await chartText(page, 'reward')
    assert.match(chart, /step 1–4\./)
    await page.locator('.badge.state-complete').waitFor()
  })
  await ended

  await t.test('a rollout is found and opens with its program and the trace of its calls', async () => {
    await page.getByRole('link', { name: 'Rollouts' }).click()
    await page.getByLabel('verdict').selectOption('true')
    await page.getByLabel('order').selectOption('highest')
    await page.locator('tbody .verdict-false').first().waitFor({ state: 'detached' })
    assert.equal(await page.locator('tbody .verdict-false').count(), 0)
    await page.locator('tbody tr a').first().click()
    await page.getByRole('heading', { name: 'Trace' }).waitFor()
    assert.match((await page.locator('.code').first().textContent()) ?? '', /class Workflow/)
    const caller = page.locator('.trace .caller').first()
    await caller.locator('summary').click()
    await caller.locator('.call .code').first().waitFor()
    await page.getByRole('link', { name: /The whole group/ }).click()
    assert.equal(await page.locator('.member').count(), 4)
    assert.match((await page.locator('.member').first().textContent()) ?? '', /how the advantage came about/)
  })

  await t.test('two runs compare', async () => {
    await once(training('second', 1), 'exit')
    await page.getByRole('link', { name: 'Runs' }).click()
    await page.getByLabel('Choose first for a comparison').check()
    await page.getByLabel('Choose second for a comparison').check()
    await page.getByRole('button', { name: 'Compare the two' }).click()
    await page.locator('.card .answer').waitFor()
    assert.match((await page.locator('.card').textContent()) ?? '', /B is|Equal|Cannot tell/)
  })

  await t.test(
    'no page breaks a rule of accessibility, light or dark, wide or narrow, in either language',
    async () => {
      const paths = [
        ...['/', '/run/first', '/run/first/rollouts', '/run/first/rollouts/-/1/0', '/run/first/rollouts/-/1/0/0'],
        ...['/run/first/workflows', '/run/first/judge', '/compare?a=first&b=second', '/nothing'],
      ]
      const axe = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8')
      for (const [theme, lang, width] of [
        ['light', 'en', 1280],
        ['dark', 'zh', 390],
      ] as const) {
        const context: BrowserContext = await browser.newContext({ viewport: { width, height: 900 } })
        const visited = watched(await context.newPage())
        for (const path of paths) {
          await visited.goto(`${server.url}${path}${path.includes('?') ? '&' : '?'}theme=${theme}&lang=${lang}`)
          await visited.locator('main h1').waitFor()
          await visited.locator('.waiting').first().waitFor({ state: 'detached' })
          for (const summary of await visited.locator('.trace summary').all()) await summary.click()
          await visited.evaluate(axe)
          const violations = await visited.evaluate(violationsOf)
          assert.deepEqual(violations, [], `${path} ${theme} ${lang}`)
          const isTooWide = await visited.evaluate('document.documentElement.scrollWidth > innerWidth')
          assert.equal(isTooWide, false, `${path} is wider than ${width} px`)
        }
        await context.close()
      }
    },
  )

  await t.test('no page complained, and nothing was asked for elsewhere', () => {
    assert.deepEqual(faults, [])
  })
})

/** Runs in the page. */
async function violationsOf(): Promise<string[]> {
  interface Axe {
    run(options: object): Promise<{ violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[] }>
  }
  const { axe } = globalThis as unknown as { axe: Axe }
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']
  const { violations } = await axe.run({ runOnly: { type: 'tag', values: tags } })
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary}`),
  )
}
