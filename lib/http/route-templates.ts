import { OPERATIONS, PAGE_RIGHTS } from './operations.ts';
import type { Operation } from './operation.ts';

/** What stands for every address that there is not. */
export const UNKNOWN_ENDPOINT = 'other';
/** What stands for every file of the build. */
export const STATIC_ENDPOINT = '/_next/static';

/** Files of `app` that Next serves under their own name. */
const FILES = ['/icon.svg'];
/** Next's own, outside the tree of routes. */
const IMAGES = '/_next/image';

interface Node {
  /** By the text of the next segment. */
  readonly named: Map<string, Node>;
  /** Where the next segment may be anything. */
  any: Node | undefined;
  template: string | undefined;
}

/** Templates of all pages and calls in Next's notation, `/api/sounds/[kind]/[id]`; a test holds them against the build. */
export const ROUTE_TEMPLATES: readonly string[] = [
  ...new Set(
    [...(Object.values(OPERATIONS) as Operation[]).map(operation => operation.path), ...Object.keys(PAGE_RIGHTS)].map(
      path => path.replaceAll(/\{(\w+)\}/g, '[$1]'),
    ),
  ),
];

/**
 * The route that an address belongs to: its template, {@link STATIC_ENDPOINT} or {@link UNKNOWN_ENDPOINT}, so one of few values
 * whatever is asked for.
 *
 * @param target of a request, as Node gives it: path and query, or the whole URL where a client speaks to a proxy
 */
export function endpointOf(target: string): string {
  const path = pathOf(target);
  if (path.startsWith(`${STATIC_ENDPOINT}/`) || FILES.includes(path)) return STATIC_ENDPOINT;
  if (path === IMAGES) return IMAGES;
  if (path === '/') return ROUTES.template ?? UNKNOWN_ENDPOINT;
  // Next redirects to the address without it.
  const segments = (path.endsWith('/') ? path.slice(1, -1) : path.slice(1)).split('/');
  return find(ROUTES, segments, 0) ?? UNKNOWN_ENDPOINT;
}

const ROUTES = treeOf(ROUTE_TEMPLATES);

function treeOf(templates: readonly string[]): Node {
  const root: Node = { named: new Map(), any: undefined, template: undefined };
  for (const template of templates) {
    let node = root;
    for (const segment of template.split('/').filter(part => part !== '')) node = childOf(node, segment);
    node.template = template;
  }
  return root;
}

function childOf(node: Node, segment: string): Node {
  const fresh = (): Node => ({ named: new Map(), any: undefined, template: undefined });
  if (segment.startsWith('[')) return (node.any ??= fresh());
  const child = node.named.get(segment) ?? fresh();
  node.named.set(segment, child);
  return child;
}

/** What is named wins over what may be anything, but only where the rest fits too: as Next orders its routes. */
function find(node: Node, segments: readonly string[], at: number): string | undefined {
  const segment = segments[at];
  if (segment === undefined) return node.template;
  if (segment === '') return undefined;
  const named = node.named.get(decoded(segment));
  const found = named && find(named, segments, at + 1);
  return found ?? (node.any && find(node.any, segments, at + 1));
}

function pathOf(target: string): string {
  const path = target.startsWith('/') ? target : (URL.parse(target)?.pathname ?? '');
  const end = path.search(/[?#]/);
  return end === -1 ? path : path.slice(0, end);
}

function decoded(segment: string): string {
  if (!segment.includes('%')) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
