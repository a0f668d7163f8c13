/** One pass from a recording to a file of `pcm-file.ts`, in constant memory. Runs in a thread in which nothing else waits. */
import { downmix } from '#lib/audio/downmix.ts';
import { silenceNonFinite, type PlanarBlock } from '#lib/audio/pcm.ts';
import { Resampler } from '#lib/audio/resampler.ts';
import { openAudio } from '#lib/codecs/decode.ts';
import { memorySource, openFileSource } from '#lib/codecs/source.ts';
import { PcmFileWriter, type PcmFacts } from './pcm-file.ts';
import type { PcmOriginal, PcmShape } from './pcm-making.ts';

/** @throws AppError as decoders do, `storage.full`; errors of the file system */
export async function makePcm(original: PcmOriginal, { rate, trim }: PcmShape, draft: string): Promise<PcmFacts> {
  const source = 'path' in original ? await openFileSource(original.path) : memorySource(original.bytes);
  try {
    const opened = await openAudio(source, original.format);
    const { info } = opened;
    const channels = info.channels === 1 ? 1 : 2;
    const resampler = new Resampler({ from: info.sampleRate, to: rate, channels });
    const writer = new PcmFileWriter(draft, channels);
    try {
      for await (const block of trimmed(opened.blocks(), trim ?? { from: 0, to: Infinity })) {
        silenceNonFinite(block);
        writer.write(resampler.push(downmix(block)));
      }
      writer.write(resampler.finish());
      return writer.finish();
    } finally {
      writer.close();
    }
  } finally {
    await source.close();
  }
}

async function* trimmed(
  blocks: AsyncIterable<PlanarBlock>,
  { from, to }: { from: number; to: number },
): AsyncGenerator<PlanarBlock, void, void> {
  let position = 0;
  for await (const block of blocks) {
    const [first, last] = [Math.max(0, from - position), to - position];
    position += block[0]!.length;
    if (position > from) yield block.map(channel => channel.subarray(first, last));
    if (position >= to) return;
  }
}
