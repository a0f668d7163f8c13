import { CircleAlert } from 'lucide-react';
import type { BulkReport } from './bulk.ts';

/** Listed by name; the others are counted. */
const LISTED = 50;

/** What of a change to many sounds was left undone, and why. */
export function BulkProblems({ report, onClose }: { report: BulkReport; onClose: () => void }) {
  const { did, done, of, failed, stopped } = report;
  const number = (count: number) => count.toLocaleString('en');
  const untried = of - done - failed.length;
  return (
    <div className="bulk-problems" role="alert">
      <CircleAlert size={16} aria-hidden />
      <div>
        <p>
          <strong>
            {did} for {number(done)} of {number(of)}.
          </strong>{' '}
          {stopped !== undefined && `${stopped} ${number(untried)} were not tried.`}
        </p>
        {failed.length > 0 && (
          <details>
            <summary>{number(failed.length)} could not be changed and are selected</summary>
            <ul>
              {failed.slice(0, LISTED).map(({ id, detail }) => (
                <li key={id}>
                  <code>{id}</code> {detail}
                </li>
              ))}
              {failed.length > LISTED && <li>and {number(failed.length - LISTED)} more</li>}
            </ul>
          </details>
        )}
      </div>
      <button className="quiet" onClick={onClose}>
        Close
      </button>
    </div>
  );
}
