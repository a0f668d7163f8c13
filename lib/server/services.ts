import 'server-only';
import type { BookDefaultsService } from '#lib/audiobooks/book-defaults.service.ts';
import type { AudiobooksService } from '#lib/audiobooks/audiobooks.service.ts';
import type { AuthService } from '#lib/auth/auth.service.ts';
import type { Clock } from '#lib/base/clock.ts';
import { singleton } from '#lib/base/singleton.ts';
import type { ResponseCache } from '#lib/cache/response-cache.ts';
import type { Config } from '#lib/config/config.ts';
import type { Logger } from '#lib/logging/logger.ts';
import type { PreviewsService } from '#lib/renders/previews.service.ts';
import type { RendersService } from '#lib/renders/renders.service.ts';
import type { SoundsService } from '#lib/sounds/sounds.service.ts';
import type { SampleBookService } from '#lib/starter/sample-book.service.ts';
import type { StarterService } from '#lib/starter/starter.service.ts';
import type { UploadsService } from '#lib/uploads/uploads.service.ts';
import type { VoicesService } from '#lib/voices/voices.service.ts';
import type { Caches } from './caches.ts';
import { compose } from './compose.ts';
import type { Memory } from './memory.ts';
import type { Readiness } from './readiness.ts';
import type { RenderFeed } from './render-feed.ts';
import type { System } from './system.ts';

/** Everything that routes and pages call. */
export interface Services {
  readonly config: Config;
  readonly version: string;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly auth: AuthService;
  readonly cache: ResponseCache;
  readonly caches: Caches;
  readonly memory: Memory;
  readonly voices: VoicesService;
  readonly sounds: SoundsService;
  readonly uploads: UploadsService;
  readonly audiobooks: AudiobooksService;
  readonly bookDefaults: BookDefaultsService;
  readonly renders: RendersService;
  readonly previews: PreviewsService;
  readonly renderFeed: RenderFeed;
  readonly starter: StarterService;
  readonly sampleBook: SampleBookService;
  readonly readiness: Readiness;
  readonly system: System;
  /** Begins to work on what waits. */
  startRenders(): void;
  /** Forgets what was measured of speech that is not kept any more. Resolves with how many it was. */
  forgetGoneSpeech(): Promise<number>;
  /** Signs what leaves the server and comes back. */
  readonly key: Buffer;
  /** Lets running work end, closes what is open and gives the data folder free. Calling it twice does nothing. */
  close(): Promise<void>;
}

/** The process's one set of services; made by the first call, which is that of `instrumentation.ts`. */
export function services(): Promise<Services> {
  return singleton('services', () => compose());
}
