import pino, { type Logger } from 'pino';

export type { Logger };

/** JSON lines on standard output; `time` is ISO 8601. Values under names that carry secrets are removed. */
export function createLogger(level: string): Logger {
  return pino({
    level,
    base: { service: 'talk2me' },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: label => ({ level: label }) },
    redact: { paths: ['*.authorization', '*.cookie', '*.token', 'token', 'authorization', 'cookie'], remove: true },
  });
}
