import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '#lib/base/errors.ts';
import type { Clock } from '#lib/base/clock.ts';
import { MAX_TAGS } from './sound-limits.ts';
import { MAX_SOUND_SECONDS, SOUND_KINDS, type SoundKind } from './sound.ts';
import { newSound, soundQuery, testLibrary, type TestLibrary } from './sounds.fixture.ts';
import type { StoredSound } from './sounds.repository.ts';

/** A second later with each look. */
const tickingClock = (): Clock => {
  let now = Date.UTC(2026, 0, 1);
  return { now: () => new Date((now += 1000)), monotonic: () => now };
};

const code = (code: string): unknown => expect.objectContaining({ code });

describe('adding a sound', () => {
  it('gives it back as it was stored, with its waveform, and drops the pending blob', async () => {
    await using library = await testLibrary();
    const sound = newSound({
      settings: { name: 'Éclair', tags: ['wet', 'loud'], loop: true, pause_speech: false, volume: 0.5 },
    });
    await library.pending.expect([sound.blob_key]);
    const stored = await library.sounds.insert(sound);
    expect(stored).toMatchObject({
      ...sound.settings,
      ...sound.facts,
      id: 'door-knock',
      revision: 1,
      deleted_at: null,
    });
    const found = library.sounds.find('effects', 'door-knock');
    expect(found).toEqual(stored);
    expect(library.sounds.list('effects', soundQuery()).items).toEqual([stored]);
    expect(library.sounds.find('background', 'door-knock')).toBeUndefined();
    expect(library.sounds.waveform('effects', 'door-knock')).toEqual(sound.waveform);
    expect(library.sounds.findByHash('effects', sound.facts.sha256)?.id).toBe('door-knock');
    expect(await library.pending.list()).toEqual([]);
  });

  it('gives those of many that are there, of their kind and not deleted', async () => {
    await using library = await testLibrary();
    const door = await library.sounds.insert(newSound({ id: { given: 'door' } }));
    await library.sounds.insert(newSound({ id: { given: 'rain' }, kind: 'background' }));
    await library.sounds.insert(newSound({ id: { given: 'gone' } }));
    await library.sounds.remove('effects', 'gone');
    expect(library.sounds.findAll('effects', ['none', 'gone', 'rain', 'door', '"'])).toEqual([door]);
    expect(library.sounds.findAll('effects', [])).toEqual([]);
  });

  it('refuses the same bytes in the same kind, unless that is wanted', async () => {
    await using library = await testLibrary();
    const facts = { sha256: 'a'.repeat(64) };
    await library.sounds.insert(newSound({ facts }));
    const again = library.sounds.insert(newSound({ facts }));
    await expect(again).rejects.toMatchObject({ code: 'sound.duplicate', details: { id: 'door-knock' } });
    await library.sounds.insert(newSound({ facts, kind: 'background' }));
    expect((await library.sounds.insert(newSound({ facts, allowDuplicate: true }))).id).toBe('door-knock-2');
    await library.sounds.remove('effects', 'door-knock');
    await library.sounds.remove('effects', 'door-knock-2');
    await library.sounds.insert(newSound({ facts }));
  });

  it('refuses a given id that is taken or a route, and leaves nothing', async () => {
    await using library = await testLibrary();
    const id = { given: 'mine' };
    await library.sounds.insert(newSound({ id }));
    const second = newSound({ id });
    await library.pending.expect([second.blob_key]);
    await expect(library.sounds.insert(second)).rejects.toEqual(code('sound.id_taken'));
    await expect(library.sounds.insert(newSound({ id: { given: 'categories' } }))).rejects.toEqual(
      code('sound.id_taken'),
    );
    await library.sounds.insert(newSound({ id, kind: 'background' }));
    expect(library.sounds.totals().effects.count).toBe(1);
    expect((await library.pending.list()).map(entry => entry.key)).toEqual([second.blob_key]);
  });

  it('numbers a derived id that is taken, within 64 characters', async () => {
    await using library = await testLibrary();
    const add = async (derived: string) => (await library.sounds.insert(newSound({ id: { derived } }))).id;
    const first: string[] = [];
    for (let n = 0; n < 12; n += 1) first.push(await add('x'));
    expect(first).toEqual(['x', ...Array.from({ length: 11 }, (_, n) => `x-${n + 2}`)]);
    expect(await add('categories')).toBe('categories-2');
    const long = 'y'.repeat(64);
    expect([await add(long), await add(long)]).toEqual([long, `${'y'.repeat(62)}-2`]);
  });

  it('gives many uploads of one name at once an id each', async () => {
    await using library = await testLibrary();
    const all = await Promise.all(Array.from({ length: 30 }, () => library.sounds.insert(newSound())));
    expect(new Set(all.map(sound => sound.id)).size).toBe(30);
  });
});

