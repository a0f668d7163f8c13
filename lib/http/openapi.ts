import { z } from 'zod';
import { RIGHTS } from '#lib/auth/rights.ts';
import type { Answer, Operation } from './operation.ts';
import { OPERATIONS, problemSchema } from './operations.ts';

type Json = Record<string, unknown>;

const PROBLEM_TITLES: Readonly<Record<number, string>> = {
  400: 'Malformed, or a parameter is wrong',
  401: 'A login is needed',
  403: 'Refused: a foreign host name, or a change asked for by another site',
  404: 'Nothing of that name',
  405: 'Not possible here',
  409: 'Already there',
  412: 'It has changed meanwhile',
  413: 'Too large or too long',
  415: 'Not an accepted type',
  416: 'The range begins past the end',
  422: 'A field is wrong',
  429: 'Too many wrong tokens',
  500: 'A failure of the server',
  502: 'An engine answered with an error, or with what is of no use',
  503: 'Not ready; try again',
  507: 'The disk is full',
};

/** Problems that any call may answer. */
const ALWAYS = [400, 401, 403, 500];

let made: { version: string; text: string } | undefined;

/** The OpenAPI 3.1 document as JSON text. */
export function openApiText(version: string): string {
  if (made?.version !== version) made = { version, text: JSON.stringify(openApiDocument(version)) };
  return made.text;
}

/** The document, from the table of operations and the schemas that validate. */
export function openApiDocument(version: string): Json {
  const schemas: Record<string, Json> = {};
  const paths: Record<string, Json> = {};
  for (const operation of Object.values(OPERATIONS) as Operation[]) {
    (paths[operation.path] ??= {})[operation.method.toLowerCase()] = describe(operation, schemas);
  }
  // Bytes can be asked for without being sent.
  for (const path of Object.values(paths)) {
    const get = path['get'] as Json | undefined;
    if (String(get?.['operationId']) !== 'getAudio') continue;
    path['head'] = { ...get, operationId: 'headAudio', summary: `${String(get?.['summary'])}: headers only` };
  }
  // Every operation refers to it, none holds it.
  schemaOf(problemSchema, schemas, 'output');
  return {
    openapi: '3.1.0',
    jsonSchemaDialect: 'https://json-schema.org/draft/2020-12/schema',
    info: {
      title: 'Talk2Me',
      version,
      description: 'A self-hosted sound library and audiobook studio. Errors are RFC 9457 problem details.',
    },
    servers: [{ url: '/' }],
    security: [{ bearer: [] }, { cookie: [] }],
    paths,
    components: {
      schemas,
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'The admin token. Not needed where access is open' },
        cookie: { type: 'apiKey', in: 'cookie', name: 'talk2me_session', description: 'From POST /api/login' },
      },
    },
    'x-rights': [...RIGHTS],
  };
}

function describe(operation: Operation, schemas: Record<string, Json>): Json {
  const parameters = [
    ...parametersOf(operation.params, 'path', schemas),
    ...parametersOf(operation.query, 'query', schemas),
    ...Object.entries(operation.headers ?? {}).map(([name, description]) => ({
      name,
      in: 'header',
      description,
      schema: { type: 'string' },
    })),
  ];
  return {
    operationId: operation.id,
    summary: operation.summary,
    ...(operation.description === undefined ? {} : { description: operation.description }),
    'x-right': operation.right,
    ...(operation.right === 'public' ? { security: [] } : {}),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...requestBody(operation, schemas),
    responses: responsesOf(operation, schemas),
  };
}

function parametersOf(object: z.ZodObject | undefined, place: 'path' | 'query', schemas: Record<string, Json>): Json[] {
  if (object === undefined) return [];
  return Object.entries(object.shape as Record<string, z.ZodType>).map(([name, field]) => {
    // What a parameter means is the value that it becomes, not the text that carries it.
    const { description, ...schema } = inlineSchema(field, schemas);
    const list = schema['type'] === 'array';
    return {
      name,
      in: place,
      required: place === 'path' || !field.safeParse(undefined).success,
      ...(description === undefined ? {} : { description }),
      ...(list ? { style: 'form', explode: true } : {}),
      schema,
    };
  });
}

function requestBody(operation: Operation, schemas: Record<string, Json>): Json {
  if (operation.body !== undefined) {
    return {
      requestBody: {
        required: true,
        content: { 'application/json': { schema: schemaOf(operation.body, schemas, 'input') } },
      },
    };
  }
  if (operation.multipart === undefined) return {};
  const schema = schemaOf(operation.multipart, schemas, 'input');
  return { requestBody: { required: true, content: { 'multipart/form-data': { schema } } } };
}

function responsesOf(operation: Operation, schemas: Record<string, Json>): Json {
  const responses: Json = {};
  for (const [status, answer] of Object.entries(operation.answers)) responses[status] = responseOf(answer, schemas);
  for (const status of [...ALWAYS, ...(operation.problems ?? [])].sort((a, b) => a - b)) {
    responses[status] = {
      description: PROBLEM_TITLES[status] ?? 'Problem',
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    };
  }
  return responses;
}

function responseOf(answer: Answer, schemas: Record<string, Json>): Json {
  const headers = Object.fromEntries(
    Object.entries(answer.headers ?? {}).map(([name, description]) => [
      name,
      { description, schema: { type: 'string' } },
    ]),
  );
  const content =
    answer.schema !== undefined
      ? { 'application/json': { schema: schemaOf(answer.schema, schemas, 'output') } }
      : answer.contentType !== undefined
        ? { [answer.contentType]: {} }
        : undefined;
  return {
    description: answer.description,
    ...(Object.keys(headers).length === 0 ? {} : { headers }),
    ...(content === undefined ? {} : { content }),
  };
}

/** The JSON schema of a zod schema; schemas with an id become components and are referred to. */
function schemaOf(schema: z.ZodType, schemas: Record<string, Json>, io: 'input' | 'output'): Json {
  const { $schema, $defs, ...rest } = z.toJSONSchema(schema, {
    io,
    target: 'draft-2020-12',
    unrepresentable: 'any',
  }) as Json & { $defs?: Record<string, Json> };
  for (const [id, definition] of Object.entries($defs ?? {})) schemas[id] = tidy(definition);
  const id = schema.meta()?.id;
  if (id === undefined) return tidy(rest);
  // One with an id stands among its own definitions, and the rest only refers to it.
  if (!Object.hasOwn($defs ?? {}, id)) schemas[id] = tidy(rest);
  return { $ref: `#/components/schemas/${id}` };
}

function inlineSchema(schema: z.ZodType, schemas: Record<string, Json>): Json {
  const description = schema.meta()?.description;
  return { ...schemaOf(schema, schemas, 'output'), ...(description === undefined ? {} : { description }) };
}

/** References into `$defs` become references to components; ids are the names of components and need no second place. */
function tidy(value: unknown): Json {
  return JSON.parse(
    JSON.stringify(value, (key, inner: unknown) =>
      key === 'id' && typeof inner === 'string' ? undefined : inner,
    ).replaceAll('"#/$defs/', '"#/components/schemas/'),
  ) as Json;
}
