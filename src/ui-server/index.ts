/** The live page: runs read from their folders, served to a browser. */
export { isLoopback } from './host-check.ts'
export { type LivePage, openLivePage, uiPort } from './live-page.ts'
export { type RunningUi, startUi, type UiOptions } from './start-ui.ts'
