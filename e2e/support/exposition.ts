/** A strict reader of what `/metrics` answers, in either format: whatever the specifications forbid is an error. */

export interface ExposedSample {
  name: string;
  labels: Readonly<Record<string, string>>;
  value: number;
}

export interface ExposedFamily {
  name: string;
  type: string;
  help: string;
  samples: ExposedSample[];
}

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const SAMPLE = new RegExp(`^(${NAME})(?:\\{(.*)\\})? (\\S+)$`);
const LABEL = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\n"])*)"(,|$)/;
const NUMBER = /^(?:[+-]Inf|NaN|[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/;
const TYPES = {
  text: ['counter', 'gauge', 'histogram', 'untyped'],
  openmetrics: ['counter', 'gauge', 'histogram', 'unknown'],
};

/** @returns families by name, the counters of OpenMetrics without `_total` */
export function parseExposition(text: string, format: 'text' | 'openmetrics'): Map<string, ExposedFamily> {
  const lines = text.split('\n');
  check(lines.pop() === '', 'the last line has no end', text.slice(-80));
  if (format === 'openmetrics') check(lines.pop() === '# EOF', 'the text does not end with # EOF', text.slice(-80));
  const families = new Map<string, ExposedFamily>();
  let family: ExposedFamily | undefined;
  for (const line of lines) {
    const comment = new RegExp(`^# (HELP|TYPE) (${NAME}) (.*)$`).exec(line);
    if (comment !== null) {
      const [, word, name = '', rest = ''] = comment;
      if (word === 'HELP') {
        check(!families.has(name), 'a family comes twice', line);
        check(rest.trim() !== '' && !/\\[^\\n"]/.test(rest), 'the help is missing or badly escaped', line);
        family = { name, type: '', help: rest, samples: [] };
        families.set(name, family);
      } else {
        check(family?.name === name && family.type === '', 'a type without its help before it', line);
        check(TYPES[format].includes(rest), 'a type that there is not', line);
        family.type = rest;
      }
    } else {
      check(family !== undefined && family.type !== '', 'a sample of no family', line);
      family.samples.push(sampleOf(line, family, format));
    }
  }
  for (const one of families.values()) checkFamily(one);
  return families;
}

/** The value of the one series that has these labels and no other. */
export function valueOf(
  family: ExposedFamily | undefined,
  labels: Record<string, string> = {},
  name = family?.name,
): number {
  const wanted = seriesKey(name ?? '', labels);
  const found = family?.samples.find(sample => seriesKey(sample.name, sample.labels) === wanted);
  if (found === undefined) throw new Error(`there is no ${wanted}`);
  return found.value;
}

function sampleOf(line: string, { name: familyName, type }: ExposedFamily, format: string): ExposedSample {
  const match = SAMPLE.exec(line);
  check(match !== null, 'neither a comment nor a sample', line);
  const [, name = '', labelText = '', number = ''] = match;
  check(NUMBER.test(number), 'not a number', line);
  const counter = format === 'openmetrics' ? '_total' : '';
  const suffixes = { histogram: ['_bucket', '_sum', '_count'], counter: [counter] }[type] ?? [''];
  check(
    suffixes.some(suffix => name === familyName + suffix),
    `a name that does not fit ${type} ${familyName}`,
    line,
  );
  const labels: Record<string, string> = {};
  for (let rest = labelText; rest !== '';) {
    const label = LABEL.exec(rest);
    check(label !== null && !Object.hasOwn(labels, label[1] ?? ''), 'broken labels', line);
    labels[label[1]!] = label[2]!.replace(/\\(.)/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped));
    rest = rest.slice(label[0].length);
  }
  return { name, labels, value: Number(number.replace('Inf', 'Infinity')) };
}

function checkFamily({ name, type, samples }: ExposedFamily): void {
  const keys = samples.map(sample => seriesKey(sample.name, sample.labels));
  check(new Set(keys).size === keys.length, 'a series comes twice', name);
  if (type === 'counter')
    check(
      samples.every(({ value }) => value >= 0),
      'a counter below zero',
      name,
    );
  if (type !== 'histogram') return;
  for (const [series, own] of Map.groupBy(samples, ({ labels: { le: _le, ...rest } }) => seriesKey('', rest))) {
    const buckets = own.filter(sample => sample.name.endsWith('_bucket'));
    const bounds = buckets.map(({ labels }) => Number(labels['le']?.replace('Inf', 'Infinity')));
    check(
      bounds.every((bound, i) => i === 0 || bound > bounds[i - 1]!),
      'bounds that do not rise',
      name + series,
    );
    check(
      buckets.every(({ value }, i) => i === 0 || value >= buckets[i - 1]!.value),
      'counts that fall',
      name + series,
    );
    const count = own.find(sample => sample.name.endsWith('_count'));
    check(bounds.at(-1) === Infinity && buckets.at(-1)?.value === count?.value, 'no whole', name + series);
    check(
      own.some(sample => sample.name.endsWith('_sum')),
      'no sum',
      name + series,
    );
  }
}

function seriesKey(name: string, labels: Readonly<Record<string, string>>): string {
  return `${name}${JSON.stringify(Object.entries(labels).sort())}`;
}

function check(holds: boolean, what: string, where: string): asserts holds {
  if (!holds) throw new Error(`${what}: ${where}`);
}
