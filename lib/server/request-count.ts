import 'server-only';
import diagnostics from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '#lib/base/clock.ts';
import { endpointOf } from '#lib/http/route-templates.ts';
import { CLIENT_CLOSED, requestMetrics } from '#lib/metrics/http-requests.ts';
import { countObjects } from '#lib/metrics/objects.ts';

/**
 * Counts every request that Node hands to the server, pages and files too, once, when its answer is over: at `close`, since an
 * answer that the client does not wait for never finishes. To be called before the guard, which may lead a request elsewhere.
 */
export function countRequests(clock: Clock): void {
  const ended = requestMetrics();
  let open = 0;
  countObjects('open_requests', () => open);
  diagnostics.subscribe('http.server.request.start', message => {
    const { request, response } = message as { request: IncomingMessage; response: ServerResponse };
    const { method = '', url = '', socket } = request;
    const started = clock.monotonic();
    const writtenBefore = socket.bytesWritten;
    open += 1;
    response.once('close', () => {
      open -= 1;
      const written = socket.bytesWritten - writtenBefore;
      const seconds = (clock.monotonic() - started) / 1000;
      ended({ method, endpoint: endpointOf(url), status: statusOf(response, written), seconds });
    });
  });
}

/** What the client saw; where it saw no whole answer, whose fault that was. @param written bytes of header and body */
function statusOf(response: ServerResponse & { _header?: string }, written: number): number {
  if (response.writableFinished) return response.statusCode;
  if (response.errored !== null) return 500;
  // A client that knows the length may go once it has everything, before the answer is ended here.
  const header = Buffer.byteLength(response._header ?? '');
  const length = Number(response.getHeader('content-length') ?? Infinity);
  return header > 0 && written >= header + length ? response.statusCode : CLIENT_CLOSED;
}
