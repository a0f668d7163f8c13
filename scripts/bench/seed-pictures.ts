/** Gives every seeded sound a picture of a waveform, so that a page that is measured fetches and draws what a real one does. */
import path from 'node:path';
import { waveformSvg } from '#lib/audio/waveform.ts';
import { PICTURE_SIZE, renderWaveformPicture } from '#lib/codecs/waveform-picture.ts';
import { DATABASE_FILE } from '#lib/storage/database.ts';
import { SqliteConnection } from '#lib/storage/sqlite.ts';
import { randomNumbers } from '#lib/base/random.ts';

/** Different pictures; the address of each sound's is its own all the same. */
const PICTURES = 12;
const POINTS = 400;

export async function seedPictures(folder: string): Promise<void> {
  const random = randomNumbers(2);
  const { sqlite } = new SqliteConnection(path.join(folder, DATABASE_FILE), DATABASE_FILE);
  sqlite.exec('create temp table pictures (n integer primary key, picture blob not null)');
  const insert = sqlite.prepare('insert into pictures values (?, ?)');
  for (let n = 0; n < PICTURES; n += 1) insert.run(n, await renderWaveformPicture(struck(n + 2, random)));
  sqlite.exec(`
    insert into sound_waveforms (seq, samples_per_pixel, peaks, picture)
      select seq, 256, x'0000', picture from sounds join pictures on n = seq % ${PICTURES}`);
  sqlite.close();
}

/** Something that is struck so many times and dies away. */
function struck(times: number, random: () => number): string {
  const max = Float32Array.from({ length: POINTS }, (_, i) => {
    const since = ((i / POINTS) * times) % 1;
    return Math.exp(-3 * since) * (0.4 + 0.6 * random());
  });
  const points = { framesPerPoint: 256, min: max.map(value => -value), max, rms: max.map(value => value * 0.4) };
  return waveformSvg(points, PICTURE_SIZE);
}
