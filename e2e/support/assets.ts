/** What a page makes a browser fetch before anything is pressed. */
import { brotliCompressSync, constants } from 'node:zlib';
import type { Browser, Response } from 'playwright';

export const ASSET_KINDS = ['script', 'stylesheet', 'image', 'font'] as const;
export type AssetKind = (typeof ASSET_KINDS)[number];

/** Bytes. */
export interface AssetSizes {
  /** As the browser runs or draws them. */
  plain: number;
  /** As they came over the wire. */
  sent: number;
  /** With Brotli at its highest quality. */
  brotli: number;
}

/** Opens a page in a browser that knows nothing yet, and waits until it asks for nothing more. */
export async function assetsOf(browser: Browser, url: string): Promise<Record<AssetKind, AssetSizes>> {
  const sums = Object.fromEntries(ASSET_KINDS.map(kind => [kind, { plain: 0, sent: 0, brotli: 0 }])) as Record<
    AssetKind,
    AssetSizes
  >;
  const context = await browser.newContext({ viewport: { width: 1360, height: 850 } });
  try {
    const page = await context.newPage();
    const counted: Promise<void>[] = [];
    page.on('response', response => {
      const kind = ASSET_KINDS.find(one => one === response.request().resourceType());
      if (kind !== undefined && response.ok()) counted.push(count(sums[kind], response));
    });
    await page.goto(url, { waitUntil: 'networkidle' });
    await Promise.all(counted);
  } finally {
    await context.close();
  }
  return sums;
}

async function count(sum: AssetSizes, response: Response): Promise<void> {
  const [body, { responseBodySize }] = await Promise.all([response.body(), response.request().sizes()]);
  sum.plain += body.length;
  sum.sent += responseBodySize;
  sum.brotli += brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length;
}
