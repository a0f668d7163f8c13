import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { listed, sendJson, uploaded } from './support/client.ts';
import { describeWithPrometheus } from './support/describe-with-prometheus.ts';
import { parseExposition, type ExposedFamily } from './support/exposition.ts';
import { promtool, startPrometheus, type TestPrometheus } from './support/prometheus.ts';
import { noiseWav } from './support/recordings.ts';
import { startServer, type TestServer } from './support/server.ts';

const METRICS_TOKEN = 'the-token-that-prometheus-sends';
/** Milliseconds: scrapes are a second apart, and a busy machine is slow. */
const SCRAPED = { timeout: 60_000, interval: 500 };
/** Has a series only while a request of libuv's is under way in the very moment of a scrape. */
const SELDOM = 'nodejs_active_requests';
const deploy = path.join(import.meta.dirname, '../deploy');

interface Dashboard {
  panels: { title: string; targets?: { expr: string }[] }[];
  annotations: { list: { expr: string }[] };
  templating: { list: { type: string; query: string | { query: string } }[] };
}
interface Rules {
  groups: { rules: { name: string; query: string; health: string; state: string }[] }[];
}

describeWithPrometheus('the monitoring that is shipped', () => {
  let server: TestServer;
  let prometheus: TestPrometheus;
  let families: Map<string, ExposedFamily>;

  beforeAll(async () => {
    server = await startServer({ env: { METRICS_TOKEN } });
    await uploaded(server, { bytes: noiseWav(50_000) });
    await listed(server, 'effects');
    await (await sendJson(server, 'POST', '/api/tts', { voice: 'embedded:kal16', text: 'Counted.' })).body?.cancel();
    prometheus = await startPrometheus(await configurationFor(server));
    const headers = { authorization: `Bearer ${METRICS_TOKEN}` };
    // A histogram has its first value with its first event, and the garbage collector takes its time.
    await vi.waitFor(async () => {
      families = parseExposition(await (await fetch(`${server.url}/metrics`, { headers })).text(), 'text');
      families.delete(SELDOM);
      const empty = [...families.values()].filter(family => family.samples.length === 0);
      expect(empty.map(family => family.name)).toEqual([]);
    }, SCRAPED);
  }, 120_000);
  afterAll(async () => {
    await prometheus[Symbol.asyncDispose]();
    await server.stop();
  });

  it('scrapes the server, with the token', async () => {
    const state = async () => {
      const { activeTargets } = (await prometheus.get('/api/v1/targets')) as {
        activeTargets: { health: string; lastError: string }[];
      };
      return activeTargets.map(({ health, lastError }) => ({ health, lastError }));
    };
    await expect.poll(state, SCRAPED).toEqual([{ health: 'up', lastError: '' }]);
  });

  it('answers a query for each metric', { timeout: 120_000 }, async () => {
    const silent = async () => {
      const names = [...families.values()].map(({ name, type }) => (type === 'histogram' ? `${name}_count` : name));
      const answers = await Promise.all(names.map(async name => [name, await prometheus.query(name)] as const));
      return answers.filter(([, series]) => series.length === 0).map(([name]) => name);
    };
    expect(families.size).toBeGreaterThan(40);
    await expect.poll(silent, SCRAPED).toEqual([]);
    await expect
      .poll(
        async () => (await prometheus.query('histogram_quantile(0.9, http_request_duration_seconds_bucket)')).length,
      )
      .toBeGreaterThan(0);
  });

  it('has rules and a dashboard whose every query is understood and names metrics that there are', async () => {
    const { groups } = (await prometheus.get('/api/v1/rules')) as Rules;
    const rules = groups.flatMap(group => group.rules).map(({ name, query }) => [name, query] as const);
    const dashboard = JSON.parse(readFileSync(path.join(deploy, 'grafana/talk2me.json'), 'utf8')) as Dashboard;
    const panels = dashboard.panels.flatMap(({ title, targets = [] }) =>
      targets.map(({ expr }) => [title, expr] as const),
    );
    const starts = dashboard.annotations.list.map(({ expr }) => ['annotation', expr] as const);
    expect(rules.length).toBeGreaterThan(10);
    expect(panels.length).toBeGreaterThan(30);
    const known = new Set(
      [...families.values()].flatMap(({ samples }) => samples.map(sample => sample.name)).concat('up'),
    );
    const used = new Set<string>();
    for (const [where, template] of [...rules, ...panels, ...starts]) {
      const expression = template.replaceAll('$instance', '.*').replaceAll('$__rate_interval', '1m');
      await expect(prometheus.query(expression), `${where}: ${expression}`).resolves.toBeInstanceOf(Array);
      const names = metricsOf(expression);
      expect(names.length, expression).toBeGreaterThan(0);
      for (const name of names) {
        expect([...known], `${where}: ${name}`).toContain(name);
        used.add(name);
      }
    }
    const [instance] = dashboard.templating.list.filter(({ type }) => type === 'query');
    expect(instance?.query).toMatchObject({ query: 'label_values(build_info, instance)' });
    // Nothing of our own that nobody looks at.
    const own = [...families.keys()].filter(name => !/^(process|nodejs)_/.test(name));
    expect(own.filter(name => ![...used].some(one => one.startsWith(name)))).toEqual([]);
  });

  it('has alerts, each with a unit test, and none that fires for a server in good health', async () => {
    expect(promtool(['check', 'rules', path.join(deploy, 'alerts.yml')])).toMatchObject({ status: 0 });
    const tested = promtool(['test', 'rules', path.join(deploy, 'alerts.test.yml')]);
    expect(tested, tested.output).toMatchObject({ status: 0 });
    const tests = readFileSync(path.join(deploy, 'alerts.test.yml'), 'utf8');
    const page = readFileSync(path.join(deploy, '../docs/operations.md'), 'utf8');
    const { groups } = (await prometheus.get('/api/v1/rules')) as Rules;
    for (const { name, state, health } of groups.flatMap(group => group.rules)) {
      expect(tests, name).toMatch(new RegExp(`alertname: ${name}\\n +exp_alerts:\\n +- exp_labels`));
      expect(page, name).toContain(`| \`${name}\``);
      expect(health, name).toBe('ok');
      // On a machine that does other work, too, one may be waiting to see whether it lasts.
      expect(['inactive', 'pending'], name).toContain(state);
    }
  });
});

