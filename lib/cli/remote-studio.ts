import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout } from 'node:timers/promises';
import { audiobook, scriptReport, type ScriptReport } from '#lib/audiobooks/audiobook.ts';
import { randomId } from '#lib/base/ids.ts';
import { isOver, render, type Render, type RenderOutput } from '#lib/renders/render.ts';
import { voiceList, type VoiceList } from '#lib/voices/voices.ts';
import { CommandError } from './exit-codes.ts';
import type { OutputDrafts } from './output-drafts.ts';
import type { ServerConnection } from './server-connection.ts';
import type { FinishedOutput, RenderEnd, RenderRequest, ScriptText, Studio } from './studio.ts';

/** Milliseconds between looks at a render. */
const LOOK_EVERY_MS = 300;
/** Milliseconds for cleaning up, which nobody can cancel. */
const FAREWELL_MS = 10_000;

/** A running server, by its HTTP API. */
export class RemoteStudio implements Studio {
  readonly #server: ServerConnection;
  readonly #keep: boolean;

  /** @param options `keep`: book and render stay on the server */
  constructor(server: ServerConnection, { keep }: { keep: boolean }) {
    this.#server = server;
    this.#keep = keep;
  }

  check(text: ScriptText, signal: AbortSignal): Promise<ScriptReport> {
    return this.#server.json(scriptReport, 'POST', '/api/scripts/check', signal, text);
  }

  voices(signal: AbortSignal): Promise<VoiceList> {
    return this.#server.json(voiceList, 'GET', '/api/voices', signal);
  }

  async render({ book, wish, drafts, onProgress }: RenderRequest, signal: AbortSignal): Promise<RenderEnd> {
    const { id: audiobook_id } = await this.#server.json(audiobook, 'POST', '/api/audiobooks', signal, book);
    let render_id: string | undefined;
    try {
      const created = await this.#server.json(render, 'POST', `/api/audiobooks/${audiobook_id}/renders`, signal, wish);
      render_id = created.id;
      const end = await this.#follow(created, onProgress, signal);
      const outputs: FinishedOutput[] = [];
      for (const { url, ...output } of end.outputs) {
        outputs.push({ ...output, draft: await this.#download({ url, ...output }, drafts, signal) });
      }
      return { ...end, outputs, kept: this.#keep ? { audiobook_id, render_id } : undefined };
    } finally {
      if (!this.#keep || signal.aborted) await this.#forget(audiobook_id, render_id);
    }
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async #follow(created: Render, onProgress: RenderRequest['onProgress'], signal: AbortSignal): Promise<Render> {
    let now = created;
    for (;;) {
      onProgress(now);
      if (isOver(now)) break;
      await setTimeout(LOOK_EVERY_MS, undefined, { signal }).catch(() => signal.throwIfAborted());
      now = await this.#server.json(render, 'GET', `/api/renders/${created.id}`, signal);
    }
    if (now.status === 'cancelled') throw new CommandError('Somebody cancelled the render on the server.');
    return now;
  }

  /** @returns the key of the draft */
  async #download({ url, name, sha256 }: RenderOutput, drafts: OutputDrafts, signal: AbortSignal): Promise<string> {
    const response = await this.#server.request('GET', url, signal);
    const draft = await drafts.createDraft();
    const hash = createHash('sha256');
    const hashing = new Transform({
      transform(chunk: Uint8Array, _encoding, done) {
        hash.update(chunk);
        done(null, chunk);
      },
    });
    const body = response.body === null ? [] : response.body;
    try {
      await pipeline(body, hashing, createWriteStream(draft.path, { flush: true }), { signal });
    } catch (error) {
      await draft.discard();
      signal.throwIfAborted();
      throw new CommandError(`${name} could not be downloaded: ${(error as Error).message}`, { cause: error });
    }
    if (hash.digest('hex') !== sha256) {
      await draft.discard();
      throw new CommandError(`${name} arrived damaged. Try again.`);
    }
    const key = randomId();
    await draft.commit(key);
    return key;
  }

  /** Leaves nothing of this on the server but its speech, however it ended. */
  async #forget(book: string, id: string | undefined): Promise<void> {
    const signal = AbortSignal.timeout(FAREWELL_MS);
    const remove = (path: string) => this.#server.request('DELETE', path, signal).catch(() => undefined);
    // The first call cancels one that is not over, and answers with it; the second removes it.
    const first = id === undefined ? undefined : await remove(`/api/renders/${id}`);
    if (first?.status === 200) await remove(`/api/renders/${id}`);
    await remove(`/api/audiobooks/${book}`);
  }
}
