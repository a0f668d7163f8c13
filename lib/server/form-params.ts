import { audiobookId } from '#lib/audiobooks/audiobook.ts';
import { AppError } from '#lib/base/errors.ts';
import { soundId, soundKind, type SoundKind } from '#lib/sounds/sound.ts';

/** @throws AppError `request.not_found` */
export function parseKind(params: Record<string, string>): SoundKind {
  const kind = soundKind.safeParse(params['kind']);
  if (kind.success) return kind.data;
  throw new AppError('request.not_found', 'There is nothing at this address.');
}

/** @throws AppError `request.not_found` */
export function parseSound(params: Record<string, string>): { kind: SoundKind; id: string } {
  const id = soundId.safeParse(params['id']);
  if (id.success) return { kind: parseKind(params), id: id.data };
  throw new AppError('request.not_found', 'There is nothing at this address.');
}

/** @throws AppError `request.not_found` */
export function parseBook(params: Record<string, string>): string {
  const id = audiobookId.safeParse(params['id']);
  if (id.success) return id.data;
  throw new AppError('request.not_found', 'There is nothing at this address.');
}
