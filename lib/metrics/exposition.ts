/**
 * The text that Prometheus reads, in both of its formats. prom-client writes either, but renames its own counters when it changes
 * from one to the other, so that a scrape in one format spoils the next in the other.
 */
import { registry } from './registry.ts';

export type Format = 'text' | 'openmetrics';

/** https://prometheus.io/docs/instrumenting/exposition_formats/, https://prometheus.io/docs/specs/om/open_metrics_spec/ */
export const CONTENT_TYPES: Readonly<Record<Format, string>> = {
  text: 'text/plain; version=0.0.4; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
};

const NEEDS_ESCAPING = /[\\"\n]/;

interface Sample {
  metricName?: string;
  labels: Readonly<Record<string, string | number>>;
  value: number;
}

interface Family {
  name: string;
  help: string;
  type: string;
  values: readonly Sample[];
}

/** Every metric of the process as it is now. */
export async function exposition(format: Format): Promise<string> {
  const families = (await registry().getMetricsAsJSON()) as unknown as Family[];
  const text = families.map(family => textOf(family, format)).join('');
  return format === 'openmetrics' ? `${text}# EOF\n` : text;
}

function textOf(family: Family, format: Format): string {
  const name = format === 'openmetrics' && family.type === 'counter' ? family.name.replace(/_total$/, '') : family.name;
  const help = `# HELP ${name} ${escaped(family.help, format === 'openmetrics')}\n`;
  const lines = family.values.map(sample => line(family.name, sample, format));
  return `${help}# TYPE ${name} ${typeOf(family, format)}\n${lines.join('')}`;
}

/**
 * A gauge whose name ends as another type's series would (`object_count`, and some that prom-client brings) is shown without a
 * type: its name is given, and `promtool check metrics` would complain.
 */
function typeOf({ name, type }: Family, format: Format): string {
  if (type !== 'gauge' || !/_(total|count|sum|bucket)$/.test(name)) return type;
  return format === 'openmetrics' ? 'unknown' : 'untyped';
}

/** Runs some thousand times for each scrape, while nobody is answered: no arrays, no patterns where nothing needs them. */
function line(name: string, { metricName = name, labels, value }: Sample, format: Format): string {
  let pairs = '';
  for (const label in labels) {
    const text = labels[label] ?? '';
    const shown = label === 'le' && format === 'openmetrics' ? canonical(text) : String(text);
    pairs += `${pairs === '' ? '' : ','}${label}="${escaped(shown, true)}"`;
  }
  return `${metricName}${pairs === '' ? '' : `{${pairs}}`} ${numberText(value)}\n`;
}

/** OpenMetrics 1.0, "Considerations: Canonical Numbers": a bound is written as the float that it is. */
function canonical(bound: string | number): string {
  const text = String(bound);
  return /^\d+$/.test(text) ? `${text}.0` : text;
}

function escaped(text: string, quotes: boolean): string {
  if (!NEEDS_ESCAPING.test(text)) return text;
  const plain = text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
  return quotes ? plain.replaceAll('"', '\\"') : plain;
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (Number.isFinite(value)) return String(value);
  return value > 0 ? '+Inf' : '-Inf';
}
