import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { audiobook, scriptReport, type ScriptReport } from '#lib/audiobooks/audiobook.ts';
import { randomId } from '#lib/base/ids.ts';
import { isOver, render, type Render, type RenderOutput } from '#lib/renders/render.ts';
import { explainFileError } from '#lib/storage/durable-file.ts';
import { voiceList, type VoiceList } from '#lib/voices/voices.ts';
import { CommandError } from './exit-codes.ts';
import type { OutputDrafts } from './output-drafts.ts';
import { pause, persistently, type Patience, type Pause } from './patience.ts';
import { GoneError, type ServerConnection } from './server-connection.ts';
import type { FinishedOutput, RenderEnd, RenderRequest, ScriptText, Studio } from './studio.ts';

/** Milliseconds between looks at a render. */
const LOOK_EVERY_MS = 1000;
/** Milliseconds for cleaning up, which nobody can cancel. */
const FAREWELL_MS = 10_000;

export interface RemoteStudioOptions {
  /** Book and render stay on the server. */
  keep: boolean;
  /** Of real time when not given. */
  pause?: Pause;
}

/** What a command made on the server. */
interface Made {
  audiobook_id: string;
  render_id?: string;
}

/** A running server, by its HTTP API. */
export class RemoteStudio implements Studio {
  readonly #server: ServerConnection;
  readonly #keep: boolean;
  readonly #pause: Pause;

  constructor(server: ServerConnection, options: RemoteStudioOptions) {
    this.#server = server;
    this.#keep = options.keep;
    this.#pause = options.pause ?? pause;
  }

  check(text: ScriptText, signal: AbortSignal): Promise<ScriptReport> {
    return this.#server.json(scriptReport, 'POST', '/api/scripts/check', signal, text);
  }

  voices(signal: AbortSignal): Promise<VoiceList> {
    return this.#server.json(voiceList, 'GET', '/api/voices', signal);
  }

  /** Removes what it made on the server, except where that may still become the files that were asked for. */
  async render(request: RenderRequest, signal: AbortSignal): Promise<RenderEnd> {
    const { id: audiobook_id } = await this.#server.json(audiobook, 'POST', '/api/audiobooks', signal, request.book);
    const made: Made = { audiobook_id };
    try {
      const path = `/api/audiobooks/${audiobook_id}/renders`;
      const created = await this.#server.json(render, 'POST', path, signal, request.wish);
      made.render_id = created.id;
      const end = await this.#finish(created, request, signal);
      if (!this.#keep) await this.#forget(made, request);
      else request.onNotice(`The book is kept at ${this.#server.address(`/studio/${audiobook_id}`)}\n`);
      return { ...end, kept: this.#keep ? { audiobook_id, render_id: created.id } : undefined };
    } catch (error) {
      const isUseless = made.render_id === undefined || (error instanceof GoneError && !this.#keep);
      if (signal.aborted || isUseless) await this.#forget(made, request);
      else {
        const remedy = 'Fetch them there, or call this again: what was spoken is not spoken again.';
        request.onNotice(this.#whereItIs(made, 'The render was left on the server.', remedy));
      }
      throw error;
    }
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** From a render that was begun to its files in their places. */
  async #finish(
    created: Render,
    { drafts, place, onProgress, onWaiting }: RenderRequest,
    signal: AbortSignal,
  ): Promise<RenderEnd> {
    const patience: Patience = { onWaiting, pause: this.#pause, signal };
    const look = () => this.#server.json(render, 'GET', `/api/renders/${created.id}`, signal);
    let now = created;
    onProgress(now);
    while (!isOver(now)) {
      await this.#pause(LOOK_EVERY_MS, signal);
      now = await persistently(look, patience);
      if (now.status === 'queued' || now.status === 'paused') onWaiting(`The render is ${now.status} on the server.`);
      else onProgress(now);
    }
    if (now.status === 'cancelled') throw new GoneError('Somebody cancelled the render on the server.');
    const outputs: FinishedOutput[] = [];
    for (const { url, ...output } of now.outputs) {
      const draft = await persistently(() => this.#download({ url, ...output }, drafts, signal), patience);
      outputs.push({ ...output, draft });
    }
    if (now.status === 'completed') await place(outputs);
    return { ...now, outputs };
  }

  /** @returns the key of the draft */
  async #download({ url, name, sha256 }: RenderOutput, drafts: OutputDrafts, signal: AbortSignal): Promise<string> {
    const draft = await drafts.createDraft();
    const hash = createHash('sha256');
    const hashing = async function* (chunks: AsyncIterable<Uint8Array>) {
      for await (const chunk of chunks) {
        hash.update(chunk);
        yield chunk;
      }
    };
    try {
      const file = createWriteStream(draft.path, { flush: true });
      await pipeline(this.#server.bytes(url, signal), hashing, file, { signal });
    } catch (error) {
      await draft.discard();
      signal.throwIfAborted();
      throw explainFileError(error);
    }
    if (hash.digest('hex') !== sha256) {
      await draft.discard();
      throw new CommandError(`${name} arrived damaged. Try again.`);
    }
    const key = randomId();
    await draft.commit(key);
    return key;
  }

  /** Leaves nothing of this on the server but its speech. */
  async #forget(made: Made, { onNotice }: Pick<RenderRequest, 'onNotice'>): Promise<void> {
    const signal = AbortSignal.timeout(FAREWELL_MS);
    const remove = async (path: string) => {
      try {
        return (await this.#server.request('DELETE', path, signal)).status;
      } catch (error) {
        if (error instanceof GoneError) return 404;
        throw error;
      }
    };
    try {
      // The first call cancels one that is not over, and answers with it; the second removes it.
      const path = `/api/renders/${made.render_id}`;
      if (made.render_id !== undefined && (await remove(path)) === 200) await remove(path);
      await remove(`/api/audiobooks/${made.audiobook_id}`);
    } catch (error) {
      const why = error instanceof CommandError ? error.message : `${this.#server.address('/')} did not answer.`;
      onNotice(
        this.#whereItIs(made, `What was made on the server could not be removed: ${why}`, 'Remove the book there.'),
      );
    }
  }

  #whereItIs({ audiobook_id, render_id }: Made, why: string, remedy: string): string {
    const lines = [why, `  book    ${this.#server.address(`/studio/${audiobook_id}`)}`];
    if (render_id !== undefined) {
      const path = this.#server.address(`/api/renders/${render_id}`);
      lines.push(`  render  ${path}`, `  files   ${path}/audio?output=1 and so on, once it is completed`);
    }
    return `${[...lines, remedy].join('\n')}\n`;
  }
}
