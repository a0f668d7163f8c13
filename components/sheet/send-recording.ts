/** Sends a recording with its progress, which `fetch` does not tell. */
import type { Sound } from '#lib/sounds/sound.ts';
import { connection } from '../connection/connection.ts';
import { ApiProblem, type Versioned } from '../api/client.ts';

export interface Sending {
  method: 'POST' | 'PUT';
  address: string;
  file: Blob;
  filename: string;
  /** Empty ones are left out. */
  fields?: Readonly<Record<string, string>>;
  etag?: string | undefined;
  signal: AbortSignal;
  /** Bytes of the body that have left, and of all. */
  onProgress: (sent: number, total: number) => void;
}

/** @throws ApiProblem for every answer that is no sound, and where none comes; an abort as the signal's reason */
export function sendRecording(sending: Sending): Promise<Versioned<Sound>> {
  const { signal } = sending;
  const form = new FormData();
  for (const [name, value] of Object.entries(sending.fields ?? {})) if (value !== '') form.append(name, value);
  // Without the type that the system gave it: the server goes by the bytes.
  form.append('audio_file', new Blob([sending.file]), sending.filename);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const abort = () => request.abort();
    signal.addEventListener('abort', abort, { once: true });
    request.upload.onprogress = ({ loaded, total }) => sending.onProgress(loaded, total);
    request.onload = () => {
      const body = readJson(request.responseText);
      if (request.status >= 200 && request.status < 300) {
        resolve({ value: body as unknown as Sound, etag: request.getResponseHeader('etag') ?? '' });
      } else reject(new ApiProblem(request.status, body));
    };
    request.onerror = () => {
      void connection.doubt();
      reject(new ApiProblem(0, { detail: 'The server was not reached. Check that it runs, then try again.' }));
    };
    request.onabort = () => reject(signal.reason as Error);
    request.onloadend = () => signal.removeEventListener('abort', abort);
    request.open(sending.method, sending.address);
    if (sending.etag !== undefined) request.setRequestHeader('if-match', sending.etag);
    if (signal.aborted) reject(signal.reason as Error);
    else request.send(form);
  });
}

function readJson(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}
