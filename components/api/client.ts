/** The HTTP API as pages call it. Types only come from the schemas: their validator stays on the server. */
import type { StarterPackState } from '#lib/starter/pack.ts';
import { connection } from '../connection/connection.ts';
import type {
  CategoryCounts,
  Sound,
  SoundKind,
  SoundList,
  SoundPatch,
  SoundsChange,
  SoundsChanged,
} from '#lib/sounds/sound.ts';

/** A failure with the words of the server, or of the browser where the server was not reached. */
export class ApiProblem extends Error {
  /** 0 where no answer came. */
  readonly status: number;
  readonly code: string;
  readonly fields: readonly { path: string; message: string }[];
  /** The whole problem document. */
  readonly document: Readonly<Record<string, unknown>>;

  constructor(status: number, document: Record<string, unknown>) {
    super(typeof document['detail'] === 'string' ? document['detail'] : 'The server did not answer.');
    this.name = 'ApiProblem';
    this.status = status;
    this.code = typeof document['code'] === 'string' ? document['code'] : 'network.failed';
    this.fields = (document['errors'] as { path: string; message: string }[] | undefined) ?? [];
    this.document = document;
  }
}

export interface Versioned<T> {
  value: T;
  etag: string;
}

/** Filters and order of a list, as the address of the page carries them; empty values are left out. */
export type ListParameters = Readonly<Record<string, string | readonly string[]>>;

export function soundAddress(kind: SoundKind, id: string): string {
  return `/api/sounds/${kind}/${id}`;
}

export async function listSounds(
  kind: SoundKind,
  parameters: ListParameters,
  signal?: AbortSignal,
): Promise<SoundList> {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    for (const one of typeof value === 'string' ? [value] : value) if (one !== '') search.append(name, one);
  }
  return (await call('GET', `/api/sounds/${kind}?${search}`, { signal })).json() as Promise<SoundList>;
}

/** Categories and tags in use. */
export async function listCategories(kind: SoundKind, signal?: AbortSignal): Promise<CategoryCounts> {
  return (await call('GET', `/api/sounds/categories?kind=${kind}`, { signal })).json() as Promise<CategoryCounts>;
}

/** One change to several sounds, at most as many as the server takes at once. */
export async function changeSounds(kind: SoundKind, change: SoundsChange): Promise<SoundsChanged> {
  return (await call('PATCH', `/api/sounds/${kind}`, { json: change })).json() as Promise<SoundsChanged>;
}

export async function getSound(kind: SoundKind, id: string, signal?: AbortSignal): Promise<Versioned<Sound>> {
  return versioned(await call('GET', soundAddress(kind, id), { signal }));
}

/** @throws ApiProblem `sound.precondition_failed` where it was changed since `etag` */
export async function patchSound(
  kind: SoundKind,
  id: string,
  patch: SoundPatch,
  etag?: string,
): Promise<Versioned<Sound>> {
  return versioned(
    await call('PATCH', soundAddress(kind, id), { json: patch, ...(etag === undefined ? {} : { etag }) }),
  );
}

export async function deleteSound(kind: SoundKind, id: string): Promise<void> {
  await call('DELETE', soundAddress(kind, id));
}

export async function restoreSound(kind: SoundKind, id: string): Promise<Versioned<Sound>> {
  return versioned(await call('POST', `${soundAddress(kind, id)}/restore`));
}

export async function getStarterPack(): Promise<StarterPackState> {
  return (await call('GET', STARTER_PACK)).json() as Promise<StarterPackState>;
}

/** Begins to add what is missing of it, in the background. */
export async function addStarterPack(): Promise<StarterPackState> {
  return (await call('POST', STARTER_PACK)).json() as Promise<StarterPackState>;
}

const STARTER_PACK = '/api/starter-pack';

interface CallOptions {
  json?: unknown;
  etag?: string;
  signal?: AbortSignal | undefined;
}

/** @throws ApiProblem for every answer that is not one, and where none comes; an abort as the signal's reason */
export async function call(
  method: string,
  address: string,
  { json, etag, signal }: CallOptions = {},
): Promise<Response> {
  const wasLost = connection.loss.get() !== undefined;
  let response: Response;
  try {
    response = await fetch(address, {
      method,
      headers: {
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...(etag === undefined ? {} : { 'if-match': etag }),
      },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (error) {
    signal?.throwIfAborted();
    void connection.doubt();
    throw new ApiProblem(0, {
      detail: 'The server was not reached. Check that it runs, then try again.',
      cause: String(error),
    });
  }
  if (response.ok) {
    // An answer to what was asked before says nothing of a loss that was found since.
    if (wasLost) connection.reached();
    return response;
  }
  // Of a proxy whose server is down.
  if (response.status === 502 || response.status === 504) void connection.doubt();
  throw new ApiProblem(response.status, (await response.json().catch(() => ({}))) as Record<string, unknown>);
}

async function versioned(response: Response): Promise<Versioned<Sound>> {
  return { value: (await response.json()) as Sound, etag: response.headers.get('etag') ?? '' };
}
