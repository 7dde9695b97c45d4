/**
 * What to do where a server cannot listen.
 * @param code of the system's error: `EADDRINUSE` for a port that is taken, `EADDRNOTAVAIL` for another machine's address.
 */
export function listenFix(code: string): string {
  return /^(?:EADDRNOTAVAIL|ENOTFOUND|EAI_\w+|EAFNOSUPPORT)$/.test(code)
    ? 'Give an address of this machine with --host, such as 127.0.0.1.'
    : 'Take another port with --port, or 0 for a free one.'
}
