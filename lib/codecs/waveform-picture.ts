/**
 * The picture of a waveform, made with sharp. It runs on the main thread: sharp has a thread pool of its own, a few milliseconds
 * of which a picture takes, and a worker that is ended in the middle of a native call would take the process with it.
 */
import { singleton } from '#lib/base/singleton.ts';

/** Pixels. */
export const PICTURE_SIZE = { width: 800, height: 96 };

type Sharp = (typeof import('sharp'))['default'];

/** SVG as from `waveformSvg` to WebP with alpha, a few kilobytes. */
export async function renderWaveformPicture(svg: string): Promise<Uint8Array<ArrayBuffer>> {
  const sharp = await loadSharp();
  // One colour: lossless is smaller than lossy here, and has no halos when used as a mask.
  const webp = await sharp(Buffer.from(svg)).webp({ lossless: true, effort: 4 }).toBuffer();
  return Uint8Array.from(webp);
}

function loadSharp(): Promise<Sharp> {
  return singleton('codecs.sharp', async () => {
    const { default: sharp } = await import('sharp');
    // No picture is ever asked for twice in a row, so a cache would only hold memory.
    sharp.cache(false);
    sharp.concurrency(1);
    return sharp;
  });
}