/** The shipped configuration with this server, its token and our pace. */
async function configurationFor({ port, dataDir }: TestServer): Promise<string> {
  const token = path.join(dataDir, 'metrics-token');
  await writeFile(token, METRICS_TOKEN);
  const changes = {
    'talk2me:3000': `127.0.0.1:${port}`,
    '/run/secrets/metrics-token': token,
    '/etc/prometheus/alerts.yml': path.join(deploy, 'alerts.yml'),
    'scrape_interval: 15s': 'scrape_interval: 1s',
    'evaluation_interval: 15s': 'evaluation_interval: 1s',
  };
  let text = readFileSync(path.join(deploy, 'prometheus.yml'), 'utf8');
  for (const [from, to] of Object.entries(changes)) {
    expect(text).toContain(from);
    text = text.replace(from, to);
  }
  return text;
}

/** The metrics that a query of PromQL selects: what is left of its words without texts, labels, functions and keywords. */
function metricsOf(expression: string): string[] {
  const bare = expression
    .replaceAll(/"[^"]*"/g, '')
    .replaceAll(/\{[^}]*\}/g, '')
    .replaceAll(/\[[^\]]*\]/g, '')
    .replaceAll(/\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g, '');
  const words = [...bare.matchAll(/(?<![\w.])[a-zA-Z_:][\w:]*(?!\s*\()\b/g)].map(match => match[0]);
  return words.filter(word => !['and', 'or', 'unless', 'bool', 'offset'].includes(word));
}
