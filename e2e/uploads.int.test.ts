import { chmod, mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { makeAudio, type TestAudioOptions } from '#lib/codecs/test-audio.ts';
import { RESERVED_IDS, sound as soundSchema, type Sound } from '#lib/sounds/sound.ts';
import {
  expectProblem,
  multipart,
  namedFields,
  rawRequest,
  rawSocket,
  sha256,
  upload,
  uploaded,
  type FormPart,
} from './support/client.ts';
import { contentsOf, expectNothingHalfDone } from './support/data-folder.ts';
import { startServer, type TestServer } from './support/server.ts';

const LIMIT = 800_000;

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ env: { MAX_FILE_SIZE: String(LIMIT) } });
});
afterAll(() => server.stop());
afterEach(() => expectNothingHalfDone(server.dataDir));

let serial = 0;
/** A short recording that nobody has uploaded yet. */
function fresh(options: Partial<TestAudioOptions> = {}): Promise<Uint8Array<ArrayBuffer>> {
  const frequency = 200 + (serial += 7);
  return makeAudio({
    format: 'wav',
    seconds: 0.05,
    channels: 1,
    signal: time => 0.5 * Math.sin(2 * Math.PI * frequency * time),
    ...options,
  });
}

/** Sends a form of any shape; `fresh` audio stands in it where the test says nothing else. */
function post(parts: readonly FormPart[], kind = 'effects'): Promise<Response> {
  const form = multipart(parts);
  return fetch(`${server.url}/api/sounds/${kind}`, { method: 'POST', body: form.body, headers: form.headers });
}

// A 1 kHz sine at −6.02 dBFS in both channels has −6.02 LUFS: the K filter is made so (ITU-R BS.1770-4, EBU Tech 3341 case 1).
const LEVEL = 20 * Math.log10(0.5);
const tone = (time: number) => 0.5 * Math.sin(2 * Math.PI * 1000 * time);

interface FormatCase {
  name: string;
  audio: TestAudioOptions;
  facts: Partial<Sound>;
  /** dB that the format may move the peak, beside the hundredth that it is rounded to. */
  peakTolerance?: number;
  /** dB. */
  loudnessTolerance?: number;
  alter?: (bytes: Uint8Array) => Uint8Array;
}

const pcm = (bits: number, codec: string, more: Partial<TestAudioOptions> = {}): FormatCase => ({
  name: `WAV ${bits} bit${more.float === true ? ' float' : ''}`,
  audio: { format: 'wav', bitDepth: bits, ...more },
  facts: { content_type: 'audio/wav', codec, bit_depth: bits },
  // A step of 8 bits is 0.14 dB at this level.
  peakTolerance: bits === 8 ? 0.15 : 0.01,
});

const FORMATS: readonly FormatCase[] = [
  pcm(8, 'pcm_u8'),
  pcm(16, 'pcm_s16le'),
  pcm(24, 'pcm_s24le'),
  pcm(32, 'pcm_s32le'),
  pcm(32, 'pcm_f32le', { float: true }),
  pcm(64, 'pcm_f64le', { float: true }),
  { ...pcm(24, 'pcm_s24le'), name: 'WAV extensible', alter: asExtensible },
  {
    name: 'MP3',
    audio: { format: 'mp3' },
    facts: { content_type: 'audio/mpeg', codec: 'mp3', bit_depth: null },
    // LAME scales its input by 0.95.
    peakTolerance: 0.5,
    loudnessTolerance: 0.5,
  },
  {
    name: 'Ogg Vorbis',
    audio: { format: 'vorbis' },
    facts: { content_type: 'audio/ogg', codec: 'vorbis', bit_depth: null },
    peakTolerance: 0.5,
  },
  {
    name: 'Opus',
    audio: { format: 'opus' },
    facts: { content_type: 'audio/ogg', codec: 'opus', bit_depth: null },
    peakTolerance: 0.7,
  },
  { name: 'FLAC', audio: { format: 'flac' }, facts: { content_type: 'audio/flac', codec: 'flac', bit_depth: 16 } },
  {
    name: 'FLAC 24 bit',
    audio: { format: 'flac', bitDepth: 24 },
    facts: { content_type: 'audio/flac', codec: 'flac', bit_depth: 24 },
  },
  {
    name: 'FLAC in Ogg',
    audio: { format: 'oggflac' },
    facts: { content_type: 'audio/ogg', codec: 'flac', bit_depth: 16 },
  },
];

