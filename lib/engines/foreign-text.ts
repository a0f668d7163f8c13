/** What other servers say, made fit to be shown to people and logged: short, one line, without anything that acts on a screen. */

/** Characters. */
const MAX_LENGTH = 300;
/** Entries of a list of errors. */
const MAX_ENTRIES = 5;

/**
 * Controls, and what is invisible or turns the direction of text around: a message may only say something about its server, not
 * about the lines beside it.
 */
export const UNSHOWABLE_PATTERN = /[\p{Cc}\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/u;
const UNSHOWABLE = new RegExp(`${UNSHOWABLE_PATTERN.source}+`, 'gu');

/**
 * One line of at most {@link MAX_LENGTH} characters.
 *
 * @param secrets are blotted out; servers like to repeat the key that they refuse
 */
export function tidyForeignText(text: string, secrets: readonly string[] = []): string {
  const blotted = secrets.reduce((all, secret) => (secret === '' ? all : all.replaceAll(secret, '…')), text);
  const line = blotted.replace(UNSHOWABLE, ' ').replace(/\s+/gu, ' ').trim();
  const characters = [...line.slice(0, 2 * MAX_LENGTH)];
  return characters.length <= MAX_LENGTH
    ? line.slice(0, 2 * MAX_LENGTH)
    : `${characters.slice(0, MAX_LENGTH - 1).join('')}…`;
}

/**
 * The message in the body of an error: `{detail}` as text or as FastAPI's list, `{message}`, `{error: {message}}`, `{error}`, or plain
 * text. Undefined where there is nothing that a person could read, such as a page of HTML.
 */
export function foreignMessage(body: Uint8Array, secrets: readonly string[] = []): string | undefined {
  const text = new TextDecoder().decode(body).trim();
  if (text === '' || text.startsWith('<') || looksBinary(text)) return undefined;
  const said = /^[{["]/.test(text) ? messageIn(parseJson(text)) : text;
  const line = tidyForeignText(said ?? '', secrets);
  return line === '' ? undefined : line;
}

function messageIn(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) {
    const entries = value.slice(0, MAX_ENTRIES).map(entryText);
    return entries.filter(entry => entry !== undefined).join('; ');
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { detail, error, message } = value as Record<string, unknown>;
  return messageIn(detail) ?? messageIn(message) ?? messageIn(error);
}

/** One of FastAPI's: `{loc: ['body', 'text'], msg: 'Field required', type}`. */
function entryText(entry: unknown): string | undefined {
  if (typeof entry !== 'object' || entry === null) return messageIn(entry);
  const { loc, msg } = entry as Record<string, unknown>;
  if (typeof msg !== 'string') return messageIn(entry);
  return Array.isArray(loc) && loc.length > 0 ? `${loc.join('.')}: ${msg}` : msg;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Cut by the limit on what is read of an error, or no JSON after all.
    return text;
  }
}

function looksBinary(text: string): boolean {
  const strange = text.match(/\ufffd|[^\P{Cc}\s]/gu)?.length ?? 0;
  return strange > text.length / 50;
}
