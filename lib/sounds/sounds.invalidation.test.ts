import { expect, test, vi } from 'vitest';
import type { Invalidation } from '#lib/cache/invalidation.ts';
import { newSound, testLibrary } from './sounds.fixture.ts';
import { SoundsRepository } from './sounds.repository.ts';

type Write = (sounds: SoundsRepository) => Promise<unknown>;

/** Every method that changes what a reader can see, with what it touches. */
const WRITES: Record<string, { write: Write; touches: string[] }> = {
  insert: { write: sounds => sounds.insert(newSound({ id: { given: 'new' } })), touches: ['sounds:effects'] },
  update: {
    write: sounds => sounds.update('effects', 'there', { name: 'Other' }),
    touches: ['sounds:effects', 'sound:effects:there'],
  },
  replaceRecording: {
    write: sounds => sounds.replaceRecording('effects', 'there', newSound()),
    touches: ['sounds:effects', 'sound:effects:there'],
  },
  remove: { write: sounds => sounds.remove('effects', 'there'), touches: ['sounds:effects', 'sound:effects:there'] },
  restore: { write: sounds => sounds.restore('effects', 'gone'), touches: ['sounds:effects', 'sound:effects:gone'] },
  changeMany: {
    write: sounds => sounds.changeMany('effects', { ids: ['there', 'nowhere'], category: 'Rain' }),
    touches: ['sounds:effects', 'sound:effects:there', 'sound:effects:nowhere'],
  },
};

/** Reads, and what changes only what nobody can see any more. */
const SILENT = [
  'list',
  'find',
  'findAll',
  'findByHash',
  'waveform',
  'totals',
  'categories',
  'lengths',
  'newestIds',
  'deletedBefore',
  'purge',
];
const FOR_THE_SWEEP = ['referredBlobs'];

async function library(drop: Invalidation['drop']) {
  const made = await testLibrary({ invalidation: { drop } });
  await made.sounds.insert(newSound({ id: { given: 'there' } }));
  await made.sounds.insert(newSound({ id: { given: 'gone' } }));
  await made.sounds.remove('effects', 'gone');
  return made;
}

test.each(Object.entries(WRITES))(
  '%s drops what it touches once it is written, and before it answers',
  async (_, one) => {
    const events: string[] = [];
    let told: { tags: readonly string[]; found: unknown } | undefined;
    let drop: Invalidation['drop'] = () => Promise.resolve();
    await using made = await library(tags => drop(tags));
    const found = () => [made.sounds.find('effects', 'there')?.revision, made.sounds.totals().effects.count];
    const before = found();
    drop = async tags => {
      told = { tags, found: found() };
      await new Promise(resolve => setImmediate(resolve));
      events.push('dropped');
    };
    await one.write(made.sounds);
    events.push('answered');
    expect(events).toEqual(['dropped', 'answered']);
    expect([...told!.tags].sort()).toEqual([...one.touches].sort());
    // Readers, on a connection of their own, saw the change by then.
    expect(told!.found).not.toEqual(before);
  },
);

test('a change that is refused drops nothing', async () => {
  const drop = vi.fn(() => Promise.resolve());
  await using made = await library(drop);
  drop.mockClear();
  await expect(made.sounds.update('effects', 'nowhere', { name: 'x' })).rejects.toThrow();
  await expect(made.sounds.remove('effects', 'there', 99)).rejects.toThrow();
  await expect(made.sounds.insert(newSound({ id: { given: 'there' } }))).rejects.toThrow();
  expect(drop).not.toHaveBeenCalled();
});

test('every method of the repository is known here, so that none which writes is forgotten', () => {
  const methods = Object.getOwnPropertyNames(SoundsRepository.prototype).filter(name => name !== 'constructor');
  expect(methods.sort()).toEqual([...Object.keys(WRITES), ...SILENT, ...FOR_THE_SWEEP].sort());
});
