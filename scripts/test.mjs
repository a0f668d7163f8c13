/** `npm test`: installs what is missing, builds, runs every test and ends with one line of numbers. */
import { bootstrap } from './bootstrap.mjs';

bootstrap('test.ts');