describe('changing a sound', () => {
  it('is seen by lists at once and counts the revision', async () => {
    await using library = await testLibrary({ clock: tickingClock() });
    const before = await library.sounds.insert(
      newSound({ settings: { name: 'Rain', category: 'Old', tags: ['wet'] } }),
    );
    const after = await library.sounds.update('effects', 'door-knock', {
      name: 'Thunder',
      category: 'New',
      tags: ['loud'],
      volume: null,
    });
    expect(after).toMatchObject({ name: 'Thunder', revision: 2, uploaded_at: before.uploaded_at });
    expect(after.updated_at > before.updated_at).toBe(true);
    const listed = (query: object) => library.sounds.list('effects', soundQuery(query)).items.length;
    expect([listed({ q: 'rain' }), listed({ tags: ['wet'] }), listed({ categories: ['Old'] })]).toEqual([0, 0, 0]);
    expect([listed({ q: 'thunder' }), listed({ tags: ['loud'] }), listed({ categories: ['New'] })]).toEqual([1, 1, 1]);
  });

  it('is refused to who has not seen the latest revision, and for what is not there', async () => {
    await using library = await testLibrary();
    await library.sounds.insert(newSound());
    await library.sounds.update('effects', 'door-knock', { volume: 1 }, 1);
    await expect(library.sounds.update('effects', 'door-knock', { volume: 2 }, 1)).rejects.toEqual(
      code('sound.precondition_failed'),
    );
    await expect(library.sounds.remove('effects', 'door-knock', 1)).rejects.toEqual(code('sound.precondition_failed'));
    expect(library.sounds.find('effects', 'door-knock')?.volume).toBe(1);
    await expect(library.sounds.update('effects', 'nothing', {})).rejects.toEqual(code('sound.not_found'));
    await expect(library.sounds.remove('background', 'door-knock')).rejects.toEqual(code('sound.not_found'));
  });
});

describe('replacing a recording', () => {
  it('keeps settings and time of upload, clears a trim beyond it, and makes the old blob pending', async () => {
    await using library = await testLibrary({ clock: tickingClock() });
    const before = await library.sounds.insert(newSound({ settings: { volume: 0.5, start_at: 0.2, end_at: 1.4 } }));
    const { facts, waveform, blob_key } = newSound({ facts: { length: 1, size: 5 } });
    await library.pending.expect([blob_key]);
    const recording = { facts, waveform: { ...waveform, picture: Uint8Array.of(9) }, blob_key };
    const { sound, old_blob_key } = await library.sounds.replaceRecording('effects', before.id, recording, 1);
    expect(sound).toEqual({
      ...before,
      ...facts,
      end_at: null,
      blob_key,
      revision: 2,
      updated_at: sound.updated_at,
    });
    expect({ ...library.sounds.find('effects', before.id) }).toEqual({ ...sound });
    expect(library.sounds.waveform('effects', before.id)).toEqual(recording.waveform);
    expect(library.sounds.totals().effects).toEqual({ count: 1, bytes: 5 });
    expect(old_blob_key).toBe(before.blob_key);
    expect((await library.pending.list()).map(entry => entry.key)).toEqual([before.blob_key]);
    expect(library.sounds.referredBlobs([before.blob_key, blob_key])).toEqual([blob_key]);
  });

  it('is refused to who has not seen the latest revision, and for the bytes of another sound', async () => {
    await using library = await testLibrary();
    const [first, second] = [await library.sounds.insert(newSound()), await library.sounds.insert(newSound())];
    const stale = library.sounds.replaceRecording('effects', first.id, newSound(), 7);
    await expect(stale).rejects.toEqual(code('sound.precondition_failed'));
    const twin = newSound({ facts: { sha256: second.sha256 } });
    const refused = library.sounds.replaceRecording('effects', first.id, twin);
    await expect(refused).rejects.toMatchObject({ code: 'sound.duplicate', details: { id: second.id } });
    await library.sounds.replaceRecording('effects', second.id, twin);
    expect(await library.pending.list()).toHaveLength(1);
    await expect(library.sounds.replaceRecording('effects', 'nothing', newSound())).rejects.toEqual(
      code('sound.not_found'),
    );
  });
});

