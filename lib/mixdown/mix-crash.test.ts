import { Worker } from 'node:worker_threads';
import { expect, it, vi } from 'vitest';
import { book } from '#lib/mixer/mix.fixture.ts';
import { mixPool, mixToFile } from './mix.ts';
import { workplace } from './mixdown.fixture.ts';

const DIES_WRITING = `
  const { parentPort } = require('node:worker_threads');
  parentPort.on('message', ({ task }) => {
    require('node:fs').writeFileSync(task.file, 'half');
    process.exit(3);
  });`;

vi.mock('#lib/workers/spawn.ts', async original => ({
  ...(await original<object>()),
  spawnMixWorker: () => new Worker(DIES_WRITING, { eval: true }),
}));

it('leaves nothing behind where the thread dies under it', async () => {
  await using place = await workplace();
  const mixing = mixToFile({
    timeline: book({ frames: 100 }),
    sources: {},
    format: 'wav',
    channels: 1,
    bitDepth: 16,
    dither: false,
    limiterDbfs: -1,
    from: 0,
    to: 100,
    file: place.fileOf('book.wav'),
  });
  await expect(mixing).rejects.toMatchObject({ name: 'WorkerCrashError' });
  expect(await place.files()).toEqual([]);
  await mixPool().close();
});
