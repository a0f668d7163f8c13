import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeAudio } from '#lib/codecs/test-audio.ts';
import type { Sound } from '#lib/sounds/sound.ts';
import { listed, multipart, uploaded } from './support/client.ts';
import { expectNothingHalfDone } from './support/data-folder.ts';
import { startServer, type TestServer } from './support/server.ts';

/** What a browser without JavaScript does: it sends a form, follows a redirect, and shows a page. */
let server: TestServer;
beforeAll(async () => {
  server = await startServer({ env: { MAX_FILE_SIZE: '100000' } });
});
afterAll(() => server.stop());

let serial = 0;
function fresh(): Promise<Uint8Array<ArrayBuffer>> {
  const frequency = 200 + (serial += 7);
  return makeAudio({ format: 'wav', seconds: 0.05, signal: time => 0.5 * Math.sin(2 * Math.PI * frequency * time) });
}

interface Shown {
  /** Path of the page that the form led to. */
  at: string;
  location: string;
  page: string;
  notice: { tone: string; text: string } | undefined;
}

async function follow(response: Response): Promise<Shown> {
  expect(response.status).toBe(303);
  expect(response.headers.get('cache-control')).toBe('private, no-store');
  const location = response.headers.get('location')!;
  expect(location).toMatch(/^\/(?!\/)/);
  const page = await show(location);
  return { at: new URL(location, server.url).pathname, location, page, notice: noticeOf(page) };
}

async function show(address: string): Promise<string> {
  const response = await fetch(server.url + address);
  expect(response.status, address).toBe(200);
  return response.text();
}

function noticeOf(page: string): Shown['notice'] {
  const match = /<div class="notice (\w+)" role="(?:alert|status)">.*?<span>(.*?)<\/span>/s.exec(page);
  return match === null ? undefined : { tone: match[1]!, text: unescape(match[2]!) };
}

