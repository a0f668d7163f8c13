import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeAudio } from '#lib/codecs/test-audio.ts';
import { SOUND_ID_PATTERN, RESERVED_IDS, sound as soundSchema, type Sound } from '#lib/sounds/sound.ts';
import { upload } from './support/client.ts';
import { contentsOf, expectNothingHalfDone, tree } from './support/data-folder.ts';
import { startServer, type TestServer } from './support/server.ts';

const TRAVERSALS = [
  '../../../etc/passwd',
  '../../evil.wav',
  '..\\..\\evil.wav',
  '..\\../..\\evil.wav',
  '/etc/cron.d/evil',
  '/tmp/evil.wav',
  'C:\\Windows\\System32\\evil.wav',
  '\\\\server\\share\\evil.wav',
  '//server/share/evil.wav',
  'file:///etc/passwd',
  '....//....//evil.wav',
  '..%2f..%2fevil.wav',
  '..%252f..%252fevil.wav',
  '%2e%2e%2fevil.wav',
  '..%c0%af..%c0%afevil.wav',
  '..\u2215..\u2215evil.wav',
  '..\uff0f..\uff0fevil.wav',
  './.././evil.wav',
  'a/../../b/evil.wav',
  'blobs/00/evil',
  'tmp/evil',
  'talk2me.db',
  'admin-token',
  '~/evil.wav',
  '~root/.ssh/authorized_keys',
  '$HOME/evil.wav',
  '`touch evil`.wav',
  '$(touch evil).wav',
  '; touch evil;.wav',
  '| touch evil',
  '-rf.wav',
  '--help',
];
const DOTS = ['.', '..', '...', '....', '.wav', '..wav', 'a.', 'a..', 'a. ', ' . ', '.hidden', '.htaccess', 'a.wav.'];
const RESERVED = [
  'CON',
  'con.wav',
  'PRN.wav',
  'AUX',
  'NUL',
  'nul.wav',
  'COM1.wav',
  'LPT9.wav',
  'CLOCK$',
  'a.wav:stream',
  'a.wav::$DATA',
];
const OBJECTS = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  '__proto__.wav',
  'null',
  'undefined',
  'NaN',
  'true',
];
const ROUTES = [
  'categories',
  'categories.wav',
  'Categories.WAV',
  'form',
  'audio',
  'peaks',
  'restore',
  'waveform.webp',
  'index',
  'new',
];
const MARKUP = [
  '<script>alert(1)</script>.wav',
  '"><img src=x onerror=alert(1)>.wav',
  "'; drop table sounds; --.wav",
  '" or "1"="1.wav',
  '{{7*7}}.wav',
  '${7*7}.wav',
  '{{{sfx:door}}}.wav',
  '&lt;b&gt;.wav',
  '&#0000;&#0047;&#0046;&#0046;',
  'javascript:alert(1).wav',
  '%s%s%n.wav',
  '%00.wav',
  '%0d%0aSet-Cookie: a=b.wav',
  'a%22.wav',
];
const CONTROLS = [
  'a\0b.wav',
  '\0.wav',
  'evil.php\0.wav',
  'a\tb.wav',
  'a\vb.wav',
  'a\x1b[31mred.wav',
  'a\x7fb.wav',
  '\x01\x02\x03',
  'a\x85b.wav',
  '\ufeffa.wav',
];
const SCRIPTS = [
  '\u202egnp.wav',
  'a\u202eb\u202cc.wav',
  '\u2066a\u2069.wav',
  '\u200b\u200c\u200d.wav',
  'a\u0301\u0302\u0303.wav',
  'Z\u0351\u036b\u0343\u036a\u0302\u036b\u033da\u0334\u0319\u0324lgo.wav',
  '🎵.wav',
  '👨‍👩‍👧‍👦.wav',
  '🏳️‍🌈 flag.wav',
  'Тишина.wav',
  '静かな雨.wav',
  'ﻪ.wav',
  'ﷺ.wav',
  'İstanbul.wav',
  'ẞß.wav',
  'ﬁle.wav',
  'Ⅷ½²ª.wav',
  'ａｂｃ.wav',
  '\u0130\u0307.wav',
  '\ue000.wav',
  '\u{10ffff}.wav',
  '\ufffe\uffff.wav',
  'Ω≈ç√∫.wav',
];
const LONG = [
  'a'.repeat(255),
  'a'.repeat(4096),
  `${'a'.repeat(300)}.wav`,
  '🎵'.repeat(500),
  'é'.repeat(300),
  '-'.repeat(200),
  '.'.repeat(300),
  ' '.repeat(300),
  'a/'.repeat(1000),
  '../'.repeat(1000),
  `x${'\u0301'.repeat(2000)}`,
  'ﷺ'.repeat(200),
];
const PLAIN = [
  '',
  ' ',
  '_',
  '-',
  '--',
  '_-_',
  '0',
  '-1',
  '1e9',
  'a b',
  'A',
  'ä',
  'sound',
  'sound-2',
  'sound-99999999999999999999',
  'x-',
  '-x',
  'x'.repeat(64),
  `${'x'.repeat(62)}-2`,
  `${'x'.repeat(64)}y`,
  ..."!@#$%^&*()+={}[]|;:'<>,?`~".split(''),
];
const latin = (text: string) => Buffer.from(text, 'latin1');
/** Bytes that are no UTF-8, and what breaks out of a header when taken for text. */
const BYTES: readonly Uint8Array[] = [
  latin('\xff\xfe\xfd.wav'),
  latin('caf\xe9.wav'),
  latin('\xc0\xaf\xc0\xae.wav'),
  latin('\xc3.wav'),
  latin('a\xe2\x82.wav'),
  latin('\xed\xa0\x80.wav'),
  latin('\xed\xb0\x80\xed\xa0\x80.wav'),
  latin('\xf4\x90\x80\x80.wav'),
  latin('\xf0\x82\x82\xac.wav'),
  latin('\x80\x81\x82'),
  latin('\xef\xbb\xbfbom.wav'),
  latin('a"; name="id'),
  latin('a"; filename="b.wav'),
  latin('a\\"b.wav'),
  latin('a\\'),
  latin('a;b;c.wav'),
  latin("a'; filename*=UTF-8''..%2fevil.wav"),
  latin('a\nb.wav'),
  latin('a\r\r\r.wav'),
  latin('a\r\nX-Evil: 1\r\nb.wav'),
  latin('a\r\n\r\nb.wav'),
  latin('"'),
  latin('""""'),
  latin('\\\\\\'),
  latin('%'),
  latin('%zz%'),
  latin('=?utf-8?B?Li4vLi4vZXZpbA==?='),
];

