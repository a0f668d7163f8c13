import 'server-only';
import { randomBytes, randomUUID } from 'node:crypto';
import diagnostics from 'node:diagnostics_channel';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Config } from '#lib/config/config.ts';
import { isAllowedHost } from '#lib/http/hosts.ts';
import { contentSecurityPolicy, SECURITY_HEADERS } from '#lib/http/security-headers.ts';

interface RequestStart {
  request: IncomingMessage;
  response: ServerResponse;
  server: Server;
}

/** The client's network address, as the guard saw it; what a client sends under this name is overwritten. */
export const ADDRESS_HEADER = 'x-talk2me-address';

/**
 * Sees every request before Next does, pages and files too: gives it an id and its security headers, and sends a foreign
 * `Host` to an address that refuses it. There is no `proxy.ts`, since one would cut request bodies short.
 */
export function guardRequests(config: Config, development: boolean): void {
  diagnostics.subscribe('http.server.request.start', message => {
    const { request, response, server } = message as RequestStart;
    // Node's default of 300 s for a whole request would cut off a large upload over a slow line. Headers keep their limit.
    server.requestTimeout = 0;

    const id = randomUUID();
    request.headers['x-request-id'] = id;
    request.headers[ADDRESS_HEADER] = request.socket.remoteAddress ?? 'unknown';
    // Next puts the nonce that it finds here on its own scripts.
    const policy = contentSecurityPolicy(randomBytes(16).toString('base64'), development);
    request.headers['content-security-policy'] = policy;

    response.setHeader('content-security-policy', policy);
    response.setHeader('x-request-id', id);
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);

    if (!isAllowedHost(request.headers.host, config.allowedHosts)) request.url = '/api/refused';
  });
}
