import 'server-only';
import diagnostics from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '#lib/base/clock.ts';
import { endpointOf } from '#lib/http/route-templates.ts';
import { CLIENT_CLOSED, requestEnded } from '#lib/metrics/http-requests.ts';
import { countObjects } from '#lib/metrics/objects.ts';

/**
 * Counts every request that Node hands to the server, pages and files too, once, when its answer is over: at `close`, since an
 * answer that the client does not wait for never finishes. To be called before the guard, which may lead a request elsewhere.
 */
export function countRequests(clock: Clock): void {
  let open = 0;
  countObjects('open_requests', () => open);
  diagnostics.subscribe('http.server.request.start', message => {
    const { request, response } = message as { request: IncomingMessage; response: ServerResponse };
    const { method = '', url = '' } = request;
    const started = clock.monotonic();
    open += 1;
    response.once('close', () => {
      open -= 1;
      requestEnded({
        method,
        endpoint: endpointOf(url),
        status: statusOf(response),
        seconds: (clock.monotonic() - started) / 1000,
      });
    });
  });
}

/** What the client saw; where it saw no whole answer, whose fault that was. */
function statusOf(response: ServerResponse): number {
  if (response.writableFinished) return response.statusCode;
  return response.errored === null ? CLIENT_CLOSED : 500;
}
