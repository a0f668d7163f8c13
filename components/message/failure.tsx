import { lazy, Suspense } from 'react';
import type { FailureProps } from './failure-message.tsx';

/**
 * What stands for a page that failed. Every page brings its boundaries along and few ever need them, so what they say is loaded
 * when they do; where that fails, too, plain words are enough.
 */
export function Failure(props: FailureProps) {
  return (
    <Suspense>
      <Message {...props} />
    </Suspense>
  );
}

const Message = lazy(() =>
  import('./failure-message.tsx').then(
    module => ({ default: module.FailureMessage }),
    () => ({ default: PlainMessage }),
  ),
);

function PlainMessage({ retry }: FailureProps) {
  return (
    <div className="message">
      <h1>This page could not be shown</h1>
      <button className="primary" onClick={retry}>
        Try again
      </button>
    </div>
  );
}
