import { loadConfig, loadSecrets, type Config, type Secrets } from './config.ts';

/** The only place that reads the environment. Throws as {@link loadConfig} does. */
export function configFromEnvironment(): { config: Config; secrets: Secrets } {
  return { config: loadConfig(process.env), secrets: loadSecrets(process.env) };
}

/** Whether this is `next dev`. */
export function isDevelopment(): boolean {
  return process.env.NODE_ENV === 'development';
}
