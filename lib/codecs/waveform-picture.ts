/**
 * The picture of a waveform, made with sharp. It runs on the main thread: sharp has a thread pool of its own, a few milliseconds
 * of which a picture takes, and a worker that is ended in the middle of a native call would take the process with it.
 */
import type sharp from 'sharp';
import { singleton } from '#lib/base/singleton.ts';

/** Pixels. */
export const PICTURE_SIZE = { width: 800, height: 96 };

type Sharp = typeof sharp;

/** SVG as from `waveformSvg` to WebP with alpha, a few kilobytes. */
export async function renderWaveformPicture(svg: string): Promise<Uint8Array<ArrayBuffer>> {
  const render = await loadSharp();
  // One colour, so the shape is all in the alpha: 2 to 3 KB at these settings, 4 to 17 KB lossless, and no difference to see.
  const webp = await render(Buffer.from(svg)).webp({ quality: 30, alphaQuality: 60 }).toBuffer();
  return Uint8Array.from(webp);
}

function loadSharp(): Promise<Sharp> {
  return singleton('codecs.sharp', async () => {
    const { default: loaded } = await import('sharp');
    // No picture is ever asked for twice in a row, so a cache would only hold memory.
    loaded.cache(false);
    loaded.concurrency(1);
    return loaded;
  });
}