describe('an accepted upload', () => {
  it.each(FORMATS)('tells exactly what a $name file is', async format => {
    const { audio, facts, peakTolerance = 0.02, loudnessTolerance = 0.1, alter } = format;
    const made = await makeAudio({ ...audio, seconds: 0.9, channels: 2, sampleRate: 48_000, signal: tone });
    const bytes = alter?.(made) ?? made;
    const before = Date.now();
    const response = await upload(server, { bytes, filename: `tone ${serial++}.bin` });
    expect(response.status, response.ok ? '' : await response.text()).toBe(201);
    const sound = (await response.json()) as Sound;

    expect(soundSchema.parse(sound)).toEqual(sound);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(response.headers.get('location')).toBe(`/api/sounds/effects/${sound.id}`);
    expect(response.headers.get('etag')).toMatch(/^"[^"]+"$/);
    expect(response.headers.get('cache-control')).toBe('private, no-store');
    expect(sound).toMatchObject({
      ...facts,
      kind: 'effects',
      size: bytes.length,
      sha256: sha256(bytes),
      length: 0.9,
      sample_rate: 48_000,
      channels: 2,
      audio_url: `/api/sounds/effects/${sound.id}/audio?v=${sound.sha256}`,
      waveform_url: `/api/sounds/effects/${sound.id}/waveform.webp?v=${sound.sha256}`,
      cover_url: null,
    });
    expect(Math.abs(sound.peak_dbfs! - LEVEL)).toBeLessThanOrEqual(peakTolerance);
    expect(Math.abs(sound.loudness_lufs! - LEVEL)).toBeLessThanOrEqual(loudnessTolerance);
    expect(Date.parse(sound.uploaded_at)).toBeGreaterThanOrEqual(before - 1);
    expect(sound.updated_at).toBe(sound.uploaded_at);

    const kept = await fetch(server.url + sound.audio_url);
    expect(sha256(await kept.bytes())).toBe(sound.sha256);
    expect(kept.headers.get('content-type')).toBe(facts.content_type);
    expect((await fetch(server.url + response.headers.get('location')!)).headers.get('etag')).toBe(
      response.headers.get('etag'),
    );
  });

  it('has no level where there is silence, and no loudness where it is shorter than a measuring block', async () => {
    const silence = await uploaded(server, { bytes: await fresh({ seconds: 1, signal: () => 0 }) });
    expect(silence).toMatchObject({ peak_dbfs: null, loudness_lufs: null });
    const click = await uploaded(server, { bytes: await fresh({ seconds: 0.1 }) });
    expect(click.loudness_lufs).toBeNull();
    expect(click.peak_dbfs).toBeCloseTo(LEVEL, 1);
  });

  it('takes every field of an effect', async () => {
    const sound = await uploaded(server, {
      bytes: await fresh(),
      fields: {
        id: 'every-field_1',
        name: '  Every   field é ',
        category: 'Doors',
        tags: 'Wood, knock,wood',
        license: 'CC0-1.0',
        attribution: 'Somebody',
        volume: '0.5',
        fade_in: '0.01',
        fade_out: '.25',
        duration: '3',
        pause_speech: 'true',
        start_at: '0.01',
        end_at: '0.04',
      },
    });
    expect(sound).toMatchObject({
      id: 'every-field_1',
      name: 'Every field é',
      category: 'Doors',
      tags: ['wood', 'knock'],
      license: 'CC0-1.0',
      attribution: 'Somebody',
      volume: 0.5,
      fade_in: 0.01,
      fade_out: 0.25,
      duration: 3,
      pause_speech: true,
      start_at: 0.01,
      end_at: 0.04,
      loop: null,
    });
  });

  it('takes every field of a bed', async () => {
    const fields = { type: 'rain', loop: 'on', duck_speech: 'false', duck_level: '0.25', crossfade: '0.5' };
    const sound = await uploaded(server, { bytes: await fresh(), kind: 'background', fields });
    expect(sound).toMatchObject({
      kind: 'background',
      type: 'rain',
      loop: true,
      duck_speech: false,
      duck_level: 0.25,
      crossfade: 0.5,
      duration: null,
      pause_speech: null,
    });
  });

  it('counts an empty field as not given, as forms send it', async () => {
    const fields = { id: '', name: ' ', volume: '', loop: '', tags: ' , ', sha256: '', allow_duplicate: '' };
    const sound = await uploaded(server, {
      bytes: await fresh(),
      kind: 'background',
      filename: 'Wind_in Trees.wav',
      fields,
    });
    expect(sound).toMatchObject({ id: 'wind_in_trees', name: 'Wind in Trees', volume: null, tags: [] });
  });

  it('takes fields that come behind the file as well as before it', async () => {
    const response = await post([
      { name: 'audio_file', filename: 'a.wav', content: await fresh() },
      { name: 'id', content: 'behind-the-file' },
    ]);
    expect(((await response.json()) as Sound).id).toBe('behind-the-file');
  });

  it('takes types that say nothing, say the right thing, or say it with parameters', async () => {
    const types = ['application/octet-stream', 'audio/x-wav', 'Audio/WAV; rate=44100', 'video/mp4'];
    for (const type of types) await uploaded(server, { bytes: await fresh(), type });
    await uploaded(server, { bytes: await fresh({ format: 'vorbis' }), type: 'application/ogg' });
    await uploaded(server, { bytes: await fresh({ format: 'opus' }), type: 'audio/ogg; codecs=opus' });
    await uploaded(server, { bytes: await fresh({ format: 'opus' }), type: 'video/ogg' });
  });
});

