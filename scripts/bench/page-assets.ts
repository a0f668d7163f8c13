/** What a page weighs: beside a bare one, and before and after what the build and the wire take off. */
import type { Browser } from 'playwright';
import { ASSET_KINDS, assetsOf, type AssetKind, type AssetSizes } from '../../e2e/support/assets.ts';
import type { BenchTable } from './bench.ts';

type Assets = Readonly<Record<AssetKind, AssetSizes>>;

const NAMES: Readonly<Record<AssetKind, string>> = {
  script: 'scripts',
  stylesheet: 'styles',
  image: 'pictures',
  font: 'fonts',
};

export async function besideBareTable(browser: Browser, pages: Readonly<Record<string, string>>): Promise<BenchTable> {
  const rows: string[][] = [];
  for (const [name, url] of Object.entries(pages)) {
    const { script, stylesheet } = await assetsOf(browser, url);
    rows.push([name, ...[script.plain, script.brotli, stylesheet.plain, stylesheet.brotli].map(kilobytes)]);
  }
  return {
    title: 'Assets before anything is pressed',
    columns: ['page', 'JavaScript (kB)', 'JavaScript, Brotli (kB)', 'CSS (kB)', 'CSS, Brotli (kB)'],
    rows,
  };
}

/**
 * @param before the page of the same application, built without minification
 * @param after the page as it is served
 */
export function beforeAfterTable(before: Assets, after: Assets): BenchTable {
  const sum = (assets: Assets): AssetSizes =>
    ASSET_KINDS.map(kind => assets[kind]).reduce((a, b) => ({
      plain: a.plain + b.plain,
      sent: a.sent + b.sent,
      brotli: a.brotli + b.brotli,
    }));
  const row = (name: string, was: AssetSizes, is: AssetSizes) => [
    name,
    ...[was.plain, is.plain, is.sent, is.brotli].map(kilobytes),
    was.plain === 0 ? '' : `${Math.round(100 * (1 - is.sent / was.plain))} %`,
  ];
  return {
    title: 'Assets of the library page, before and after',
    columns: ['', 'as written (kB)', 'minified (kB)', 'sent, gzip (kB)', 'Brotli (kB)', 'smaller by'],
    rows: [
      ...ASSET_KINDS.map(kind => row(NAMES[kind], before[kind], after[kind])),
      row('all', sum(before), sum(after)),
    ],
  };
}

function kilobytes(bytes: number): string {
  return (bytes / 1000).toFixed(1);
}
