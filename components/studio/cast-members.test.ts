import { expect, it } from 'vitest';
import { castMembers } from './cast-members.ts';

it('lists who speaks in order, then who could', () => {
  const cast = { narrator: 'embedded:slt', ghost: 'embedded:kal' };
  const named = new Map([
    ['old_man', 1],
    ['embedded:rms', 2],
    ['narrator', 3],
    ['slt', 1],
  ]);
  expect(castMembers(cast, named, new Map([['slt', {}]]))).toEqual([
    { name: 'old_man', voice: undefined, uses: 1 },
    { name: 'narrator', voice: 'embedded:slt', uses: 3 },
    { name: 'slt', voice: 'slt', uses: 1 },
    { name: 'ghost', voice: 'embedded:kal', uses: 0 },
  ]);
});
