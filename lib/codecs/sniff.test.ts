import { describe, expect, it } from 'vitest';
import { checkDeclaredType, sniffAudio } from './sniff.ts';
import { oggPackets } from './test-ogg.ts';
import { join, makeAudio } from './test-audio.ts';

const text = (content: string) => new TextEncoder().encode(content);
const bytes = (...values: number[]) => join([Uint8Array.from(values), new Uint8Array(100)]);
const ogg = (packet: string) =>
  oggPackets([Buffer.from(packet, 'latin1')], [{ data: new Uint8Array(10), granule: 1n }]);

describe('the type by the bytes', () => {
  it.each([
    ['wav', 'audio/wav'],
    ['mp3', 'audio/mpeg'],
    ['vorbis', 'audio/ogg'],
    ['opus', 'audio/ogg'],
    ['oggflac', 'audio/ogg'],
    ['flac', 'audio/flac'],
    ['aac', 'audio/aac'],
    ['m4a', 'audio/mp4'],
  ] as const)('knows %s', async (format, contentType) => {
    const file = await makeAudio({ format, seconds: 0.3 });
    for (const length of [64, 4100, 16_384]) {
      expect(await sniffAudio(file.subarray(0, length))).toEqual({ format, contentType });
    }
  });

  it('looks behind an ID3v2 tag, and takes one that hides everything for an MP3', async () => {
    const tag = bytes(0x49, 0x44, 0x33, 4, 0, 0, 0, 0, 0, 92).subarray(0, 102);
    const flac = await makeAudio({ format: 'flac', seconds: 0.1 });
    expect(await sniffAudio(join([tag, flac]))).toMatchObject({ format: 'flac' });
    expect(await sniffAudio(bytes(0x49, 0x44, 0x33, 4, 0, 0, 0, 9, 0, 0))).toMatchObject({ format: 'mp3' });
    await expect(sniffAudio(join([tag, text('<html>')]))).rejects.toMatchObject({ code: 'audio.unsupported' });
  });

  const noise = Uint8Array.from({ length: 5000 }, (_, i) => (Math.imul(i + 1, 2_654_435_761) >>> 13) & 255);
  const aiff = join([text('FORM'), new Uint8Array(4), text('AIFFCOMM'), new Uint8Array(40)]);
  const ftyp = (brand: string) => join([Uint8Array.of(0, 0, 0, 24), text(`ftyp${brand}`), new Uint8Array(40)]);
  it.each<[string, Uint8Array, RegExp]>([
    [
      'a PNG',
      bytes(0x89, 0x50, 0x4e, 0x47, 0xd, 0xa, 0x1a, 0xa, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52),
      /PNG picture with another name/,
    ],
    ['HTML', text('<!DOCTYPE html><html><body>Not found</body></html>'), /HTML page/],
    ['HTML behind a byte order mark', text('\ufeff  <html>'), /HTML page/],
    ['a shell script', text('#!/bin/sh\nrm -rf /\n'), /script/],
    ['PHP', text('<?php echo 1;'), /script/],
    ['SVG', text('<svg xmlns="http://www.w3.org/2000/svg"/>'), /XML/],
    ['JSON', text('{"a": 1}'), /JSON/],
    ['a letter', text('Dear Sir, œuvre'), /text file/],
    ['random bytes', noise, /Not audio that is known/],
    ['zeros', new Uint8Array(5000), /zeros/],
    ['a ZIP', bytes(0x50, 0x4b, 3, 4), /archive/],
    ['a program', bytes(0x7f, 0x45, 0x4c, 0x46), /program/],
    ['AIFF', aiff, /AIFF is not accepted; convert it to WAV or FLAC/],
    ['QuickTime', ftyp('qt  '), /video/],
    ['HEIC', ftyp('heic'), /picture/],
    ['Theora', ogg('\x80theora'), /video/],
    ['Speex', ogg('Speex   1.2'), /Speex/],
    [
      'MPEG layer II',
      join(Array.from({ length: 4 }, () => join([Uint8Array.of(0xff, 0xfd, 0x80, 0), new Uint8Array(413)]))),
      /layer II is not/,
    ],
  ])('says what %s is', async (_, head, sentence) => {
    await expect(sniffAudio(head)).rejects.toMatchObject({
      code: 'audio.unsupported',
      message: expect.stringMatching(sentence) as string,
    });
  });

  it('calls no bytes at all empty', async () => {
    await expect(sniffAudio(new Uint8Array(0))).rejects.toMatchObject({ code: 'audio.empty' });
  });
});

describe('a declared type', () => {
  const mp3 = { format: 'mp3', contentType: 'audio/mpeg' } as const;
  const vorbis = { format: 'vorbis', contentType: 'audio/ogg' } as const;
  const m4a = { format: 'm4a', contentType: 'audio/mp4' } as const;
  const wav = { format: 'wav', contentType: 'audio/wav' } as const;

  it.each([
    [undefined, mp3],
    ['', mp3],
    ['application/octet-stream', mp3],
    ['application/ogg', vorbis],
    ['video/ogg', vorbis],
    ['video/mp4', m4a],
    ['audio/mp3', mp3],
    ['Audio/MPEG', mp3],
    ['audio/ogg; codecs=vorbis', vorbis],
    ['audio/x-m4a', m4a],
    ['audio/x-wav', wav],
    ['audio/vnd.wave;codec=1', wav],
  ] as const)('of %s contradicts nothing', (declared, sniffed) => {
    expect(() => checkDeclaredType(declared, sniffed)).not.toThrow();
  });

  it.each([
    'audio/wav',
    'image/png',
    'text/html',
    'audio/flac',
    'audio',
    'nonsense',
    'audio/',
    '; codecs=mp3',
    'a b/c',
  ])('of %s contradicts an MP3', declared => {
    expect(() => checkDeclaredType(declared, mp3)).toThrow(expect.objectContaining({ code: 'audio.type_mismatch' }));
  });
});
