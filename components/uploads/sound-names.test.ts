import { expect, test } from 'vitest';
import { isSoundByName } from './sound-names.ts';

test.each([
  ['rain.wav', ''],
  ['RAIN.FLAC', ''],
  ['rain.ogg', 'video/ogg'],
  ['rain.aiff', 'audio/x-aiff'],
  ['no ending', ''],
  ['blob', 'application/octet-stream'],
])('%s (%s) may be a sound', (name, type) => {
  expect(isSoundByName(name, type)).toBe(true);
});

test.each([
  ['notes.txt', 'text/plain'],
  ['cover.jpg', 'image/jpeg'],
  ['song.als', ''],
  ['.DS_Store', ''],
  ['._rain.wav', 'audio/wav'],
  ['Thumbs.db', ''],
  ['desktop.ini', 'application/octet-stream'],
])('%s (%s) is none', (name, type) => {
  expect(isSoundByName(name, type)).toBe(false);
});