const NAMES: readonly (string | Uint8Array)[] = [
  ...[TRAVERSALS, DOTS, RESERVED, OBJECTS, ROUTES, MARKUP, CONTROLS, SCRIPTS, LONG, PLAIN].flat(),
  ...BYTES,
];

describe('a hostile file name', () => {
  let parent: string;
  let dataDir: string;
  let server: TestServer;
  beforeAll(async () => {
    parent = await mkdtemp(path.join(tmpdir(), 'talk2me-names-'));
    // Deep enough for a traversal to land in a folder that is looked at.
    dataDir = path.join(parent, 'a', 'b', 'c', 'data');
    await mkdir(dataDir, { recursive: true });
    server = await startServer({ dataDir, env: { ACCESS: 'open' } });
  });
  afterAll(async () => {
    await server.stop();
    await rm(parent, { recursive: true });
  });

  it(
    `of ${NAMES.length} kinds becomes a valid id, or is refused, and touches no file but a blob`,
    { timeout: 240_000 },
    async () => {
      expect(NAMES.length).toBeGreaterThanOrEqual(200);
      const outside = () => tree(parent).filter(name => !name.startsWith('a/b/c/data/'));
      const other = () => tree(dataDir).filter(name => !/^(tmp|blobs)\/|^talk2me\.db-(wal|shm)$/.test(name));
      const before = { outside: outside(), other: other() };
      const root = tree(process.cwd()).filter(name => !/^(node_modules|\.git|\.next|test-results)\//.test(name));
      const ids = new Set<string>();
      let accepted = 0;
      for (const [i, filename] of NAMES.entries()) {
        const bytes = await makeAudio({
          format: 'wav',
          seconds: 0.01,
          signal: time => 0.3 * Math.sin(time * (500 + i * 10)),
        });
        const response = await upload(server, { bytes, filename });
        const shown = JSON.stringify(typeof filename === 'string' ? filename.slice(0, 60) : latin1(filename));
        const text = await response.text();
        // A name that ends the header early makes its own rest the beginning of the file: 415.
        expect([201, 400, 415, 422], `${shown}: ${response.status} ${text}`).toContain(response.status);
        if (response.status !== 201) continue;
        accepted += 1;
        const sound = soundSchema.parse(JSON.parse(text));
        expect(sound.id, shown).toMatch(SOUND_ID_PATTERN);
        expect(RESERVED_IDS.has(sound.id), shown).toBe(false);
        expect(ids.has(sound.id), shown).toBe(false);
        ids.add(sound.id);
        expect(sound.original_filename, shown).not.toMatch(/[/\\\p{Cc}\p{Cf}\p{Cs}]/u);
        expect([...sound.original_filename].length).toBeLessThanOrEqual(255);
        expect(sound.name, shown).toMatch(/\S/);
        expect(sound.name, shown).not.toMatch(/[\p{Cc}\p{Cs}]/u);
        expect([...sound.name].length).toBeLessThanOrEqual(200);
        await reads(sound);
      }
      // Refused are only those whose bytes break the form itself.
      expect(accepted).toBeGreaterThanOrEqual(NAMES.length - 8);
      expect({ outside: outside(), other: other() }).toEqual(before);
      expect(tree(process.cwd()).filter(name => !/^(node_modules|\.git|\.next|test-results)\//.test(name))).toEqual(
        root,
      );
      await expectNothingHalfDone(dataDir);
      expect(contentsOf(dataDir).blobs).toHaveLength(accepted);
      for (const file of tree(dataDir).filter(name => name.startsWith('blobs/') && !name.endsWith('/'))) {
        expect(file).toMatch(/^blobs\/([0-9a-f]{2})\/\1[0-9a-f]{30}$/);
      }
    },
  );

  /** What was made of the name works everywhere that it is shown or sent. */
  async function reads(sound: Sound): Promise<void> {
    expect(await (await fetch(`${server.url}/api/sounds/effects/${sound.id}`)).json()).toEqual(sound);
    const audio = await fetch(server.url + sound.audio_url);
    expect(audio.status).toBe(200);
    const disposition = audio.headers.get('content-disposition')!;
    expect(disposition).toMatch(/^inline(; filename="[ !#-[\]-~]*"; filename\*=UTF-8''[\w%.~!#$&+^`|-]*)?$/);
    const encoded = /"; filename\*=UTF-8''(.*)$/.exec(disposition)?.[1] ?? '';
    expect(decodeURIComponent(encoded)).toBe(sound.original_filename);
    expect(audio.headers.get('x-evil')).toBeNull();
    await audio.body?.cancel();
  }

  it('is text on every page that shows it', async () => {
    for (let page = 1; page <= 6; page += 1) {
      const response = await fetch(`${server.url}/sounds/effects?page=${page}`);
      expect(response.status).toBe(200);
      expect(await response.text()).not.toMatch(/<script>alert|<img src=x/);
    }
  });
});

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}
