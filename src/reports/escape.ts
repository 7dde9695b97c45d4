/** Text made safe inside HTML and SVG, in content and in quoted attributes. Model-written text passes through here. */
export function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
    .replace(/[^\P{Cc}\t\n\r]/gu, '\ufffd')
}
