import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { analysisPool } from '#lib/codecs/analysis.ts';
import { makeAudio } from '#lib/codecs/test-audio.ts';
import { FolderShelf } from './folder-shelf.ts';

const never = new AbortController().signal;
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'talk2me-shelf-'));
  await mkdir(path.join(folder, 'effects'));
  await mkdir(path.join(folder, 'background'));
  await writeFile(path.join(folder, 'effects/door.wav'), await makeAudio({ format: 'wav', seconds: 0.25 }));
  await writeFile(path.join(folder, 'effects/README.md'), 'No id has capital letters.');
  await writeFile(path.join(folder, 'effects/notes.txt'), 'An id, and no sound.');
  await mkdir(path.join(folder, 'effects/takes'));
  // The bytes decide what it is, and not the name.
  await writeFile(path.join(folder, 'background/rain.wav'), await makeAudio({ format: 'flac', sampleRate: 48_000 }));
});
afterAll(async () => {
  await analysisPool().close();
  await rm(folder, { recursive: true });
});

describe('a folder of sounds', () => {
  it('has the sounds that a script names, as long as their samples are, and knows the others by name', async () => {
    const shelf = await FolderShelf.open(folder);
    await shelf.measure('{{{bg:rain}}}{{{sfx:door}}}{{{sfx:nothing}}}', never);
    const door = shelf.find('effects', ['door']).get('door')!;
    expect(door).toMatchObject({ length: 0.25, frames: 11_025, sampleRate: 44_100, volume: null, loop: null });
    expect(door.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(await door.open()).toMatchObject({ path: path.join(folder, 'effects/door.wav'), format: 'wav' });
    const rain = shelf.find('background', ['none', 'rain']).get('rain')!;
    expect(rain).toMatchObject({ length: 1, frames: 48_000, sampleRate: 48_000 });
    expect(await rain.open()).toMatchObject({ format: 'flac' });
    expect([...shelf.find('effects', ['nothing', 'rain'])]).toEqual([]);
    expect([...shelf.ids('effects')]).toEqual(['door', 'notes']);
  });

  it('names the file that is no sound, only where a script wants it', async () => {
    const shelf = await FolderShelf.open(folder);
    await expect(shelf.measure('{{{sfx:notes}}}', never)).rejects.toThrow(
      new RegExp(`^${path.join(folder, 'effects/notes.txt')}: .+`),
    );
    await shelf.measure('{{{sfx:door}}}', never);
  });

  it('stops with the reason of its signal', async () => {
    const shelf = await FolderShelf.open(folder);
    await expect(shelf.measure('{{{sfx:door}}}', AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
  });

  it('may lack one of its rooms, but not both', async () => {
    await using other = await temporary();
    await expect(FolderShelf.open(other.path)).rejects.toThrow('neither effects nor background');
    await mkdir(path.join(other.path, 'background'));
    const shelf = await FolderShelf.open(other.path);
    expect([...shelf.ids('effects'), ...shelf.ids('background')]).toEqual([]);
  });

  it('refuses two files for one id', async () => {
    await using other = await temporary();
    await mkdir(path.join(other.path, 'effects'));
    for (const name of ['door.flac', 'door.wav']) await writeFile(path.join(other.path, 'effects', name), '');
    await expect(FolderShelf.open(other.path)).rejects.toThrow(/door\.flac and .*door\.wav both are door\./);
  });
});

async function temporary() {
  const made = await mkdtemp(path.join(tmpdir(), 'talk2me-shelf-'));
  return { path: made, [Symbol.asyncDispose]: () => rm(made, { recursive: true }) };
}
