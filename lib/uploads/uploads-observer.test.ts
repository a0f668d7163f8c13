import { expect, it } from 'vitest';
import { AppError, type ErrorCode } from '#lib/base/errors.ts';
import { outcomeOf } from './uploads-observer.ts';

it.each<[ErrorCode, string]>([
  ['request.incomplete', 'aborted'],
  ['sound.duplicate', 'duplicate'],
  ['sound.id_taken', 'refused'],
  ['upload.too_large', 'refused'],
  ['request.malformed', 'refused'],
  ['audio.damaged', 'refused'],
  ['storage.full', 'failed'],
  ['workers.closed', 'failed'],
  ['server.stopping', 'failed'],
])('an upload that ends with %s counts as %s', (code, outcome) => {
  expect(outcomeOf(new AppError(code, 'x'))).toBe(outcome);
});

it('an upload that ends with a failure nobody foresaw counts as failed', () => {
  expect(outcomeOf(new TypeError('x'))).toBe('failed');
  expect(outcomeOf(undefined)).toBe('failed');
});
