import { callCacheContract } from '../../core/call-cache-suite.ts'
import { createMemoryCache } from '../../llm/testing/memory-cache.ts'
import { withoutPictures } from './light-cache.ts'

callCacheContract({
  name: 'cache without pictures',
  skips: { notes: 'the cache below notes nothing' },
  create: async () => ({ cache: withoutPictures(createMemoryCache()) }),
})
