import { ensureBuild } from '../../scripts/build.ts';
import { findEspeak, installEspeak } from './espeak.ts';
import { findPrometheus, installPrometheus } from './prometheus.ts';
import { findRedis, installRedis } from './redis.ts';

/** Before the first integration test: they run against the built server, so there must be a build of these sources. */
export default function setup(): void {
  if (!ensureBuild()) throw new Error('The build failed; see above.');
  // Here, because two test files that install it at the same time would meet at Debian's lock.
  if (findRedis() === undefined) installRedis();
  if (findEspeak() === undefined) installEspeak();
  if (findPrometheus() === undefined) installPrometheus();
}
