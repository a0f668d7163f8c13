import 'server-only';
import type { EventSource } from '#lib/http/event-stream.ts';
import { isOver, type Render } from '#lib/renders/render.ts';
import type { RendersService } from '#lib/renders/renders.service.ts';

/** How often a render is looked at that another server may be working on, and one whose follower was too slow for the last event. */
const LOOK_EVERY_MS = 1000;

/** Renders for those who follow them. */
export class RenderFeed {
  readonly #renders: Pick<RendersService, 'get' | 'follow'>;
  readonly #ends = new Set<() => void>();

  constructor(renders: Pick<RendersService, 'get' | 'follow'>) {
    this.#renders = renders;
  }

  /** How many streams are open. */
  get followers(): number {
    return this.#ends.size;
  }

  /**
   * The render as it is now, then at each change; ends when it is over, or removed.
   *
   * @param known the revision that the follower has
   * @throws AppError `render.not_found`
   */
  source(id: string, known: number | undefined): EventSource {
    // Told as a problem instead of an empty stream.
    this.#renders.get(id);
    return (send, end) => {
      let sent = known;
      const tell = (render: Render) => {
        if (sent !== undefined && render.revision <= sent && !isOver(render)) return;
        if (sent === render.revision) return finish();
        if (!send(JSON.stringify(render), String(render.revision))) return;
        sent = render.revision;
        if (isOver(render)) finish();
      };
      const look = () => {
        try {
          tell(this.#renders.get(id));
        } catch {
          // Removed meanwhile.
          finish();
        }
      };
      const stop = this.#renders.follow(id, tell);
      const timer = setInterval(look, LOOK_EVERY_MS);
      let isFinished = false;
      const finish = () => {
        if (isFinished) return;
        isFinished = true;
        end();
      };
      this.#ends.add(finish);
      look();
      return () => {
        isFinished = true;
        stop();
        clearInterval(timer);
        this.#ends.delete(finish);
      };
    };
  }

  /** Ends every stream, so that none holds up the end of the process. */
  close(): void {
    for (const end of [...this.#ends]) end();
  }
}
