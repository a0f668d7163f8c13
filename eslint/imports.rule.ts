import { isBuiltin } from 'node:module';
import path from 'node:path';
import type { Rule } from 'eslint';
import { FRAMEWORK_FLOOR, HOMES, isFramework, isPackage, placeOf, type Place } from './floors.ts';

/** One import, whichever way it is written. */
interface Import {
  readonly from: Place;
  readonly specifier: string;
  /** Erased before anything runs. */
  readonly typeOnly: boolean;
}

/** A breach: what to do instead, and the specifier that would be right where that is all it takes. */
type Breach = string | { message: string; specifier: string };
type Check = (found: Import) => Breach | undefined;

/** Where imports may point: the floors, the pure files, the packages with one home, and how a path is written. */
export const importsRule: Rule.RuleModule = {
  meta: { type: 'problem', schema: [], fixable: 'code' },
  create(context) {
    const from = placeOf(path.relative(context.cwd, context.filename).replaceAll(path.sep, '/'));

    function check(node: Rule.Node, source: unknown, typeOnly: boolean): void {
      const specifier = literalText(source);
      if (specifier === undefined) return;
      for (const ask of CHECKS) {
        const breach = ask({ from, specifier, typeOnly });
        if (breach === undefined) continue;
        if (typeof breach === 'string') context.report({ node, message: breach });
        else {
          const { message } = breach;
          const fix: Rule.ReportFixer = fixer => fixer.replaceText(source, `'${breach.specifier}'`);
          context.report({ node, message, fix });
        }
        return;
      }
    }

    const declaration = (node: Rule.Node) => {
      const { source, importKind, exportKind } = node as unknown as Record<string, unknown>;
      check(node, source, importKind === 'type' || exportKind === 'type');
    };
    return {
      ImportDeclaration: declaration,
      ExportNamedDeclaration: declaration,
      ExportAllDeclaration: declaration,
      ImportExpression: node => check(node, node.source, false),
      // `typeof import('x')` and `import('x').T`
      TSImportType: (node: Rule.Node) => check(node, (node as unknown as { source: unknown }).source, true),
    };
  },
};

const CHECKS: readonly Check[] = [knownRoom, floor, product, purity, home, framework, spelling];

function knownRoom({ from }: Import): string | undefined {
  if (from.room === undefined || from.floor !== undefined) return undefined;
  return `${from.room} is on no floor: give it one in eslint/floors.ts and docs/architecture.md.`;
}

function floor({ from, specifier }: Import): string | undefined {
  const target = targetOf(from, specifier);
  if (target === undefined || from.floor === undefined) return undefined;
  // The composition root tells the version.
  if (from.room === 'lib/server' && target.path === 'package.json') return undefined;
  if (target.floor !== undefined && target.floor <= from.floor) return undefined;
  const where = target.floor === undefined ? 'outside the house' : `floor ${target.floor}`;
  return (
    `${name(from)} (floor ${from.floor}) imports ${target.path} (${where}), and imports never go up: ` +
    'hand it down as an argument, or move the line: see docs/architecture.md.'
  );
}

function product({ from, specifier }: Import): string | undefined {
  if (from.room === undefined || from.test || targetOf(from, specifier)?.test !== true) return undefined;
  return `${specifier} is there for tests only: move what the product needs into a file that is no test.`;
}

function purity({ from, specifier, typeOnly }: Import): string | undefined {
  if (!from.pure) return undefined;
  if (isBuiltin(specifier)) {
    return (
      `${from.path} runs in the browser too, where ${specifier} is not: take what it gives as an argument, ` +
      'or move the line to an adapter (floor 2) or a file with a role, such as .service.ts: see docs/architecture.md.'
    );
  }
  const target = targetOf(from, specifier);
  if (target === undefined || target.pure || typeOnly) return undefined;
  return (
    `${from.path} runs in the browser too and ${target.path} does not: import only its types, ` +
    'hand the value down as an argument, or move the line to a file with a role, such as .service.ts.'
  );
}

function home({ from, specifier }: Import): string | undefined {
  if (from.room === undefined || from.test) return undefined;
  const rule = HOMES.find(h => isPackage(specifier, h.package));
  if (rule === undefined || rule.rooms.includes(from.room)) return undefined;
  return `${specifier} in ${from.room}: ${rule.remedy}.`;
}

function framework({ from, specifier }: Import): string | undefined {
  if (from.floor === undefined || from.floor >= FRAMEWORK_FLOOR || !isFramework(specifier)) return undefined;
  return (
    `${specifier} on floor ${from.floor}, which runs in threads, scripts and tests without Next: take plain values as ` +
    'arguments, or move the line to lib/http, lib/server, app or components.'
  );
}

function spelling({ from, specifier }: Import): Breach | undefined {
  const target = targetOf(from, specifier);
  if (target === undefined) return undefined;
  if (specifier.startsWith('.') && target.path.startsWith('lib/') && !sameRoom(from, target)) {
    const right = `#${withEnding(target.path)}`;
    return { message: `${specifier} leaves the room: write ${right}.`, specifier: right };
  }
  if (from.floor !== undefined && from.floor <= 3 && !/\.(ts|json)$/.test(specifier)) {
    const right = withEnding(specifier);
    return {
      message: `${specifier} lacks the ending, and this file also runs without a bundler: write ${right}.`,
      specifier: right,
    };
  }
  return undefined;
}

/** Tests that drive the whole house still stand in a room when it comes to how a path is written. */
function sameRoom(from: Place, target: Place): boolean {
  return from.path.split('/').slice(0, 2).join('/') === target.path.split('/').slice(0, 2).join('/');
}

/** The file inside the project that is meant, or undefined for a package. */
function targetOf(from: Place, specifier: string): Place | undefined {
  if (specifier.startsWith('#lib/')) return placeOf(path.posix.normalize(specifier.slice(1)));
  if (!/^\.{1,2}(\/|$)/.test(specifier)) return undefined;
  return placeOf(path.posix.join(path.posix.dirname(from.path), specifier));
}

function literalText(source: unknown): string | undefined {
  const node = source as { value?: unknown; quasis?: { value: { cooked: string } }[]; expressions?: unknown[] } | null;
  if (typeof node?.value === 'string') return node.value;
  // import(`./x.ts`)
  if (node?.quasis?.length === 1) return node.quasis[0]?.value.cooked;
  return undefined;
}

const withEnding = (specifier: string) =>
  /\.(tsx?|json|mjs)$/.test(specifier) ? specifier : `${specifier.replace(/\.js$/, '')}.ts`;

const name = (place: Place) => place.room ?? place.path;
