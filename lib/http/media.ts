import { noneMatch } from '#lib/base/entity-tags.ts';
import { AppError } from '#lib/base/errors.ts';
import { ASK_AGAIN, immutable } from './cache-control.ts';
import { parseRange } from './ranges.ts';

/** Carries a `Content-Length` past Next, which drops it; the guard gives it back its name. Bytes. */
export const LENGTH_HEADER = 'x-talk2me-length';

interface Versioned {
  contentType: string;
  /** Of the recording; an address that carries the right one never changes its meaning. */
  sha256: string;
  /** What the address carries. */
  version: string | undefined;
  /** Whether anyone may read it. */
  open: boolean;
}

/** A small body that belongs to a recording. */
export function mediaResponse(request: Request, media: Versioned & { tag: string; body: Uint8Array }): Response {
  const headers = { etag: media.tag, 'cache-control': cacheControl(media), 'content-type': media.contentType };
  if (!noneMatch(request.headers.get('if-none-match'), media.tag)) return notModified(headers);
  return new Response(media.body as Uint8Array<ArrayBuffer>, {
    headers: { ...headers, [LENGTH_HEADER]: String(media.body.byteLength) },
  });
}

interface File extends Versioned {
  /** Bytes. */
  size: number;
  filename: string;
  /** Bytes `start` to `end`, exclusive. */
  read(start: number, end: number): Promise<ReadableStream<Uint8Array>>;
}

/**
 * A recording, whole or a range of it (RFC 9110, 14).
 *
 * @throws AppError `request.range` where the range begins past the end
 */
export async function fileResponse(request: Request, file: File): Promise<Response> {
  const etag = `"${file.sha256}"`;
  const headers: Record<string, string> = {
    etag,
    'cache-control': cacheControl(file),
    'accept-ranges': 'bytes',
    'content-type': file.contentType,
    'content-disposition': `inline${filenameParameter(file.filename)}`,
    'x-content-type-options': 'nosniff',
  };
  if (!noneMatch(request.headers.get('if-none-match'), etag)) return notModified(headers);
  const ifRange = request.headers.get('if-range');
  const range = parseRange(
    ifRange === null || ifRange.trim() === etag ? request.headers.get('range') : null,
    file.size,
  );
  if (range.kind === 'unsatisfiable') {
    throw new AppError('request.range', `The range begins past the end of the file, which has ${file.size} bytes.`, {
      details: { size: file.size },
    });
  }
  const [start, end] = range.kind === 'part' ? [range.start, range.end] : [0, file.size];
  headers[LENGTH_HEADER] = String(end - start);
  if (range.kind === 'part') headers['content-range'] = `bytes ${start}-${end - 1}/${file.size}`;
  const body = request.method === 'HEAD' ? null : await file.read(start, end);
  return new Response(body, { status: range.kind === 'part' ? 206 : 200, headers });
}

function cacheControl({ version, sha256, open }: Versioned): string {
  return version === sha256 ? immutable(open) : ASK_AGAIN;
}

function notModified(headers: Record<string, string>): Response {
  const { 'content-type': _type, 'content-disposition': _disposition, ...rest } = headers;
  return new Response(null, { status: 304, headers: rest });
}

/** RFC 6266 with the extended form of RFC 8187, so that any name gets through and none can break out of the header. */
function filenameParameter(filename: string): string {
  if (filename === '') return '';
  const ascii = filename.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const encoded = encodeURIComponent(filename.toWellFormed()).replace(
    /['()*]/g,
    c => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
