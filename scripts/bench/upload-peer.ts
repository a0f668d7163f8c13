/**
 * The peer of the bench of uploads: formidable in a bare Node server, as its documentation shows it, with what an upload must do
 * anyway: SHA-256, a file, and an fsync before the answer. `<folder>`; prints its port.
 */
import { open, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import formidable from 'formidable';

if (import.meta.main) {
  const [folder = ''] = process.argv.slice(2);
  const server = createServer((request, response) => {
    if (request.method !== 'POST') return void response.end('ok');
    const started = performance.now();
    const form = formidable({
      uploadDir: folder,
      hashAlgorithm: 'sha256',
      maxFileSize: 2 ** 40,
      maxTotalFileSize: 2 ** 40,
    });
    form.parse(request).then(
      async ([, files]) => {
        const received = performance.now();
        const [file] = files['audio_file'] ?? [];
        if (file === undefined) throw new Error('no file came');
        const handle = await open(file.filepath, 'r+');
        await handle.sync();
        await handle.close();
        const stored = performance.now();
        response.writeHead(201, {
          'server-timing': `receive;dur=${received - started}, store;dur=${stored - received}`,
        });
        response.end(JSON.stringify({ size: file.size, sha256: file.hash }));
        await rm(file.filepath);
      },
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  server.requestTimeout = 0;
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    console.log(typeof address === 'object' && address !== null ? address.port : '');
  });
}
