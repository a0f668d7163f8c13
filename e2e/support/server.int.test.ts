import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { startServer } from './server.ts';

describe('a started server', () => {
  it('is one process, whose pid takes signals, and takes its folder along', async () => {
    const server = await startServer();
    process.kill(server.pid, 'SIGTERM');
    // 143 = 128 + SIGTERM, as shells and Next say it.
    expect(await server.ended).toBeOneOf([0, 143]);
    await server.stop();
    expect(existsSync(server.dataDir)).toBe(false);
  });

  it('starts again on the folder and port of one that was killed', async () => {
    await using server = await startServer();
    await server.kill9();
    expect(await server.ended).toBe('SIGKILL');

    await using again = await startServer({ dataDir: server.dataDir, port: server.port });
    expect((await fetch(`${again.url}/api/health`)).status).toBe(200);
  });

  it('says every wrong setting at once, and does not start', async () => {
    const start = startServer({ env: { PORT: 'many', MAX_FILE_SIZE: '-1' } });
    await expect(start).rejects.toThrow(/PORT=many[^]*MAX_FILE_SIZE=-1/);
  });
});
