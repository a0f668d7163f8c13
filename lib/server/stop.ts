import 'server-only';
import diagnostics from 'node:diagnostics_channel';
import type { Server } from 'node:http';

/** What running requests get to end by themselves. Docker and systemd's usual settings kill 10 and 90 seconds after they ask. */
const GRACE_MS = 4_000;

/**
 * Lets no request hold up the end of the process. Next closes idle connections on a signal and then waits for the others as long
 * as they take; an upload over a slow line would be killed together with its server. Cut off, it is discarded as any other
 * whose client goes away.
 */
export function limitFarewell(): void {
  const servers = new Set<Server>();
  diagnostics.subscribe('http.server.request.start', message => servers.add((message as { server: Server }).server));
  const cutOff = () => {
    for (const server of servers) server.closeAllConnections();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => setTimeout(cutOff, GRACE_MS).unref());
  }
}
