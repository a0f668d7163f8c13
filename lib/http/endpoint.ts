import type { z } from 'zod';
import { SESSION_COOKIE } from '#lib/auth/auth.service.ts';
import { AppError, isAppError, type ErrorCode } from '#lib/base/errors.ts';
import { services, type Services } from '#lib/server/services.ts';
import { NO_STORE } from './cache-control.ts';
import { readJson } from './body.ts';
import { isAllowedHost, isSameOrigin } from './hosts.ts';
import type { Operation } from './operation.ts';
import { problemOf, problemResponse, STATUS_OF_CODE, type Problem } from './problems.ts';
import { parseOrThrow, parseQuery } from './validate.ts';

type Output<S> = S extends z.ZodType ? z.output<S> : undefined;

/** What a handler gets: everything checked. */
export interface Call<O extends Operation> {
  request: Request;
  params: Output<O['params']>;
  query: Output<O['query']>;
  /** The parsed JSON body; checked against the operation's schema unless the endpoint takes it raw. */
  body: Output<O['body']>;
  services: Services;
  requestId: string;
}

export type RouteContext = { params: Promise<Record<string, string | string[] | undefined>> };
export type RouteHandler = (request: Request, context: RouteContext) => Promise<Response>;

interface EndpointOptions {
  /** The code of a JSON body that does not fit; `request.invalid` would be a 400. */
  invalidBody?: ErrorCode;
  /** What checks the body where that depends on the path. */
  bodySchema?: (params: never) => z.ZodType;
  problemMembers?: ProblemMembers;
}

/** What a problem has beside its own, for clients that expect another shape. */
export type ProblemMembers = (problem: Problem) => Record<string, unknown>;

/** Checks host, origin, right, path, query and body, in this order, calls the handler, and answers every failure as a problem. */
export function endpoint<const O extends Operation>(
  operation: O,
  handler: (call: Call<O>) => Promise<Response>,
  options: EndpointOptions = {},
): RouteHandler {
  const answer = async (request: Request, context: RouteContext, requestId: string) => {
    const all = await services();
    all.auth.require(operation.right, credentialsOf(request));
    const params = operation.params && parsePath(operation.params, await context.params);
    const query = parseSearch(operation, request);
    const schema = options.bodySchema?.(params as never) ?? operation.body;
    const body =
      schema &&
      parseOrThrow(schema, await readJson(request, operation.maxBody), options.invalidBody ?? 'sound.invalid');
    return handler({ request, params, query, body, services: all, requestId } as Call<O>);
  };
  return guarded(operation.path, answer, options.problemMembers);
}

/** The checks that every route has, whatever it does, and the way from failure to answer. */
export function guarded(
  template: string,
  handler: (request: Request, context: RouteContext, requestId: string) => Promise<Response>,
  problemMembers: ProblemMembers = () => ({}),
): RouteHandler {
  return async (request, context) => {
    const requestId = request.headers.get('x-request-id') ?? crypto.randomUUID();
    const started = performance.now();
    let response: Response;
    try {
      await refuseForeign(request);
      response = await handler(request, context, requestId);
      // What says nothing of it is kept by nobody.
      if (!response.headers.has('cache-control')) response.headers.set('cache-control', NO_STORE);
    } catch (error) {
      response = problemResponse(error, requestId, {}, problemMembers(problemOf(error, requestId)));
      await logFailure(error, request, template, requestId);
    }
    const { logger } = await services();
    logger.debug(
      {
        request_id: requestId,
        method: request.method,
        endpoint: template,
        status: response.status,
        ms: performance.now() - started,
      },
      'request',
    );
    return response;
  };
}

/** The exports of a route file: the given methods, HEAD from GET, OPTIONS, and a 405 that names what is allowed. */
export function route(
  handlers: Partial<Record<'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', RouteHandler>>,
  problemMembers: ProblemMembers = () => ({}),
) {
  const allowed = [...Object.keys(handlers), ...(handlers.GET ? ['HEAD'] : []), 'OPTIONS'].join(', ');
  const refuse = guarded('other', (request, _context, requestId) => {
    const error = new AppError('request.method_not_allowed', `${request.method} is not possible here; ${allowed} are.`);
    const members = problemMembers(problemOf(error, requestId));
    return Promise.resolve(problemResponse(error, requestId, { allow: allowed }, members));
  });
  const get = handlers.GET;
  return {
    GET: get ?? refuse,
    HEAD:
      get === undefined
        ? refuse
        : async (request: Request, context: RouteContext) => withoutBody(await get(request, context)),
    POST: handlers.POST ?? refuse,
    PUT: handlers.PUT ?? refuse,
    PATCH: handlers.PATCH ?? refuse,
    DELETE: handlers.DELETE ?? refuse,
    OPTIONS: guarded('other', () => Promise.resolve(new Response(null, { status: 204, headers: { allow: allowed } }))),
  };
}

export function json(value: unknown, init: { status?: number; headers?: Record<string, string> } = {}): Response {
  return jsonText(JSON.stringify(value), init);
}

export function jsonText(
  text: string,
  { status = 200, headers = {} }: { status?: number; headers?: Record<string, string> },
): Response {
  return new Response(text, { status, headers: { 'content-type': 'application/json', ...headers } });
}

export function credentialsOf(request: { headers: Headers }) {
  return { authorization: request.headers.get('authorization'), session: cookieOf(request.headers, SESSION_COOKIE) };
}

export function cookieOf(headers: Headers, name: string): string | undefined {
  for (const pair of (headers.get('cookie') ?? '').split(';')) {
    const [key, ...value] = pair.split('=');
    if (key?.trim() === name) return value.join('=').trim();
  }
  return undefined;
}

async function refuseForeign(request: Request): Promise<void> {
  const { config } = await services();
  const host = request.headers.get('host');
  if (!isAllowedHost(host, config.allowedHosts)) {
    throw new AppError(
      'access.host_refused',
      'This host name is not answered here. Name it in PUBLIC_URL or ALLOWED_HOSTS if it should be.',
    );
  }
  const facts = {
    method: request.method,
    host,
    origin: request.headers.get('origin'),
    fetchSite: request.headers.get('sec-fetch-site'),
    publicUrl: config.publicUrl,
  };
  if (!isSameOrigin(facts)) {
    throw new AppError('access.cross_site', 'A page of another site asked for this change, so it was refused.');
  }
}

function parsePath(schema: z.ZodObject, values: Record<string, unknown>): unknown {
  const result = schema.safeParse(values);
  if (result.success) return result.data;
  throw new AppError('request.not_found', 'There is nothing at this address.', { cause: result.error });
}

function parseSearch(operation: Operation, request: Request): unknown {
  const search = new URL(request.url).searchParams;
  if (operation.query !== undefined) return parseQuery(operation.query, search);
  const [unknown] = search.keys();
  if (unknown === undefined) return undefined;
  throw new AppError('request.invalid', `${unknown} is not known here`, {
    issues: [{ path: unknown, message: 'is not known here' }],
  });
}

async function withoutBody(response: Response): Promise<Response> {
  await response.body?.cancel();
  return new Response(null, { status: response.status, headers: response.headers });
}

async function logFailure(error: unknown, request: Request, template: string, requestId: string): Promise<void> {
  const { logger } = await services();
  const facts = { request_id: requestId, method: request.method, endpoint: template };
  if (isAppError(error) && (STATUS_OF_CODE[error.code] ?? 500) < 500) {
    logger.info({ ...facts, code: error.code, detail: error.message }, 'refused');
  } else {
    logger.error({ ...facts, err: error }, 'failed');
  }
}
