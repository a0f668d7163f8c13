import type { Metadata } from 'next';
import { SystemView } from '../../../components/system/system-view.tsx';
import { openPage } from '#lib/server/page.ts';

export const metadata: Metadata = { title: 'System' };

const HOURS = 6;
const POINTS = 360;

/** Memory, caches, requests, uploads and readiness of this server. */
export default async function SystemPage() {
  const { system, memory } = await openPage('/system', '/system');
  const { history } = memory.report(HOURS, POINTS);
  return <SystemView report={await system.report()} history={history} range={HOURS} />;
}
