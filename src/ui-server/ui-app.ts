/**
 * The page's HTTP: its files, what it asks for as JSON, and live streams. Reads runs, writes nothing. Answers requests
 * that name this machine alone, and lets the page load nothing from elsewhere.
 */
import { isAbsolute, relative } from 'node:path'
import { type Context, Hono } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { BatonError } from '../core/failure.ts'
import type { Language } from '../reports/index.ts'
import { askedLanguage, askedPlace, askedRollouts, askedSteps, BadRequest } from './asked.ts'
import { isAllowedHost } from './host-check.ts'
import { followList, followRun } from './live-streams.ts'
import type { HeldRun, OpenRuns } from './open-runs.ts'
import { comparisonPage, demonstrationsPage, judgePage, workflowsPage } from './other-pages.ts'
import type { PageFile } from './page-files.ts'
import { facetsPage, groupPage, rolloutList, rolloutPage } from './rollout-pages.ts'
import type { RunLister } from './run-list.ts'
import { runPage } from './run-page.ts'

export interface UiAppOptions {
  readonly runs: OpenRuns
  readonly list: RunLister
  readonly files: ReadonlyMap<string, PageFile>
  /** That the server listens at. */
  readonly host: string
  /** Ends the live streams. */
  readonly signal: AbortSignal
}

const headers: Readonly<Record<string, string>> = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
}

export function createUiApp({ runs, list, files, host, signal }: UiAppOptions): Hono {
  const app = new Hono()
  app.use(async (c, next) => {
    if (!isAllowedHost(c.req.header('host'), host))
      return refused(c, 421, 'this server answers to the address of this machine alone.')
    if (c.req.method !== 'GET' && c.req.method !== 'HEAD') return refused(c, 405, 'runs are only read here.')
    await next()
    for (const [name, value] of Object.entries(headers)) c.header(name, value)
    if (c.res.headers.get('Cache-Control') === null) c.header('Cache-Control', 'no-store')
  })

  app.get('/api/runs', (c) => c.json({ folder: shownFolder(runs.root), runs: list() }))
  app.get('/api/live', (c) => followList(c, list, signal))
  app.get('/api/runs/:name/live', (c) => {
    const name = c.req.param('name')
    openRun(name)
    const after = Number(c.req.header('last-event-id') ?? c.req.query('after') ?? 0)
    if (!Number.isSafeInteger(after) || after < 0) throw new BadRequest('the cursor is not the number of an event.')
    return followRun(c, runs, { name, after, signal })
  })
  ofRun('', (opened, { language, name }) => runPage(opened, name, language))
  ofRun('/rollouts', (opened, { c }) => rolloutList(opened, askedRollouts(c)))
  ofRun('/facets', (opened, { c, language }) => facetsPage(opened, askedPlace(c), language))
  ofRun('/group', (opened, { language, c }) => groupPage(opened, askedPlace(c), language))
  ofRun('/rollout', (opened, { language, c }) => rolloutPage(opened, askedPlace(c), language))
  ofRun('/workflows', (opened, { c }) => workflowsPage(opened, askedSteps(c)))
  ofRun('/judge', (opened, { language, c }) => judgePage(opened, askedSteps(c), language))
  ofRun('/demonstrations', (opened) => demonstrationsPage(opened))
  app.get('/api/compare', (c) => {
    const names = [c.req.query('a') ?? '', c.req.query('b') ?? ''] as const
    const decoding = c.req.query('decoding') === 'sampled' ? 'sampled' : 'greedy'
    return c.json(
      comparisonPage([openRun(names[0]), openRun(names[1])], {
        names: [...names],
        decoding,
        language: askedLanguage(c),
      }),
    )
  })
  app.all('/api/*', (c) => refused(c, 404, `there is no ${c.req.path}.`))
  app.get('*', (c) => {
    const file = files.get(c.req.path)
    // Paths of the page's own (`/run/first`) are read by its script.
    return file === undefined && /\.\w+$/.test(c.req.path) && !c.req.path.startsWith('/run/')
      ? refused(c, 404, `there is no ${c.req.path}.`)
      : sent(c, file ?? (files.get('/index.html') as PageFile))
  })
  app.onError((error, c) => {
    if (error instanceof BadRequest) return refused(c, error.status, error.message)
    if (error instanceof BatonError) return refused(c, 409, error.message, error.hint)
    return refused(c, 500, error.message)
  })
  return app

  function ofRun(
    path: string,
    answer: (
      opened: HeldRun,
      asked: { readonly c: Context; readonly language: Language; readonly name: string },
    ) => object | null | Promise<object | null>,
  ): void {
    app.get(`/api/runs/:name${path}`, async (c) => {
      const name = c.req.param('name') as string
      const found = await answer(openRun(name), { c, language: askedLanguage(c), name })
      return found === null ? refused(c, 404, 'there is no such part of the run.') : c.json(found)
    })
  }

  function openRun(name: string): HeldRun {
    const opened = runs.open(name)
    if (opened === null) throw new BadRequest(`there is no run ${JSON.stringify(name)}.`, 404)
    return opened
  }
}

/** As one would type it here, where it is below this folder. */
function shownFolder(root: string): string {
  const path = relative(process.cwd(), root)
  return path === '' ? '.' : path.startsWith('..') || isAbsolute(path) ? root : path
}

function sent(c: Context, { content, type, etag }: PageFile): Response {
  c.header('Cache-Control', 'no-cache')
  c.header('ETag', etag)
  return c.req.header('if-none-match') === etag ? c.body(null, 304) : c.body(content, 200, { 'Content-Type': type })
}

function refused(c: Context, status: ContentfulStatusCode, message: string, hint = ''): Response {
  for (const [name, value] of Object.entries(headers)) c.header(name, value)
  return c.json({ error: { message, hint } }, status)
}