describe('the id of an upload', () => {
  it('comes from the file name, and a taken one gets -2, then -3', async () => {
    const ids = [];
    for (let i = 0; i < 3; i += 1) {
      const sound = await uploaded(server, { bytes: await fresh(), filename: 'Döor Knock!.wav' });
      ids.push(sound.id);
      expect(sound).toMatchObject({ name: 'Döor Knock!', original_filename: 'Döor Knock!.wav' });
    }
    expect(ids).toEqual(['door_knock', 'door_knock-2', 'door_knock-3']);
  });

  it('stays within 64 characters with a number at its end', async () => {
    const filename = `${'long'.repeat(30)}.wav`;
    const first = await uploaded(server, { bytes: await fresh(), filename });
    const second = await uploaded(server, { bytes: await fresh(), filename });
    expect(first.id).toBe('long'.repeat(16));
    expect(second.id).toBe(`${'long'.repeat(16).slice(0, 62)}-2`);
  });

  it('is refused when it is given and taken, whether the other bytes are the same or not', async () => {
    await uploaded(server, { bytes: await fresh(), fields: { id: 'taken' } });
    const problem = await expectProblem(
      await upload(server, { bytes: await fresh(), fields: { id: 'taken' } }),
      409,
      'sound.id_taken',
    );
    expect(namedFields(problem)).toEqual(['id']);
  });

  it('is free for the other kind', async () => {
    const bytes = await fresh();
    await uploaded(server, { bytes, fields: { id: 'both-kinds' } });
    const bed = await uploaded(server, { bytes, kind: 'background', fields: { id: 'both-kinds' } });
    expect(bed.id).toBe('both-kinds');
  });

  it.each([...RESERVED_IDS])(
    'is refused when it is the address %s, and never made from a file name',
    async reserved => {
      const refused = await upload(server, { bytes: await fresh(), fields: { id: reserved } });
      expect(namedFields(await expectProblem(refused, 422, 'upload.invalid'))).toEqual(['id']);
      const sound = await uploaded(server, { bytes: await fresh(), filename: `${reserved}.wav` });
      expect(sound.id).toBe(`${reserved}-2`);
    },
  );
});

