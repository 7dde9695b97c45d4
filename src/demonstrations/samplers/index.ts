/** Candidate pools and retrieval. */
export { innerProduct } from './nearest-rows.ts'
export {
  rankSimilar,
  type SamplerName,
  type SamplerOptions,
  type SimilaritySpace,
  samplePools,
  samplerNames,
} from './sample-pools.ts'
