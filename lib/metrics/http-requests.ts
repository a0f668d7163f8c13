/** Requests that were answered, or given up by their client. */
import { STATUS_CODES } from 'node:http';
import { singleton } from '#lib/base/singleton.ts';
import { counter, histogram } from './registry.ts';

/** Of a request whose client went away before it had the whole answer (a status that nginx made a custom). */
export const CLIENT_CLOSED = 499;

const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
const STATUSES: ReadonlySet<string> = new Set([...Object.keys(STATUS_CODES), String(CLIENT_CLOSED)]);
const OTHER = 'other';

/**
 * Combinations of labels at most, each of which is one series of the counter and some of the histogram. A server in use has a
 * hundred. Someone who tries every method everywhere makes more; past this they are counted by their status alone, so that errors
 * still show and all counters together stay under 500.
 */
const MAX_COMBINATIONS = 420;

const LABELS = ['method', 'endpoint', 'status_code'] as const;
type Labels = Record<(typeof LABELS)[number], string>;

export interface RequestFacts {
  readonly method: string;
  /** The template of the route, never the address: one of few. */
  readonly endpoint: string;
  readonly status: number;
  /** From the first byte of its header to the end of the answer. */
  readonly seconds: number;
}

const requests = () =>
  counter({
    name: 'http_requests_total',
    help: 'Requests by method, route template and status; 499 where the client went away before the answer was complete.',
    labelNames: LABELS,
  });

export const durations = () =>
  histogram(
    {
      name: 'http_request_duration_seconds',
      help: 'From the header of a request to the end of its answer, the bodies included.',
      labelNames: LABELS,
    },
    // A cached answer takes 2 ms, a page 20, the analysis of an upload seconds, an upload over a slow line minutes.
    [0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60],
  );

/** Counts each request that is over. */
export function requestMetrics(): (request: RequestFacts) => void {
  const known = singleton('metrics.http_labels', () => new KnownLabels());
  const [counted, timed] = [requests(), durations()];
  return ({ method, endpoint, status, seconds }) => {
    const labels = known.of(method, endpoint, status);
    counted.inc(labels);
    timed.observe(labels, seconds);
  };
}

/** The combinations so far. Looked up for every request by what it comes with, since making text for a key would cost more. */
class KnownLabels {
  readonly #byEndpoint = new Map<string, Map<number, Map<string, Labels>>>();
  #count = 0;

  of(method: string, endpoint: string, status: number): Labels {
    return this.#byEndpoint.get(endpoint)?.get(status)?.get(method) ?? this.#add(method, endpoint, status);
  }

  #add(givenMethod: string, endpoint: string, givenStatus: number): Labels {
    const method = METHODS.has(givenMethod) ? givenMethod : OTHER;
    const status_code = STATUSES.has(String(givenStatus)) ? String(givenStatus) : OTHER;
    // What stands for many is kept under one key, so that clients who make methods up do not fill the memory.
    const status = status_code === OTHER ? NaN : givenStatus;
    const byStatus = this.#byEndpoint.get(endpoint) ?? new Map<number, Map<string, Labels>>();
    const byMethod = byStatus.get(status) ?? new Map<string, Labels>();
    const before = byMethod.get(method);
    if (before !== undefined) return before;
    if (this.#count >= MAX_COMBINATIONS) return { method: OTHER, endpoint: OTHER, status_code };
    const labels = { method, endpoint, status_code };
    this.#count += 1;
    this.#byEndpoint.set(endpoint, byStatus.set(status, byMethod.set(method, labels)));
    return labels;
  }
}