describe('the same bytes again', () => {
  it('are refused with the id of the sound that has them, unless a duplicate is allowed', async () => {
    const bytes = await fresh();
    const first = await uploaded(server, { bytes });
    const problem = await expectProblem(await upload(server, { bytes }), 409, 'sound.duplicate');
    expect(problem['id']).toBe(first.id);
    const second = await uploaded(server, { bytes, fields: { allow_duplicate: 'true' } });
    expect(second.sha256).toBe(first.sha256);
    expect(second.id).not.toBe(first.id);
    await expectProblem(await upload(server, { bytes, fields: { allow_duplicate: 'false' } }), 409, 'sound.duplicate');
  });

  it('are welcome once the sound that had them is deleted', async () => {
    const bytes = await fresh();
    const first = await uploaded(server, { bytes, fields: { id: 'bytes-again' } });
    const gone = await fetch(`${server.url}/api/sounds/effects/${first.id}`, { method: 'DELETE' });
    expect(gone.status).toBe(204);
    expect((await uploaded(server, { bytes, fields: { id: 'bytes-again' } })).sha256).toBe(first.sha256);
  });
});

describe('a hash that comes with the bytes', () => {
  it('is accepted where it fits, in either case of letters', async () => {
    const bytes = await fresh();
    const fields = { sha256: sha256(bytes).toUpperCase() };
    expect((await uploaded(server, { bytes, fields })).sha256).toBe(sha256(bytes));
  });

  it('refuses the upload where it does not', async () => {
    const fields = { sha256: 'a'.repeat(64) };
    const problem = await expectProblem(
      await upload(server, { bytes: await fresh(), fields }),
      422,
      'upload.hash_mismatch',
    );
    expect(namedFields(problem)).toEqual(['sha256']);
  });
});

const WRONG_FIELDS: readonly [kind: 'effects' | 'background', field: string, value: string][] = [
  ['effects', 'id', 'Upper Case'],
  ['effects', 'id', '-dash'],
  ['effects', 'id', 'x'.repeat(65)],
  ['effects', 'id', '../../etc/passwd'],
  ['effects', 'name', 'n'.repeat(201)],
  ['effects', 'name', 'bell\x07'],
  ['effects', 'category', 'c'.repeat(65)],
  ['effects', 'tags', 't'.repeat(65)],
  ['effects', 'tags', Array.from({ length: 33 }, (_, i) => `t${i}`).join(',')],
  ['effects', 'license', 'l'.repeat(201)],
  ['effects', 'attribution', 'a'.repeat(501)],
  ['effects', 'volume', '4.1'],
  ['effects', 'volume', '-0.1'],
  ['effects', 'volume', 'loud'],
  ['effects', 'volume', 'NaN'],
  ['effects', 'volume', 'Infinity'],
  ['effects', 'volume', '1e999'],
  ['effects', 'volume', '0x1'],
  ['effects', 'fade_in', '-1'],
  ['effects', 'fade_out', '21601'],
  ['effects', 'duration', 'long'],
  ['effects', 'pause_speech', 'maybe'],
  ['effects', 'start_at', '7'],
  ['effects', 'end_at', '0'],
  ['effects', 'loop', 'true'],
  ['effects', 'duck_level', '0.5'],
  ['effects', 'type', 'rain'],
  ['effects', 'sha256', 'abc'],
  ['effects', 'allow_duplicate', 'perhaps'],
  ['effects', 'colour', 'red'],
  ['effects', '__proto__', 'x'],
  ['effects', 'constructor', 'x'],
  ['background', 'type', 't'.repeat(65)],
  ['background', 'loop', '2'],
  ['background', 'duck_speech', 'quiet'],
  ['background', 'duck_level', '1.5'],
  ['background', 'crossfade', '-2'],
  ['background', 'duration', '3'],
  ['background', 'pause_speech', 'true'],
];