function unescape(html: string): string {
  return html
    .replaceAll(/<!-- -->/g, '')
    .replaceAll('&#x27;', "'")
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

function post(path: string, fields: Record<string, string> = {}): Promise<Response> {
  return fetch(server.url + path, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' });
}

async function postFile(bytes: Uint8Array, fields: Record<string, string> = {}, kind = 'effects', filename = 'a.wav') {
  const form = multipart([
    { name: 'audio_file', filename, type: 'audio/wav', content: bytes },
    ...Object.entries(fields).map(([name, content]) => ({ name, content })),
  ]);
  const { body, headers } = form;
  return follow(
    await fetch(`${server.url}/sounds/${kind}/form/upload`, { method: 'POST', body, headers, redirect: 'manual' }),
  );
}

const read = async (id: string) => (await (await fetch(`${server.url}/api/sounds/effects/${id}`)).json()) as Sound;

describe('the upload form', () => {
  it('adds the sound and leads to its page, which says so', async () => {
    // As the form sends it: every field, most of them empty.
    const fields = { name: 'Front door', id: '', category: 'Doors', tags: 'wood, knock', license: '' };
    const shown = await postFile(await fresh(), fields, 'effects', 'Front Door.wav');
    expect(shown).toMatchObject({
      at: '/sounds/effects/front_door',
      notice: { tone: 'done', text: 'Added as front_door.' },
    });
    expect(shown.page).toContain('Front door');
    expect(await read('front_door')).toMatchObject({ category: 'Doors', tags: ['wood', 'knock'], license: null });
  });

  it('adds beds as well', async () => {
    const shown = await postFile(await fresh(), {}, 'background', 'Rain.wav');
    expect(shown).toMatchObject({ at: '/sounds/background/rain', notice: { tone: 'done' } });
  });

  it('leads to the sound that has the same bytes', async () => {
    const bytes = await fresh();
    await uploaded(server, { bytes, fields: { id: 'already-here' } });
    expect(await postFile(bytes)).toMatchObject({
      at: '/sounds/effects/already-here',
      notice: { tone: 'error', text: 'Already here as already-here: the same bytes.' },
    });
  });

  it('says on the list what was wrong, and adds nothing', async () => {
    await uploaded(server, { bytes: await fresh(), fields: { id: 'taken' } });
    const { total } = await listed(server, 'effects');
    for (const [bytes, fields, text] of [
      [Buffer.from('<html>'), {}, /HTML/],
      [new Uint8Array(0), {}, /empty/],
      [await fresh(), { id: 'Wrong Id' }, /^id must be/],
      [await fresh(), { id: 'taken' }, /taken/],
      [await fresh(), { loop: 'on' }, /loop is not a field of effects/],
      [Buffer.concat([await fresh(), new Uint8Array(200_000)]), {}, /larger than/],
    ] as [Uint8Array, Record<string, string>, RegExp][]) {
      const shown = await postFile(bytes, fields);
      expect(shown).toMatchObject({ at: '/sounds/effects', notice: { tone: 'error' } });
      expect(shown.notice!.text).toMatch(text);
    }
    expect((await listed(server, 'effects')).total).toBe(total);
    await expectNothingHalfDone(server.dataDir);
  });

  it('says so where no file was chosen, as browsers send that', async () => {
    const form = multipart([
      { name: 'audio_file', filename: '', type: 'application/octet-stream', content: '' },
      { name: 'name', content: '' },
    ]);
    const { body, headers } = form;
    const shown = await follow(
      await fetch(`${server.url}/sounds/effects/form/upload`, { method: 'POST', body, headers, redirect: 'manual' }),
    );
    expect(shown).toMatchObject({ at: '/sounds/effects', notice: { tone: 'error' } });
    await expectNothingHalfDone(server.dataDir);
  });

  it('shows what a hostile name says as text', async () => {
    const name = `<img src=x onerror=alert(1)>"'&`;
    const shown = await postFile(await fresh(), { name }, 'effects', '<script>alert(1)</script>.wav');
    expect(shown.page).not.toContain('<img src=x');
    expect(shown.page).not.toContain('<script>alert');
    expect(shown.page).toContain('&lt;img src=x onerror=alert(1)&gt;');
    const list = await show('/sounds/effects');
    expect(list).not.toContain('<img src=x');
  });
});

describe('the edit form', () => {
  /** The fields that the form of a sound's page would send. */
  async function formOf(id: string): Promise<Record<string, string>> {
    const page = await show(`/sounds/effects/${id}`);
    const form = /<form[^>]*action="\/sounds\/effects\/[\w-]+\/form\/edit"[^>]*>.*?<\/form>/s.exec(page)![0];
    const fields: Record<string, string> = {};
    for (const [tag] of form.matchAll(/<input\b[^>]*>/g)) {
      const name = /\bname="([^"]*)"/.exec(tag)?.[1];
      if (name === undefined || (/type="(checkbox|radio)"/.test(tag) && !/\bchecked\b/.test(tag))) continue;
      fields[name] = unescape(/\bvalue="([^"]*)"/.exec(tag)?.[1] ?? '');
    }
    for (const [, name, options] of form.matchAll(/<select\b[^>]*\bname="([^"]*)"[^>]*>(.*?)<\/select>/gs)) {
      fields[name!] = /<option[^>]*\bselected\b[^>]*>/.exec(options!)?.[0].match(/value="([^"]*)"/)?.[1] ?? '';
    }
    for (const [, name, text] of form.matchAll(/<textarea\b[^>]*\bname="([^"]*)"[^>]*>(.*?)<\/textarea>/gs)) {
      fields[name!] = unescape(text!);
    }
    return fields;
  }

  it('saves what was changed and clears what was emptied', async () => {
    await uploaded(server, {
      bytes: await fresh(),
      fields: {
        id: 'edited',
        name: 'Before "it"',
        category: 'Doors',
        tags: 'a,b',
        volume: '0.5',
        pause_speech: 'true',
      },
    });
    const fields = await formOf('edited');
    expect(fields).toMatchObject({ name: 'Before "it"', category: 'Doors', volume: '0.5' });
    const unchanged = await follow(await post('/sounds/effects/edited/form/edit', fields));
    expect(unchanged).toMatchObject({ at: '/sounds/effects/edited', notice: { tone: 'done', text: 'Saved.' } });
    expect(await read('edited')).toMatchObject({
      name: 'Before "it"',
      category: 'Doors',
      tags: ['a', 'b'],
      volume: 0.5,
      pause_speech: true,
    });

    const change = { ...(await formOf('edited')), name: 'After', category: '', tags: 'c', volume: '' };
    await follow(await post('/sounds/effects/edited/form/edit', change));
    expect(await read('edited')).toMatchObject({ name: 'After', category: null, tags: ['c'], volume: null });
  });

  it('says what is wrong and keeps what was there', async () => {
    const sound = await uploaded(server, { bytes: await fresh(), fields: { id: 'kept' } });
    for (const [change, text] of [
      [{ name: '' }, /name/],
      [{ volume: '9' }, /volume must be between 0 and 4/],
      [{ colour: 'red' }, /colour/],
      [{ start_at: '99' }, /start_at must be less than the length/],
    ] as [Record<string, string>, RegExp][]) {
      const shown = await follow(
        await post('/sounds/effects/kept/form/edit', { ...(await formOf('kept')), ...change }),
      );
      expect(shown).toMatchObject({ at: '/sounds/effects/kept', notice: { tone: 'error' } });
      expect(shown.notice!.text).toMatch(text);
    }
    expect(await read('kept')).toEqual(sound);
  });

  it('does not overwrite what somebody else changed meanwhile', async () => {
    await uploaded(server, { bytes: await fresh(), fields: { id: 'two-tabs' } });
    const [first, second] = [await formOf('two-tabs'), await formOf('two-tabs')];
    await follow(await post('/sounds/effects/two-tabs/form/edit', { ...first, name: 'First' }));
    const shown = await follow(await post('/sounds/effects/two-tabs/form/edit', { ...second, name: 'Second' }));
    expect(shown.notice).toMatchObject({ tone: 'error' });
    expect(shown.notice!.text).toMatch(/changed meanwhile/);
    expect((await read('two-tabs')).name).toBe('First');
  });
});

