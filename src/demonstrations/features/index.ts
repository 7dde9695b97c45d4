/** Embeddings of questions and pictures. */
export { type ClipEncoder, meanEmbeddings, openClip } from './clip-encoder.ts'
export { joinEmbeddings, rowsFor } from './embeddings.ts'
export { encodeNgrams } from './ngram-encoder.ts'
export { encodeColours } from './picture-encoder.ts'
export { type ReadEmbeddingsOptions, readEmbeddings } from './read-embeddings.ts'
export { encodeSentences } from './sentence-encoder.ts'