describe('a wrong field', () => {
  it.each(WRONG_FIELDS)('of %s is refused by its name: %s', async (kind, field, value) => {
    const response = await upload(server, { bytes: await fresh(), kind, fields: { [field]: value } });
    // The trim depends on the length, which is known only after the analysis: `sound.invalid` then.
    const late = field === 'start_at' || field === 'end_at';
    const problem = await expectProblem(response, 422, late ? 'sound.invalid' : 'upload.invalid');
    expect(new Set(namedFields(problem).map(name => name.split('.')[0]))).toEqual(new Set([field]));
  });

  it('does not hide another: all are named at once', async () => {
    const fields = { volume: '9', id: 'No', colour: 'red' };
    const response = await upload(server, { bytes: await fresh(), fields });
    const problem = await expectProblem(response, 422, 'upload.invalid');
    expect(namedFields(problem).sort()).toEqual(['colour', 'id', 'volume']);
  });

  it('is one that is given twice', async () => {
    const twice = ['a', 'b'].map(content => ({ name: 'name', content }));
    const response = await post([...twice, { name: 'audio_file', filename: 'a.wav', content: await fresh() }]);
    expect(namedFields(await expectProblem(response, 422, 'upload.invalid'))).toEqual(['name']);
  });

  it('is a file in another field, a second file, or none at all', async () => {
    const file = { name: 'audio_file', filename: 'a.wav', content: await fresh() };
    const elsewhere = await post([{ ...file, name: 'sound' }]);
    expect(namedFields(await expectProblem(elsewhere, 422, 'upload.invalid'))).toEqual(['sound']);
    const second = await post([file, { ...file, content: await fresh() }]);
    expect(namedFields(await expectProblem(second, 422, 'upload.invalid'))).toEqual(['audio_file']);
    const none = await post([{ name: 'name', content: 'Nothing' }]);
    expect(namedFields(await expectProblem(none, 422, 'upload.invalid'))).toEqual(['audio_file']);
  });
});

describe('an upload that is too large', () => {
  /** A WAV of exactly so many bytes. */
  async function wavOf(bytes: number): Promise<Uint8Array> {
    const wav = await fresh({ seconds: (bytes - 44) / 2 / 44_100 });
    expect(wav.length).toBe(bytes);
    return wav;
  }

  it('is refused at one byte more than the limit, and taken at the limit', async () => {
    await uploaded(server, { bytes: await wavOf(LIMIT) });
    const more = Buffer.concat([await wavOf(LIMIT), Uint8Array.of(0)]);
    const problem = await expectProblem(await upload(server, { bytes: more }), 413, 'upload.too_large');
    expect(problem['max_bytes']).toBe(LIMIT);
  });

  it('is refused by its Content-Length before it is read', async () => {
    const head =
      'POST /api/sounds/effects HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=b\r\n';
    const answer = await rawSocket(server, `${head}Content-Length: ${LIMIT + 2 ** 21}\r\n\r\n`, text =>
      text.includes('upload.too_large'),
    );
    expect(answer).toMatch(/^HTTP\/1.1 413 /);
  });

  it('is refused while it arrives in chunks without a Content-Length', async () => {
    const form = multipart([{ name: 'audio_file', filename: 'a.wav', content: await wavOf(LIMIT * 3) }]);
    let sent = 0;
    function* pieces() {
      for (; sent < form.body.length; sent += 16_384) yield form.body.subarray(sent, sent + 16_384);
    }
    const answer = await rawRequest(server, {
      method: 'POST',
      path: '/api/sounds/effects',
      headers: form.headers,
      body: pieces(),
    });
    expect(answer.status, answer.text).toBe(413);
    expect(JSON.parse(answer.text)).toMatchObject({ code: 'upload.too_large' });
  });

  it('is refused where the Content-Length promised less', async () => {
    // What stands behind the promised bytes is another request to HTTP, so the form ends early.
    const form = multipart([{ name: 'audio_file', filename: 'a.wav', content: await wavOf(LIMIT) }]);
    const head = `POST /api/sounds/effects HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${form.headers['content-type']}\r\n`;
    const request = Buffer.concat([Buffer.from(`${head}Content-Length: 5000\r\n\r\n`), form.body]);
    const answer = await rawSocket(server, request, text => text.includes('request.'));
    expect(answer).toMatch(/^HTTP\/1.1 400 /);
  });

  it('is cut off where the Content-Length promised more', async () => {
    const form = multipart([{ name: 'audio_file', filename: 'lying.wav', content: await fresh() }]);
    const head = `POST /api/sounds/effects HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${form.headers['content-type']}\r\n`;
    const before = contentsOf(server.dataDir).rows;
    const socket = await rawSocketThenEnd(
      Buffer.concat([Buffer.from(`${head}Content-Length: ${form.body.length + 1000}\r\n\r\n`), form.body]),
    );
    expect(socket).not.toMatch(/^HTTP\/1.1 2/);
    await expectNothingHalfDone(server.dataDir);
    expect(contentsOf(server.dataDir).rows).toEqual(before);
  });

  async function rawSocketThenEnd(bytes: Uint8Array): Promise<string> {
    const { connect } = await import('node:net');
    const socket = connect(server.port, '127.0.0.1');
    let text = '';
    socket.on('data', chunk => (text += chunk.toString('latin1'))).on('error', () => undefined);
    const closed = new Promise<void>(resolve => socket.once('close', () => resolve()));
    socket.end(bytes);
    await closed;
    return text;
  }

  it.each<[string, () => FormPart[]]>([
    ['a field of 3 MB', () => [{ name: 'name', content: 'n'.repeat(3_000_000) }]],
    ['40,000 fields', () => Array.from({ length: 40_000 }, (_, i) => ({ name: `f${i}`, content: 'x' }))],
    ['a part with a header of 3 MB', () => [{ name: 'name', content: 'x', type: `text/${'p'.repeat(3_000_000)}` }]],
    ['a field with a name of 3 MB', () => [{ name: 'n'.repeat(3_000_000), content: 'x' }]],
    ['a file name of 3 MB', () => [{ name: 'audio_file', filename: 'f'.repeat(3_000_000), content: 'x' }]],
  ])('is refused for the rest of its form: %s', async (_what, parts) => {
    const form = multipart([...parts(), { name: 'audio_file', filename: 'a.wav', content: await fresh() }]);
    function* pieces() {
      for (let at = 0; at < form.body.length; at += 65_536) yield form.body.subarray(at, at + 65_536);
    }
    // Chunked: with a length it would be refused before a byte of it is read.
    const answer = await rawRequest(server, {
      method: 'POST',
      path: '/api/sounds/effects',
      headers: form.headers,
      body: pieces(),
    });
    expect(answer.status, answer.text).toBe(413);
    expect(JSON.parse(answer.text)).toMatchObject({ code: 'upload.form_too_large', status: 413 });
  });
});

