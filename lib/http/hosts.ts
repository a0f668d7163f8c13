import { isLoopbackHost } from '#lib/config/loopback.ts';

/**
 * Whether a `Host` header may be answered: loopback names, and what the configuration allows. Everything else is refused, so
 * that a foreign name that is made to point here (DNS rebinding) gets nothing.
 *
 * `allowed` holds lower-case names; one without a port stands for every port.
 */
export function isAllowedHost(host: string | null | undefined, allowed: readonly string[]): boolean {
  if (host === null || host === undefined) return false;
  const lower = host.toLowerCase();
  const name = hostName(lower);
  if (name === undefined) return false;
  return isLoopbackHost(name) || allowed.includes(lower) || allowed.includes(name);
}

/** The name of `name[:port]`, brackets kept; undefined where it is no host. */
function hostName(host: string): string | undefined {
  return /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?$/.exec(host)?.[1];
}

export interface SameSiteFacts {
  method: string;
  host: string | null;
  origin: string | null;
  fetchSite: string | null;
  publicUrl: string | undefined;
}

/**
 * Whether a request may change something: it comes from a page of this origin, from the person directly, or from a program
 * that is no browser (neither header). Another port of the same host is another application, so `same-site` is refused.
 */
export function isSameOrigin({ method, host, origin, fetchSite, publicUrl }: SameSiteFacts): boolean {
  if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS') return true;
  if (fetchSite !== null && fetchSite !== 'same-origin' && fetchSite !== 'none') return false;
  if (origin === null) return true;
  const url = URL.parse(origin);
  if (url === null) return false;
  return url.host === host?.toLowerCase() || url.origin === publicUrl;
}