describe('deleting a sound', () => {
  it('frees its id; the one deleted last comes back, unless the id is taken', async () => {
    await using library = await testLibrary({ clock: tickingClock() });
    const first = await library.sounds.insert(newSound());
    await library.sounds.remove('effects', 'door-knock');
    expect(library.sounds.find('effects', 'door-knock')).toBeUndefined();
    expect(library.sounds.waveform('effects', 'door-knock')).toBeUndefined();
    const second = await library.sounds.insert(newSound());
    expect(second.id).toBe('door-knock');
    await expect(library.sounds.restore('effects', 'door-knock')).rejects.toEqual(code('sound.id_taken'));
    await library.sounds.remove('effects', 'door-knock');
    expect((await library.sounds.restore('effects', 'door-knock')).seq).toBe(second.seq);
    await library.sounds.remove('effects', 'door-knock');
    await library.sounds.purge(second.seq);
    expect((await library.sounds.restore('effects', 'door-knock')).seq).toBe(first.seq);
    await expect(library.sounds.restore('effects', 'nothing')).rejects.toEqual(code('sound.not_found'));
  });

  it('is final after a purge, which leaves its blob pending until the store has deleted it', async () => {
    await using library = await testLibrary({ clock: tickingClock() });
    const sound = await library.sounds.insert(newSound());
    expect(await library.sounds.purge(sound.seq)).toEqual([]);
    const { deleted_at } = await library.sounds.remove('effects', sound.id);
    expect(library.sounds.deletedBefore(deleted_at ?? '')).toEqual([]);
    const due = library.sounds.deletedBefore('2030');
    expect(due.map(row => ({ ...row }))).toEqual([{ seq: sound.seq, blob_key: sound.blob_key, cover_key: null }]);
    expect(library.sounds.referredBlobs([sound.blob_key, 'other'])).toEqual([sound.blob_key]);
    expect(await library.sounds.purge(sound.seq)).toEqual([sound.blob_key]);
    expect(library.sounds.referredBlobs([sound.blob_key])).toEqual([]);
    expect((await library.pending.list()).map(entry => entry.key)).toEqual([sound.blob_key]);
    expect(library.database.reader.all('select * from sound_waveforms')).toEqual([]);
    await expect(library.sounds.restore('effects', sound.id)).rejects.toEqual(code('sound.not_found'));
  });
});