describe('what is no accepted audio', () => {
  const text = (content: string) => Buffer.from(content);
  const PNG = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
    'base64',
  );

  it.each<[what: string, bytes: Uint8Array, detail: RegExp]>([
    ['an HTML page', text('<!doctype html><title>x</title><script>alert(1)</script>'), /HTML/],
    ['a script', text('#!/bin/sh\nrm -rf /\n'), /script/],
    ['a PHP script', text('<?php system($_GET["c"]); ?>'), /script/],
    ['an SVG', text('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'), /XML/],
    ['a picture', PNG, /PNG picture/],
    ['text', text('Once upon a time there was a text.'), /text/],
    ['JSON', text('{"a": [1, 2, 3]}'), /JSON/],
    ['zeros', new Uint8Array(4000), /zeros/],
    ['noise', Uint8Array.from({ length: 4000 }, (_, i) => (i * 7919 + (i >> 3) * 104_729) % 251), /Not audio/],
    ['a zip archive', Buffer.concat([text('PK\x03\x04'), new Uint8Array(60)]), /archive|ZIP/],
  ])('is refused with the reason: %s named .wav', async (_what, bytes, detail) => {
    const problem = await expectProblem(
      await upload(server, { bytes, filename: 'sound.wav', type: 'audio/wav' }),
      415,
      'audio.unsupported',
    );
    expect(problem.detail).toMatch(detail);
  });

  it('is an empty file, or one with a header and no sample', async () => {
    await expectProblem(await upload(server, { bytes: new Uint8Array(0) }), 415, 'audio.empty');
    await expectProblem(await upload(server, { bytes: await fresh({ seconds: 0 }) }), 415, 'audio.empty');
  });

  it.each(['wav', 'mp3', 'vorbis', 'opus', 'flac', 'oggflac'] as const)(
    'is a %s file whose header is cut short',
    async format => {
      const whole = await fresh({ format, seconds: 0.2 });
      for (const length of [5, 12, 20, 30]) {
        const response = await upload(server, { bytes: whole.subarray(0, length) });
        expect(response.status).toBe(415);
        expect(((await response.json()) as { code: string }).code).toMatch(/^audio\.(unsupported|damaged|empty)$/);
      }
    },
  );

  it('is what was sent as something that the bytes are not', async () => {
    for (const type of [
      'image/png',
      'text/html',
      'audio/mpeg',
      'audio/flac',
      'not a type',
      'text/plain; x=audio/wav',
    ]) {
      const response = await upload(server, { bytes: await fresh(), type });
      expect((await expectProblem(response, 415, 'audio.type_mismatch'))['content_type']).toBe('audio/wav');
    }
  });

  it('is a request whose body is no multipart form', async () => {
    const body = await fresh();
    for (const type of [
      'audio/wav',
      'application/json',
      'application/x-www-form-urlencoded',
      'multipart/mixed; boundary=b',
    ]) {
      const headers = { 'content-type': type };
      const response = await fetch(`${server.url}/api/sounds/effects`, { method: 'POST', body, headers });
      await expectProblem(response, 415, 'request.not_multipart');
    }
    const empty = await fetch(`${server.url}/api/sounds/effects`, { method: 'POST' });
    await expectProblem(empty, 415, 'request.not_multipart');
  });

  it('is a form without a boundary', async () => {
    for (const type of ['multipart/form-data', 'multipart/form-data; boundary=']) {
      const headers = { 'content-type': type };
      const response = await fetch(`${server.url}/api/sounds/effects`, { method: 'POST', body: 'x', headers });
      expect([400, 415]).toContain(response.status);
      expect(response.headers.get('content-type')).toBe('application/problem+json');
    }
  });
});

