import path from 'node:path';
import type { Rule, Scope } from 'eslint';
import { placeOf, type Place } from './floors.ts';

type Node = Rule.Node;
/** A loose view of any node: this rule asks only for a few fields that may be there. */
type Fields = Record<string, unknown> & { type: string };

const BODY_METHODS = ['formData', 'arrayBuffer', 'blob', 'bytes'];
const STREAMED = ['app', 'lib/http', 'lib/server', 'lib/uploads'];
const QUERY_METHODS = ['selectFrom', 'insertInto', 'replaceInto', 'updateTable', 'deleteFrom', 'prepare'];
const SQL_TEXT =
  /^\s*(select|insert|replace|update|delete|create|drop|alter|pragma|begin|commit|rollback|vacuum|with)\b/i;

/** Each thing outside the process has one door: the environment, the clock, threads, request bodies, the database. */
export const doorsRule: Rule.RuleModule = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    const place = placeOf(path.relative(context.cwd, context.filename).replaceAll(path.sep, '/'));
    // What stands outside the house launches processes and drives them; tests set the stage.
    if (place.room === undefined || place.test) return {};

    const report = (node: Node, message: string) => context.report({ node, message });
    const isGlobal = (node: unknown, name: string) => refersToGlobal(context, node, name);

    return {
      MemberExpression(node) {
        const base = asFields(node.object);
        const isProcess =
          isGlobal(base, 'process') || (propertyName(base) === 'process' && isGlobal(base?.['object'], 'globalThis'));
        if (!isProcess || propertyName(asFields(node)) !== 'env' || mayReadEnvironment(place, node)) return;
        report(node, ENVIRONMENT);
      },
      VariableDeclarator(node) {
        if (place.path === ENVIRONMENT_DOOR || !isGlobal(node.init, 'process')) return;
        if (names(asFields(node.id), 'env')) report(node, ENVIRONMENT);
      },
      ImportDeclaration(node) {
        const source = node.source.value;
        const imports = (name: string) => node.specifiers.some(s => importedName(s) === name);
        if (/^(node:)?process$/.test(String(source)) && place.path !== ENVIRONMENT_DOOR && imports('env')) {
          report(node, ENVIRONMENT);
        }
        if (source === 'kysely' && imports('sql') && !mayQuery(place)) report(node, QUERY);
      },
      NewExpression(node) {
        if (node.callee.type === 'Identifier' && node.callee.name === 'Worker' && place.room !== 'lib/workers') {
          report(node, 'new Worker outside lib/workers: give the job to the pool there, which owns every thread.');
        }
        if (node.arguments.length === 0 && isGlobal(node.callee, 'Date') && readsClockAside(place)) report(node, CLOCK);
      },
      CallExpression(node) {
        const callee = asFields(node.callee);
        const method = propertyName(callee);
        if (isGlobal(callee, 'Date') && readsClockAside(place)) report(node, CLOCK);
        if (method === 'now' && isGlobal(callee?.['object'], 'Date') && readsClockAside(place)) report(node, CLOCK);
        if (method === undefined) return;
        if (BODY_METHODS.includes(method) && node.arguments.length === 0 && STREAMED.includes(place.room ?? '')) {
          report(
            node,
            `.${method}() holds the whole body in memory: stream it (request.body; formidable in lib/uploads).`,
          );
        }
        const query = QUERY_METHODS.includes(method) || (method === 'exec' && isSqlText(node.arguments[0]));
        if (query && !mayQuery(place)) report(node, QUERY);
      },
    };
  },
};

const ENVIRONMENT_DOOR = 'lib/config/env.ts';
const ENVIRONMENT =
  'process.env is read once, in lib/config/env.ts: declare the variable in lib/config/variables.ts and take its value as ' +
  'an argument.';
const CLOCK =
  'The wall clock has one door, so that tests can turn it: take a Clock (#lib/base/clock.ts) as an argument.';
const QUERY =
  'SQL lives in *.repository.ts and lib/storage: add a method that says what is wanted to the repository and call that.';

function mayReadEnvironment(place: Place, node: Node): boolean {
  if (place.path === ENVIRONMENT_DOOR) return true;
  // Next replaces these two by constants in its bundles; they are not settings.
  return place.floor === 5 && ['NEXT_RUNTIME', 'NODE_ENV'].includes(propertyName(asFields(node.parent)) ?? '');
}

const readsClockAside = (place: Place) =>
  (place.room?.startsWith('lib/') ?? false) && place.path !== 'lib/base/clock.ts';

const mayQuery = (place: Place) => place.repository || place.room === 'lib/storage';

function isSqlText(node: unknown): boolean {
  const { value, quasis } = (asFields(node) ?? {}) as { value?: unknown; quasis?: { value: { raw: string } }[] };
  return SQL_TEXT.test(typeof value === 'string' ? value : (quasis?.[0]?.value.raw ?? ''));
}

function asFields(node: unknown): Fields | undefined {
  const fields = node as Fields | null | undefined;
  // a?.b and (a).b are a.b
  return fields?.type === 'ChainExpression' ? (fields['expression'] as Fields) : (fields ?? undefined);
}

/** `b` of `a.b` and `a['b']`. */
function propertyName(node: Fields | undefined): string | undefined {
  if (node?.type !== 'MemberExpression') return undefined;
  const property = node['property'] as Fields;
  const name = node['computed'] === true ? property['value'] : property['name'];
  return typeof name === 'string' ? name : undefined;
}

/** Whether a destructuring pattern takes this property. */
function names(pattern: Fields | undefined, property: string): boolean {
  if (pattern?.type !== 'ObjectPattern') return false;
  return (pattern['properties'] as Fields[]).some(p => (p['key'] as Fields | undefined)?.['name'] === property);
}

function importedName(specifier: object): string | undefined {
  return (specifier as { imported?: { name?: string } }).imported?.name;
}

/** An identifier of this name that nothing in the file declares (an import of `node:process` counts as the global). */
function refersToGlobal(context: Rule.RuleContext, node: unknown, name: string): boolean {
  const identifier = asFields(node);
  if (identifier?.type !== 'Identifier' || identifier['name'] !== name) return false;
  let scope: Scope.Scope | null = context.sourceCode.getScope(identifier as unknown as Node);
  for (; scope !== null; scope = scope.upper) {
    const definitions = scope.set.get(name)?.defs ?? [];
    if (definitions.length > 0) return definitions.every(d => d.type === 'ImportBinding');
  }
  return true;
}