describe('changing several sounds', () => {
  it('changes those that can be, says why others cannot, and tells what was before', async () => {
    await using library = await testLibrary({ clock: tickingClock() });
    const { sounds } = library;
    const many = Array.from({ length: MAX_TAGS }, (_, n) => `t${n}`);
    await sounds.insert(newSound({ id: { given: 'one' }, settings: { category: 'Town', tags: ['bell'] } }));
    await sounds.insert(newSound({ id: { given: 'full' }, settings: { tags: many } }));
    await sounds.insert(newSound({ id: { given: 'has-it' }, settings: { category: 'Doors', tags: ['loud'] } }));
    const change = { ids: ['one', 'gone', 'full', 'has-it'], category: 'Doors', add_tags: ['loud'] };
    const { changed, failed } = await sounds.changeMany('effects', change);
    expect(
      changed.map(({ before, after }) => [after.id, before.category, before.tags, after.category, after.tags]),
    ).toEqual([
      ['one', 'Town', ['bell'], 'Doors', ['bell', 'loud']],
      ['has-it', 'Doors', ['loud'], 'Doors', ['loud']],
    ]);
    expect(failed.map(({ id, error }) => [id, error.code])).toEqual([
      ['gone', 'sound.not_found'],
      ['full', 'sound.invalid'],
    ]);
    expect(failed[1]?.error.message).toContain('33 tags; 32 are the most');
    expect(sounds.find('effects', 'full')?.tags).toEqual(many);
    // What is as it should be already is not a new version.
    expect(changed.map(({ after }) => after.revision)).toEqual([2, 1]);
  });

  it('deletes and brings back, but not where the id was taken meanwhile', async () => {
    await using library = await testLibrary({ clock: tickingClock() });
    const { sounds } = library;
    for (const id of ['a', 'b']) await sounds.insert(newSound({ id: { given: id } }));
    expect((await sounds.changeMany('effects', { ids: ['a', 'b'], deleted: true })).failed).toEqual([]);
    expect(sounds.totals().effects.count).toBe(0);
    await sounds.insert(newSound({ id: { given: 'b' } }));
    const { changed, failed } = await sounds.changeMany('effects', { ids: ['a', 'b'], deleted: false });
    expect(changed.map(({ after }) => after.id)).toEqual(['a']);
    expect(failed.map(({ id, error }) => [id, error.code])).toEqual([['b', 'sound.id_taken']]);
  });

  it('lets others have their turn in between', async () => {
    await using library = await testLibrary({ clock: tickingClock() });
    const ids = Array.from({ length: 40 }, (_, n) => `s${n}`);
    for (const id of ids) await library.sounds.insert(newSound({ id: { given: id } }));
    let turns = 0;
    let over = false;
    const count = () => {
      if (over) return;
      turns += 1;
      setImmediate(count);
    };
    setImmediate(count);
    await library.sounds.changeMany('effects', { ids, category: 'Town' });
    over = true;
    expect(turns).toBeGreaterThanOrEqual(3);
  });
});