describe('the delete form', () => {
  it('deletes, offers to undo it, and undoing brings the sound back', async () => {
    const sound = await uploaded(server, { bytes: await fresh(), fields: { id: 'undone' } });
    const gone = await follow(await post('/sounds/effects/undone/form/delete'));
    expect(gone).toMatchObject({
      at: '/sounds/effects',
      notice: { tone: 'done', text: 'Deleted undone, kept 30 days.' },
    });
    expect((await fetch(`${server.url}/api/sounds/effects/undone`)).status).toBe(404);
    const undo = /<form[^>]*action="(\/sounds\/effects\/undone\/form\/restore)"/.exec(gone.page)![1]!;
    const back = await follow(await post(undo));
    expect(back).toMatchObject({ at: '/sounds/effects/undone', notice: { tone: 'done', text: 'undone is back.' } });
    expect((await read('undone')).sha256).toBe(sound.sha256);
  });

  it('says so where there is nothing to delete or to bring back', async () => {
    for (const action of ['delete', 'restore']) {
      const shown = await follow(await post(`/sounds/effects/never-was/form/${action}`));
      expect(shown).toMatchObject({ at: '/sounds/effects', notice: { tone: 'error' } });
      expect(shown.notice!.text).toMatch(/never-was/);
    }
  });
});

describe('a notice', () => {
  it('is not shown where we did not sign it', async () => {
    const forge = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const words = { tone: 'error', text: 'Call this number', at: Date.now() };
    const real = (await follow(await post('/sounds/effects/never-was/form/delete'))).location.split('notice=')[1]!;
    const [body, signature] = real.split('.') as [string, string];
    const forged = [
      'Call this number',
      forge(words),
      `${forge(words)}.`,
      `${forge(words)}.${'A'.repeat(43)}`,
      `${forge(words)}.${signature}`,
      `${body}.${signature.slice(0, -1)}`,
      `${body}x.${signature}`,
      `.${signature}`,
      '.',
      '%00.%FF',
    ];
    for (const notice of forged) {
      for (const page of ['/sounds/effects', '/login']) {
        const shown = await show(`${page}?notice=${notice.startsWith('%') ? notice : encodeURIComponent(notice)}`);
        expect(noticeOf(shown), notice).toBeUndefined();
        expect(shown.replaceAll(/<script\b.*?<\/script>/gs, '')).not.toContain('Call this number');
      }
    }
    expect(noticeOf(await show(`/sounds/effects?notice=${real}`))).toBeDefined();
    await show(`/sounds/effects?notice=${real}&notice=${real}`);
    await show(`/login?notice=${real}&notice=${real}&next=/a&next=/b`);
  });
});

describe('a form for what there is not', () => {
  it('leads nowhere but to our own pages', async () => {
    for (const path of [
      '/sounds/music/form/upload',
      '/sounds/effects/UPPER/form/delete',
      '/sounds/..%2f..%2fevil/x/form/edit',
    ]) {
      const response = await post(path);
      expect([303, 404], path).toContain(response.status);
      const location = response.headers.get('location');
      if (location !== null) expect(new URL(location, server.url).origin).toBe(server.url);
    }
    const evil = await fetch(`${server.url}/sounds/%2Fevil.example/form/upload`, {
      method: 'POST',
      redirect: 'manual',
    });
    const location = evil.headers.get('location') ?? '/';
    expect(new URL(location, server.url).origin).toBe(server.url);
  });
});
