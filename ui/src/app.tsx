/** The whole page: its head, its addresses, and what is at each. */
import { type ReactNode, useEffect } from 'react'
import { ComparePage } from './pages/compare.tsx'
import { RunFrame } from './pages/run-frame.tsx'
import { RunsPage } from './pages/runs.tsx'
import { type Address, addressOf, Link, useAddress } from './router.tsx'
import { type Theme, useLanguage, useTheme } from './settings.ts'
import { allWords, type Language, useWords, WordsContext } from './words/index.ts'

export function App(): ReactNode {
  const [language, setLanguage] = useLanguage()
  const { theme, isDark, setTheme } = useTheme()
  const address = useAddress()
  const words = allWords[language]
  const place = address.path.join('/')
  // biome-ignore lint/correctness/useExhaustiveDependencies: another place, another title
  useEffect(() => {
    document.title = ['Baton', ...address.path.slice(1, 2)].reverse().join(' · ')
    // Readers of the page by ear begin at its heading.
    document.querySelector<HTMLElement>('main h1')?.focus({ preventScroll: true })
  }, [place])
  return (
    <WordsContext value={words}>
      <a className="skip" href="#content">
        {words.skip}
      </a>
      <header className="top">
        <Link to="/" className="brand">
          <img src="/icon.svg" alt="" width="26" height="26" /> Baton
        </Link>
        <nav aria-label={words.runs}>
          <Link to="/" aria-current={address.path.length === 0 ? 'page' : undefined}>
            {words.runs}
          </Link>
          <Link to={addressOf(['compare'])} aria-current={address.path[0] === 'compare' ? 'page' : undefined}>
            {words.compare}
          </Link>
        </nav>
        <Choices language={language} setLanguage={setLanguage} theme={theme} setTheme={setTheme} />
      </header>
      <main id="content">
        <Place address={address} isDark={isDark} />
      </main>
    </WordsContext>
  )
}

function Choices({
  language,
  setLanguage,
  theme,
  setTheme,
}: {
  readonly language: Language
  readonly setLanguage: (language: Language) => void
  readonly theme: Theme
  readonly setTheme: (theme: Theme) => void
}): ReactNode {
  const words = useWords()
  return (
    <div className="choices">
      <select aria-label={words.theme.label} value={theme} onChange={(event) => setTheme(event.target.value as Theme)}>
        {(['system', 'light', 'dark'] as const).map((value) => (
          <option key={value} value={value}>
            {words.theme[value]}
          </option>
        ))}
      </select>
      <select
        aria-label={words.languageLabel}
        value={language}
        onChange={(event) => setLanguage(event.target.value as Language)}
      >
        <option value="en" lang="en">
          English
        </option>
        <option value="zh" lang="zh">
          中文
        </option>
      </select>
    </div>
  )
}

function Place({
  address: { path, query },
  isDark,
}: {
  readonly address: Address
  readonly isDark: boolean
}): ReactNode {
  const words = useWords()
  const [first, name] = path
  if (first === undefined) return <RunsPage />
  if (first === 'compare') return <ComparePage query={query} isDark={isDark} />
  if (first === 'run' && name !== undefined)
    return <RunFrame key={name} name={name} rest={path.slice(2)} query={query} isDark={isDark} />
  return (
    <>
      <h1 tabIndex={-1}>404</h1>
      <p>{words.notFound}</p>
    </>
  )
}
