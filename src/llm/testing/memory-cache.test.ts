import { callCacheContract } from '../../core/call-cache-suite.ts'
import { createMemoryCache } from './memory-cache.ts'

callCacheContract({
  name: 'cache in memory',
  skips: { notes: 'it ends with its process and notes nothing' },
  create: async () => ({ cache: createMemoryCache() }),
})
