import 'server-only';
import { randomBytes, randomUUID } from 'node:crypto';
import diagnostics from 'node:diagnostics_channel';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Config } from '#lib/config/config.ts';
import { isAllowedHost } from '#lib/http/hosts.ts';
import { LENGTH_HEADER } from '#lib/http/media.ts';
import { contentSecurityPolicy, SECURITY_HEADERS } from '#lib/http/security-headers.ts';
import { rememberIncoming } from './incoming.ts';

interface RequestStart {
  request: IncomingMessage;
  response: ServerResponse;
  server: Server;
}

/** The client's network address, as the guard saw it; what a client sends under this name is overwritten. */
export const ADDRESS_HEADER = 'x-talk2me-address';
/** The path and query that were asked for: a layout has no other way to know them. */
export const TARGET_HEADER = 'x-talk2me-target';

/**
 * Sees every request before Next does, pages and files too: gives it an id and its security headers, and sends a foreign
 * `Host`, and a path that Next could not decode, to an address that refuses it. There is no `proxy.ts`, since one would cut request bodies short.
 */
export function guardRequests(config: Config, development: boolean): void {
  diagnostics.subscribe('http.server.request.start', message => {
    const { request, response, server } = message as RequestStart;
    // Node's default of 300 s for a whole request would cut off a large upload over a slow line. Headers keep their limit.
    server.requestTimeout = 0;

    const id = randomUUID();
    request.headers['x-request-id'] = id;
    request.headers[ADDRESS_HEADER] = request.socket.remoteAddress ?? 'unknown';
    request.headers[TARGET_HEADER] = request.url ?? '/';
    // Next puts the nonce that it finds here on its own scripts.
    const policy = contentSecurityPolicy(randomBytes(16).toString('base64'), development);
    request.headers['content-security-policy'] = policy;

    response.setHeader('content-security-policy', policy);
    rememberIncoming(id, request, response);
    response.setHeader('x-request-id', id);
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);

    keepLength(response);

    const refused = !isAllowedHost(request.headers.host, config.allowedHosts) || !isDecodable(request.url);
    if (refused) request.url = '/api/refused';
  });
}

/** Next answers a path such as `/%FF` with a bare 500. */
function isDecodable(url: string | undefined): boolean {
  try {
    decodeURIComponent(url?.split('?', 1)[0] ?? '');
    return true;
  } catch {
    return false;
  }
}

/**
 * Next drops the `Content-Length` of a route's answer, so it travels under another name until the header is written. Players and
 * downloads show no progress without it.
 */
function keepLength(response: ServerResponse): void {
  const writeHead = response.writeHead.bind(response) as (...values: unknown[]) => ServerResponse;
  response.writeHead = (...values: unknown[]) => {
    const length = response.getHeader(LENGTH_HEADER);
    response.removeHeader(LENGTH_HEADER);
    // A body that is compressed on its way has another length.
    if (length !== undefined && !response.hasHeader('content-encoding')) response.setHeader('content-length', length);
    return writeHead(...values);
  };
}
