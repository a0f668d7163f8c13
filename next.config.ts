import type { NextConfig } from 'next';

/** Packages that load WebAssembly or native code from their own folders: bundling would lose the files or break the build. */
const UNBUNDLED = [
  'sharp',
  'pino',
  'formidable',
  'file-type',
  'mpg123-decoder',
  '@wasm-audio-decoders/flac',
  '@wasm-audio-decoders/ogg-vorbis',
  'ogg-opus-decoder',
];

const config: NextConfig = {
  // Only the container image is standalone: `next start` cannot serve such a build.
  ...(process.env.NEXT_OUTPUT === 'standalone' ? { output: 'standalone' as const } : {}),
  outputFileTracingRoot: import.meta.dirname,
  serverExternalPackages: UNBUNDLED,
  poweredByHeader: false,
  reactStrictMode: true,
  typescript: { ignoreBuildErrors: true },
  compress: true,
  turbopack: { root: import.meta.dirname },
};

export default config;
