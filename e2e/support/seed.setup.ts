import fc from 'fast-check';

/**
 * Property tests try the same cases in every run, so that a run fails by what was changed and never by chance. Long runs try others each time,
 * to find what is wrong already; fast-check prints the seed of what fails.
 */
if (process.env['TEST_LONG'] !== '1') fc.configureGlobal({ seed: 20260 });
