import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fingerprint } from './build.ts';

describe('the fingerprint of a build', () => {
  let folder = '';
  const file = (name: string) => path.join(folder, name);

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'talk2me-sources-'));
    mkdirSync(file('lib/base'), { recursive: true });
    writeFileSync(file('lib/base/ids.ts'), 'one');
    writeFileSync(file('package-lock.json'), '{}');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it.each(['lib/base/ids.ts', 'lib/base/new.ts', 'package-lock.json', 'instrumentation.ts', 'cache-handler.mjs'])(
    'changes with %s',
    name => {
      const before = fingerprint(folder);
      writeFileSync(file(name), 'two');
      expect(fingerprint(folder)).not.toBe(before);
    },
  );

  it('changes when a source is removed', () => {
    const before = fingerprint(folder);
    rmSync(file('lib/base/ids.ts'));
    expect(fingerprint(folder)).not.toBe(before);
  });

  it('stays when a checkout touches a file', () => {
    const before = fingerprint(folder);
    utimesSync(file('lib/base/ids.ts'), new Date(0), new Date(0));
    expect(fingerprint(folder)).toBe(before);
  });

  it.each(['lib/base/ids.test.ts', 'lib/base/ids.int.test.ts', 'vitest.config.ts', 'next-env.d.ts', 'README.md'])(
    'stays when %s changes',
    name => {
      const before = fingerprint(folder);
      writeFileSync(file(name), 'two');
      expect(fingerprint(folder)).toBe(before);
    },
  );
});