describe('a malformed form', () => {
  async function malformed(body: Uint8Array | string, boundary = 'b'): Promise<void> {
    const rows = contentsOf(server.dataDir).rows;
    const response = await fetch(`${server.url}/api/sounds/effects`, {
      method: 'POST',
      body: body as BodyInit,
      headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    });
    await expectProblem(response, 400, 'request.malformed');
    await expectNothingHalfDone(server.dataDir);
    expect(contentsOf(server.dataDir).rows).toEqual(rows);
  }

  it('is one whose closing boundary is missing', async () => {
    const { body, boundary } = multipart([{ name: 'audio_file', filename: 'a.wav', content: await fresh() }]);
    await malformed(body.subarray(0, body.length - boundary.length - 8), boundary);
    await malformed(body.subarray(0, body.length - boundary.length / 2), boundary);
    await malformed(body.subarray(0, 200), boundary);
  });

  it('is one with another boundary than it says', async () => {
    const { body } = multipart([{ name: 'audio_file', filename: 'a.wav', content: await fresh() }], 'one');
    await malformed(body, 'other');
  });

  it('is no form at all', async () => {
    await malformed('this is not a form');
    await malformed(await fresh());
    await malformed('--b\r\nno header line\r\n\r\nx\r\n--b--\r\n');
  });

  it('says what is missing where it is empty', async () => {
    const headers = { 'content-type': 'multipart/form-data; boundary=b' };
    for (const body of ['', '--b--\r\n']) {
      const response = await fetch(`${server.url}/api/sounds/effects`, { method: 'POST', body, headers });
      expect(namedFields(await expectProblem(response, 422, 'upload.invalid'))).toEqual(['audio_file']);
    }
  });

  it('is one with a transfer encoding that nobody knows', async () => {
    const part =
      'Content-Disposition: form-data; name="audio_file"; filename="a.wav"\r\nContent-Transfer-Encoding: rot13';
    await malformed(`--b\r\n${part}\r\n\r\nx\r\n--b--\r\n`);
  });

  it('is one whose client goes away half-way', async () => {
    const rows = contentsOf(server.dataDir).rows;
    const { body, headers } = multipart([
      { name: 'audio_file', filename: 'a.wav', content: await fresh({ seconds: 2 }) },
    ]);
    for (const part of [0.01, 0.5, 0.99]) {
      const abort = new AbortController();
      const cut = Math.floor(body.length * part);
      async function* half() {
        yield body.subarray(0, cut);
        // The server has begun to keep it, or is about to; then the client goes.
        if (part > 0.1) await expect.poll(() => contentsOf(server.dataDir).temporary.length).toBeGreaterThan(0);
        abort.abort();
        yield body.subarray(cut);
      }
      const request = fetch(`${server.url}/api/sounds/effects`, {
        method: 'POST',
        body: half(),
        headers,
        signal: abort.signal,
        duplex: 'half',
      } as unknown as RequestInit);
      await expect(request).rejects.toThrow();
      await expectNothingHalfDone(server.dataDir);
    }
    expect(contentsOf(server.dataDir).rows).toEqual(rows);
  });
});