describe('totals, labels and the text index', () => {
  // On the edges of buckets and beside them.
  const length = fc.constantFrom(0, 0.05, 0.1, 0.999, 1, 29.9, 30, 21_600);
  const act = fc.oneof(
    fc.record({
      do: fc.constant('insert' as const),
      kind: fc.constantFrom(...SOUND_KINDS),
      id: fc.constantFrom('a', 'b', 'c'),
      category: fc.constantFrom(null, 'Nature', 'nature'),
      tags: fc.uniqueArray(fc.constantFrom('wet', 'dry', 'loud'), { maxLength: 3 }),
      size: fc.nat(1000),
      length,
    }),
    fc.record({
      do: fc.constant('replace' as const),
      kind: fc.constantFrom(...SOUND_KINDS),
      id: fc.constantFrom('a', 'b', 'a-2'),
      length,
    }),
    fc.record({
      do: fc.constant('change many' as const),
      kind: fc.constantFrom(...SOUND_KINDS),
      ids: fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'a-2'), { minLength: 1 }),
      change: fc.oneof(
        fc.record({ deleted: fc.boolean() }),
        fc.record({ category: fc.constantFrom(null, 'Nature', 'City'), add_tags: fc.subarray(['wet', 'new']) }),
        fc.record({ remove_tags: fc.subarray(['wet', 'dry']) }),
      ),
    }),
    fc.record({
      do: fc.constantFrom('remove' as const, 'restore' as const, 'purge' as const, 'touch' as const),
      kind: fc.constantFrom(...SOUND_KINDS),
      id: fc.constantFrom('a', 'b', 'c', 'a-2'),
    }),
    fc.record({
      do: fc.constant('update' as const),
      kind: fc.constantFrom(...SOUND_KINDS),
      id: fc.constantFrom('a', 'b', 'a-2'),
      category: fc.constantFrom(null, 'Nature', 'City'),
      tags: fc.uniqueArray(fc.constantFrom('wet', 'new'), { maxLength: 2 }),
    }),
  );
  type Act = typeof act extends fc.Arbitrary<infer T> ? T : never;

  async function perform(library: TestLibrary, step: Act): Promise<void> {
    const { sounds, database } = library;
    const { kind } = step;
    if (step.do === 'change many') return void (await sounds.changeMany(kind, { ids: step.ids, ...step.change }));
    const { id } = step;
    try {
      if (step.do === 'insert') {
        const settings = { name: `Sound ${id}`, category: step.category, tags: step.tags };
        await sounds.insert(
          newSound({ kind, id: { derived: id }, settings, facts: { size: step.size, length: step.length } }),
        );
      } else if (step.do === 'update') await sounds.update(kind, id, { category: step.category, tags: step.tags });
      else if (step.do === 'replace') {
        await sounds.replaceRecording(kind, id, newSound({ facts: { length: step.length } }));
      } else if (step.do === 'touch') await sounds.update(kind, id, { volume: 1 });
      else if (step.do === 'purge') {
        const row = database.reader.get<{ seq: number }>(
          'select seq from sounds where kind = ? and deleted_at is not null',
          kind,
        );
        if (row !== undefined) await sounds.purge(row.seq);
      } else await sounds[step.do](kind, id);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
    }
  }

  it('equal what counting every live sound gives, whatever was done', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(act, { maxLength: 40 }), async steps => {
        await using library = await testLibrary({ clock: tickingClock() });
        for (const step of steps) await perform(library, step);
        const { reader } = library.database;
        const live = reader.all<{
          seq: number;
          kind: SoundKind;
          size: number;
          length: number;
          category: string | null;
          tags: string;
        }>('select seq, kind, size, length, category, tags from sounds where deleted_at is null');
        for (const kind of SOUND_KINDS) {
          const ours = live.filter(sound => sound.kind === kind);
          const bytes = ours.reduce((sum, sound) => sum + sound.size, 0);
          expect(library.sounds.totals()[kind]).toEqual({ count: ours.length, bytes });
          expect(library.sounds.list(kind, soundQuery({ limit: 200 })).total).toBe(ours.length);
          for (const { from, to, count } of library.sounds.lengths(kind)) {
            const isLast = to === MAX_SOUND_SECONDS;
            expect(count).toBe(ours.filter(({ length }) => length >= from && (length < to || isLast)).length);
          }
          const indexed = reader.all<{ rowid: number }>(
            `select rowid from sound_text_${kind} where sound_text_${kind} match '"sound"'`,
          );
          expect(indexed.map(row => row.rowid).sort()).toEqual(ours.map(sound => sound.seq).sort());
          const starting = reader.all<{ rowid: number }>(
            `select rowid from sound_starts_${kind} where sound_starts_${kind} match '"73"'`,
          );
          expect(starting.map(row => row.rowid).sort()).toEqual(ours.map(sound => sound.seq).sort());
        }
        const counted = new Map<string, number>();
        for (const sound of live) {
          const labels = [
            ...(JSON.parse(sound.tags) as string[]).map(tag => `tag ${tag}`),
            `category ${sound.category}`,
          ];
          for (const label of labels) {
            if (label === 'category null') continue;
            counted.set(`${sound.kind} ${label}`, (counted.get(`${sound.kind} ${label}`) ?? 0) + 1);
          }
        }
        const { categories, tags } = library.sounds.categories();
        const said = new Map([
          ...categories.map(row => [`${row.kind} category ${row.name}`, row.count] as const),
          ...tags.map(row => [`${row.kind} tag ${row.name}`, row.count] as const),
        ]);
        expect(said).toEqual(counted);
      }),
      { numRuns: 60 },
    );
  });

  it('order categories by how much they are used', async () => {
    await using library = await testLibrary();
    const add = (category: string): Promise<StoredSound> => library.sounds.insert(newSound({ settings: { category } }));
    for (const category of ['City', 'Nature', 'Nature']) await add(category);
    expect(library.sounds.categories().categories).toEqual([
      { name: 'Nature', kind: 'effects', count: 2 },
      { name: 'City', kind: 'effects', count: 1 },
    ]);
  });
});
