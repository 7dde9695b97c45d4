/** `npm run build:ui`: the live page from its source in `ui/`, into `ui/built`, which is kept in the repository. */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const root = join(import.meta.dirname, '..')

/** The same source gives the same bytes: names carry no hashes, and nothing depends on time or place. */
export async function buildPage(folder: string): Promise<void> {
  const { build } = await import('vite')
  await build({
    configFile: false,
    root: join(root, 'ui'),
    logLevel: 'warn',
    mode: 'production',
    build: {
      outDir: folder,
      emptyOutDir: true,
      target: 'es2022',
      modulePreload: { polyfill: false },
      assetsInlineLimit: 0,
      chunkSizeWarningLimit: 1000,
      rolldownOptions: {
        output: {
          entryFileNames: 'app.js',
          chunkFileNames: '[name].js',
          assetFileNames: '[name][extname]',
          codeSplitting: false,
        },
      },
    },
  })
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await buildPage(join(root, 'ui', 'built'))
