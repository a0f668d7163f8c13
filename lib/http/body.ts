import { AppError } from '#lib/base/errors.ts';

/** The largest JSON or form body that is read whole, in bytes. */
export const MAX_SMALL_BODY = 1024 * 1024;

/** Reads a small body as text, counting while it arrives, so that neither a lying length nor chunked encoding gets past. */
export async function readSmallBody(request: Request, limit = MAX_SMALL_BODY): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size > limit) throw new AppError('request.too_large', `The body is larger than ${limit} bytes.`);
    chunks.push(chunk);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch (cause) {
    throw new AppError('request.malformed', 'The body is not UTF-8.', { cause });
  }
}

/** @throws AppError `request.not_json` (415), `request.malformed` (400), `request.too_large` (413) */
export async function readJson(request: Request, limit = MAX_SMALL_BODY): Promise<unknown> {
  const type = mediaType(request.headers.get('content-type'));
  if (type !== 'application/json' && !type.endsWith('+json')) {
    throw new AppError('request.not_json', 'Send the body as JSON, with Content-Type: application/json.');
  }
  const text = await readSmallBody(request, limit);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AppError('request.malformed', `The body is not valid JSON: ${(cause as Error).message}`, { cause });
  }
}

/** Lower-case media type without parameters; empty text where there is none. */
export function mediaType(header: string | null): string {
  return (header ?? '').split(';', 1)[0]!.trim().toLowerCase();
}
