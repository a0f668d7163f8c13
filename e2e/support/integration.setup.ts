import { ensureBuild } from '../../scripts/build.ts';

/** Before the first integration test: they run against the built server, so there must be a build of these sources. */
export default function setup(): void {
  if (!ensureBuild()) throw new Error('The build failed; see above.');
}
