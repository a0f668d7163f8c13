import 'server-only';
import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { Services } from './services.ts';

/** What a form says on the page that it leads back to. */
export interface Notice {
  tone: 'done' | 'error';
  text: string;
  /** Id of what was just deleted and may be brought back. */
  undo?: string | undefined;
}

const shape = z.object({
  tone: z.enum(['done', 'error']),
  text: z.string(),
  undo: z.string().optional(),
  at: z.number(),
});
const LIFETIME_MS = 10 * 60_000;

/** Signed, so that a link from elsewhere cannot put words on our pages. */
export function noticeParameter(services: Services, notice: Notice): string {
  const body = Buffer.from(JSON.stringify({ ...notice, at: services.clock.now().getTime() })).toString('base64url');
  return `${body}.${sign(services, body)}`;
}

/** The notice of a page's address; undefined where there is none or more than one, or none of ours, or it is old. */
export function readNotice(services: Services, parameter: string | readonly string[] | undefined): Notice | undefined {
  const [body, signature] = typeof parameter === 'string' ? parameter.split('.') : [];
  if (body === undefined || signature === undefined) return undefined;
  const expected = Buffer.from(sign(services, body));
  const given = Buffer.from(signature);
  if (expected.length !== given.length || !timingSafeEqual(expected, given)) return undefined;
  const { tone, text, undo, at } = shape.parse(JSON.parse(Buffer.from(body, 'base64url').toString()));
  if (services.clock.now().getTime() - at > LIFETIME_MS) return undefined;
  return { tone, text, undo };
}

function sign({ key }: Services, body: string): string {
  return createHmac('sha256', key).update(`notice\0${body}`).digest('base64url');
}
