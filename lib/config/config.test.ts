import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig, loadSecrets } from './config.ts';
import { configurationPage, environmentExample } from './document.ts';
import { ENGINE_VARIABLES } from './engines.ts';
import { isLoopbackHost } from './loopback.ts';
import { VARIABLES } from './variables.ts';

describe('the configuration', () => {
  it('has a default for everything', () => {
    const config = loadConfig({});
    expect(config).toMatchObject({ host: '127.0.0.1', port: 3000, access: 'open', logLevel: 'info', shared: false });
    expect(config.upload).toEqual({ maxFileSize: 52_428_800, chunkSize: 8192 });
    expect(config.memory).toEqual({ checkInterval: 60, leakThreshold: 1_000_000 });
    expect(path.isAbsolute(config.dataDir)).toBe(true);
    expect(config.warnings).toEqual([]);
  });

  it('names every wrong variable in one message', () => {
    const wrong = {
      PORT: 'abc',
      ACCESS: 'closed',
      MAX_FILE_SIZE: '-1',
      PUBLIC_URL: 'sounds.example.org',
      LOG_LEVEL: 'loud',
    };
    let message = '';
    try {
      loadConfig(wrong);
    } catch (error) {
      message = (error as Error).message;
    }
    for (const name of Object.keys(wrong)) expect(message).toContain(name);
    expect(message).toContain('PORT=abc must be a whole number');
  });

  it('never shows a secret in its message', () => {
    expect(() => loadConfig({ ADMIN_TOKEN: 'tiny secret' })).toThrow(/ADMIN_TOKEN must be/);
    expect(() => loadConfig({ ADMIN_TOKEN: 'tiny secret' })).not.toThrow(/tiny secret/);
  });

  it('keeps secrets apart from what may be logged', () => {
    const env = {
      ADMIN_TOKEN: 'a-token-of-sixteen',
      METRICS_TOKEN: 'a-token-of-metrics',
      REDIS_URL: 'redis://:hunter2@127.0.0.1',
    };
    expect(JSON.stringify(loadConfig(env))).not.toMatch(/a-token-of-|hunter2/);
    expect(loadSecrets(env).metricsToken).toBe('a-token-of-metrics');
    expect(loadSecrets(env).adminToken).toBe('a-token-of-sixteen');
  });

  it('asks for a login where others can reach the port, and is open on loopback', () => {
    expect(loadConfig({ HOST: '0.0.0.0' }).access).toBe('login');
    expect(loadConfig({ HOST: '::1' }).access).toBe('open');
    expect(loadConfig({ HOST: '192.168.1.4' }).access).toBe('login');
  });

  it('warns loudly when it is open on an address that others can reach', () => {
    expect(loadConfig({ HOST: '0.0.0.0', ACCESS: 'open' }).warnings[0]).toContain('ACCESS=open on HOST=0.0.0.0');
  });

  it('fills an empty library unless that is refused', () => {
    expect(loadConfig({}).starterPack).toBe(true);
    expect(loadConfig({ STARTER_PACK: 'true' }).starterPack).toBe(true);
    expect(loadConfig({ STARTER_PACK: 'false' }).starterPack).toBe(false);
    expect(() => loadConfig({ STARTER_PACK: 'no' })).toThrow('STARTER_PACK=no must be true or false');
  });

  it('takes empty text for not set', () => {
    expect(loadConfig({ PORT: '', ACCESS: ' ', PUBLIC_URL: '' })).toMatchObject({ port: 3000, access: 'open' });
  });

  it('checks variables against each other', () => {
    expect(() => loadConfig({ CHUNK_SIZE: '65536', MAX_FILE_SIZE: '1000' })).toThrow(/CHUNK_SIZE=65536/);
    expect(loadConfig({ MAX_FILE_SIZE: '1000' }).upload.maxFileSize).toBe(1000);
  });

  it('answers to the host of its public address', () => {
    const config = loadConfig({ PUBLIC_URL: 'https://Sounds.example.org', ALLOWED_HOSTS: 'A.local, b.local:8080' });
    expect(config.allowedHosts).toEqual(['sounds.example.org', 'a.local', 'b.local:8080']);
  });

  it('knows a loopback name from one that only looks like it', () => {
    for (const host of ['localhost', 'LOCALHOST', 'a.localhost', '127.0.0.1', '127.9.9.9', '::1', '[::1]'])
      expect(isLoopbackHost(host), host).toBe(true);
    for (const host of ['localhost.example.org', '127.0.0.1.nip.io', '0.0.0.0', '128.0.0.1', 'notlocalhost'])
      expect(isLoopbackHost(host), host).toBe(false);
  });

  it('is what its page and its example say', () => {
    expect(readFileSync('docs/configuration.md', 'utf8')).toBe(configurationPage());
    expect(readFileSync('.env.example', 'utf8')).toBe(environmentExample());
    for (const name of Object.keys(VARIABLES)) expect(configurationPage()).toContain(`\`${name}\``);
    for (const field of Object.keys(ENGINE_VARIABLES)) {
      expect(configurationPage()).toContain(`\`TTS_<NAME>_${field}\``);
      expect(environmentExample()).toContain(`#TTS_KOKORO_${field}=`);
    }
  });
});