describe('M4A and AAC', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'talk2me-path-'));
    await mkdir(path.join(folder, 'empty'));
    await mkdir(path.join(folder, 'with'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('are refused with the remedy where there is no ffmpeg', async () => {
    await using without = await startServer({ env: { PATH: path.join(folder, 'empty') } });
    for (const format of ['m4a', 'aac'] as const) {
      const response = await upload(without, { bytes: await fresh({ format, seconds: 0.3 }), filename: `a.${format}` });
      expect((await expectProblem(response, 415, 'audio.needs_ffmpeg')).detail).toMatch(/ffmpeg/);
    }
    await uploaded(without, { bytes: await fresh() });
    await expectNothingHalfDone(without.dataDir);
  });

  it('are taken where there is one', async () => {
    // On a machine without ffmpeg a stand-in answers what ffmpeg would; what the server does with that is the same.
    let PATH = process.env['PATH'];
    if (spawnSync('ffmpeg', ['-version']).error !== undefined) {
      const wav = path.join(folder, 'decoded.wav');
      await writeFile(wav, await makeAudio({ format: 'wav', bitDepth: 32, float: true, seconds: 0.5, signal: tone }));
      const program = path.join(folder, 'with', 'ffmpeg');
      await writeFile(program, `#!/bin/sh\nexec cat '${wav}'\n`);
      await chmod(program, 0o755);
      PATH = `${path.join(folder, 'with')}:${PATH}`;
    }
    await using withFfmpeg = await startServer({ env: { PATH } });
    const m4a = await fresh({ format: 'm4a', seconds: 0.5, channels: 2, signal: tone });
    const sound = await uploaded(withFfmpeg, { bytes: m4a, filename: 'song.m4a', type: 'audio/x-m4a' });
    expect(sound).toMatchObject({
      id: 'song',
      content_type: 'audio/mp4',
      codec: 'aac',
      sample_rate: 44_100,
      channels: 2,
      bit_depth: null,
      size: m4a.length,
    });
    expect(sound.length).toBeCloseTo(0.5, 1);
    expect(sound.peak_dbfs).toBeCloseTo(LEVEL, 0);
    const aac = await fresh({ format: 'aac', seconds: 0.5, channels: 2, signal: tone });
    expect(await uploaded(withFfmpeg, { bytes: aac, type: 'audio/aac' })).toMatchObject({ content_type: 'audio/aac' });
    await expectNothingHalfDone(withFfmpeg.dataDir);
  });
});

/** The same samples under a `fmt ` chunk of WAVE_FORMAT_EXTENSIBLE (Microsoft's "Multiple channel audio data and WAVE files"). */
function asExtensible(wav: Uint8Array): Uint8Array {
  const bytes = Buffer.alloc(wav.length + 24);
  bytes.set(wav.subarray(0, 36));
  bytes.set(wav.subarray(36), 60);
  bytes.writeUInt32LE(bytes.length - 8, 4);
  bytes.writeUInt32LE(40, 16);
  const format = bytes.readUInt16LE(20);
  bytes.writeUInt16LE(0xfffe, 20);
  bytes.writeUInt16LE(22, 36);
  bytes.writeUInt16LE(bytes.readUInt16LE(34), 38);
  bytes.writeUInt32LE(3, 40);
  bytes.writeUInt16LE(format, 44);
  bytes.set(Buffer.from('000000001000800000aa00389b71', 'hex'), 46);
  return bytes;
}
