import { availableParallelism } from 'node:os';
import path from 'node:path';
import { defineConfig } from 'vitest/config';

const long = process.env['TEST_LONG'] === '1';

export default defineConfig({
  resolve: {
    // Outside Next nothing sets the condition `react-server`, and the package's default entry throws.
    alias: { 'server-only': path.join(import.meta.dirname, 'node_modules/server-only/empty.js') },
  },
  test: {
    exclude: ['**/node_modules/**', '.next/**', 'data/**'],
    passWithNoTests: true,
    restoreMocks: true,
    setupFiles: 'e2e/support/seed.setup.ts',
    // Nothing depends on how fast the machine is: what is waited for comes, or does not.
    expect: { poll: { timeout: 8000 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['{lib,eslint,scripts,components,app}/**/*.test.{ts,tsx}'],
          exclude: ['**/node_modules/**', '**/*.int.test.ts'],
          testTimeout: long ? 600_000 : 30_000,
          // By itself one fewer than there are cores: a single one where there are two.
          maxWorkers: Math.max(2, availableParallelism() - 1),
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['{lib,app,scripts,e2e}/**/*.int.test.ts'],
          globalSetup: 'e2e/support/integration.setup.ts',
          testTimeout: long ? 1_800_000 : 60_000,
          hookTimeout: 120_000,
          // Every file starts servers of its own; more at once only measure each other on two cores.
          maxWorkers: 2,
        },
      },
    ],
  },
});
