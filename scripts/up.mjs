/** `npm run up`: from a clone to a running server. Needs Node 20 or newer and npm; brings the rest. */
import { bootstrap } from './bootstrap.mjs';

bootstrap('up.ts');
