/** How many there are of what should not become many. */
import { singleton } from '#lib/base/singleton.ts';
import { readGauge } from './registry.ts';

/** Of Node, by what `process.getActiveResourcesInfo()` calls them; further kinds are one. */
const HANDLES: Readonly<Record<string, string>> = {
  Timeout: 'handle_timeout',
  Immediate: 'handle_immediate',
  TCPServerWrap: 'handle_tcp_server',
  TCPSocketWrap: 'handle_tcp_socket',
  TLSWrap: 'handle_tls_socket',
  PipeWrap: 'handle_pipe',
  TTYWrap: 'handle_tty',
  MessagePort: 'handle_message_port',
  ProcessWrap: 'handle_process',
  FSReqCallback: 'handle_file_request',
  FSReqPromise: 'handle_file_request',
  FILEHANDLECLOSEREQ: 'handle_file_request',
};
const OTHER = 'handle_other';

type Count = () => number | Promise<number>;

/** Adds a kind of object to `object_count`. @param type one of few, `cache_entries` for instance */
export function countObjects(type: string, count: Count): void {
  const counts = singleton('metrics.objects', () => new Map<string, Count>());
  counts.set(type, count);
  readGauge(
    {
      name: 'object_count',
      help: 'Objects that are there: what is open or held by the application, and active handles of Node by kind.',
      labelNames: ['object_type'],
    },
    async () => {
      const own = await Promise.allSettled([...counts].map(async ([type, one]) => [type, await one()] as const));
      // What cannot be counted now is missing now.
      const counted = own.flatMap(result => (result.status === 'fulfilled' ? [result.value] : []));
      return [...counted, ...activeHandles()].map(([object_type, value]) => ({ labels: { object_type }, value }));
    },
  );
}

/** Every kind, those that there are none of too, so that a graph has no holes. */
function activeHandles(): Map<string, number> {
  const counts = new Map([...Object.values(HANDLES), OTHER].map(kind => [kind, 0]));
  for (const resource of process.getActiveResourcesInfo()) {
    const kind = HANDLES[resource] ?? OTHER;
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return counts;
}
