/**
 * The longest prompt that an operator sends, in characters beyond the problem's own text: some 32,000 tokens. A longer one
 * is never sent and is the program's doing. One that a server refuses below this limit is the server's.
 */
export const maxAddedPromptChars = 131_072
