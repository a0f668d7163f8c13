import type { Page } from '@playwright/test';

/**
 * What a page complains of from now on: errors and warnings of the console, exceptions, requests to another host.
 *
 * @param mayFail the test takes the network or the server away, so requests that fail are no complaint
 * @param without addresses that the console may say anything of
 */
export function complaintsOf(
  page: Page,
  origin: string,
  { mayFail = false, without }: { mayFail?: boolean; without?: RegExp } = {},
): string[] {
  const complaints: string[] = [];
  page.on('console', message => {
    if (!['error', 'warning'].includes(message.type())) return;
    if (mayFail && /^Failed to load resource: net::ERR_/.test(message.text())) return;
    if (without?.test(message.location().url) === true) return;
    complaints.push(message.text());
  });
  page.on('pageerror', error => complaints.push(String(error)));
  page.on('request', request => {
    if (!/^(data|blob):/.test(request.url()) && new URL(request.url()).origin !== origin)
      complaints.push(request.url());
  });
  return complaints;
}
