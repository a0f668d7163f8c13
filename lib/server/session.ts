import 'server-only';
import { SESSION_COOKIE, SESSION_SECONDS } from '#lib/auth/auth.service.ts';
import { ADDRESS_HEADER } from './guard.ts';
import type { Services } from './services.ts';

/** The `Set-Cookie` of a new session. Throws as `AuthService.login` does. */
export function logIn(services: Services, token: string, headers: Headers): string {
  const value = services.auth.login(token, headers.get(ADDRESS_HEADER) ?? 'unknown');
  return cookie(services, value, SESSION_SECONDS);
}

/** The `Set-Cookie` that ends the session in this browser. */
export function loggedOutCookie(services: Services): string {
  return cookie(services, '', 0);
}

function cookie({ config }: Services, value: string, seconds: number): string {
  // Lax, not Strict: a link from elsewhere should find its person logged in. Changes are held to this origin besides.
  const secure = config.publicUrl?.startsWith('https:') === true ? '; Secure' : '';
  return `${SESSION_COOKIE}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Lax${secure}`;
}
