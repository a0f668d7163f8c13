import { createHash } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '#lib/base/errors.ts';
import type { SoundKind, SoundQuery } from './sound.ts';

/** Where a list continues. `key` is the sort key of the last sound looked at: a name key, a length, or null for upload order. */
const position = z.strictObject({ key: z.union([z.string(), z.number(), z.null()]), seq: z.int() });
export type Position = z.infer<typeof position>;

const cursorState = z.strictObject({
  after: position.nullable(),
  /** Matches still to be passed over, where a page number could not be reached in one go. */
  skip: z.int().min(0),
  /** A search is limited to sounds from this one on (the oldest of the newest 10,000 matches); 0 for no limit. */
  floor: z.int().min(0),
  /** The search matches too slowly to be collected; it is tested row by row. */
  walked: z.boolean(),
  /** Sounds already handed out or passed over. */
  seen: z.int().min(0),
  total: z.int().min(0),
  total_exact: z.boolean(),
});
export type CursorState = z.infer<typeof cursorState>;

const envelope = z.tuple([z.string(), cursorState]);

/** The longest cursor we make is well under this; longer ones are not decoded. */
const MAX_CURSOR_LENGTH = 2_000;

/** Opaque text for `state`, bound to kind, sort and filters. */
export function encodeCursor(kind: SoundKind, query: SoundQuery, state: CursorState): string {
  return Buffer.from(JSON.stringify([fingerprint(kind, query), state])).toString('base64url');
}

/** @throws AppError `request.invalid` with the issue path `cursor` for a broken cursor or one of another list. */
export function decodeCursor(kind: SoundKind, query: SoundQuery, cursor: string): CursorState {
  let decoded: unknown;
  try {
    decoded = cursor.length > MAX_CURSOR_LENGTH ? null : JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    decoded = null;
  }
  const parsed = envelope.safeParse(decoded);
  if (!parsed.success || parsed.data[0] !== fingerprint(kind, query) || !keyFits(query, parsed.data[1])) {
    const message = 'is not a cursor of this list; begin again without it';
    throw new AppError('request.invalid', `The parameter cursor ${message}.`, {
      issues: [{ path: 'cursor', message }],
    });
  }
  return parsed.data[1];
}

function keyFits(query: SoundQuery, { after }: CursorState): boolean {
  if (after === null) return true;
  const type = query.sort === 'name' ? 'string' : query.sort === 'length' ? 'number' : 'object';
  return typeof after.key === type;
}

function fingerprint(kind: SoundKind, query: SoundQuery): string {
  const { q = '', categories = [], tags, min_length = null, max_length = null, sort } = query;
  const named = (names: readonly string[]) => [...new Set(names)].sort();
  const bound = [kind, sort, q, named(categories), named(tags), min_length, max_length];
  return createHash('sha256').update(JSON.stringify(bound)).digest('base64url').slice(0, 16);
}
