import type { z } from 'zod';
import type { Right } from '#lib/auth/rights.ts';

export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** One answer that an operation may give. */
export interface Answer {
  description: string;
  /** JSON body. */
  schema?: z.ZodType;
  /** Media type of a body that is not JSON. */
  contentType?: string;
  headers?: Readonly<Record<string, string>>;
}

/**
 * One call of the HTTP API: what validates it, what right it needs, and what documents it. The route handlers, the table of
 * rights and the OpenAPI document all come from the same list of these.
 */
export interface Operation {
  /** Unique, camel case; `operationId` of the document. */
  id: string;
  method: Method;
  /** With `{name}` for parameters. */
  path: `/${string}`;
  right: Right;
  summary: string;
  description?: string;
  /** Values of the path. A request whose values do not fit is a 404. */
  params?: z.ZodObject;
  /** A strict object whose fields take text, or lists of text where they may be repeated. */
  query?: z.ZodObject;
  /** JSON body. */
  body?: z.ZodType;
  /** Bytes of the body at most, where the usual limit is too small. */
  maxBody?: number;
  /** Fields of a multipart body, for the document only: uploads are parsed as a stream. */
  multipart?: z.ZodObject;
  /** Request headers that mean something, with their meaning. */
  headers?: Readonly<Record<string, string>>;
  answers: Readonly<Record<number, Answer>>;
  /** Statuses of problem details beyond 400, 401, 403 and 500. */
  problems?: readonly number[];
}
