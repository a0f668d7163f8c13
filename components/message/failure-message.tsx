'use client';

import { useEffect } from 'react';
import { connection } from '../connection/connection.ts';
import { PageMessage } from './page-message.tsx';

export interface FailureProps {
  error: unknown;
  /** Fetches and draws again what failed. */
  retry: () => void;
}

/** A page that could not be made, on the server or here; tried again when the connection is back. */
export function FailureMessage({ error, retry }: FailureProps) {
  useEffect(() => connection.onBack(retry), [retry]);
  const { digest } = error as { digest?: unknown };
  return (
    <PageMessage
      drawing="broken"
      title="This page could not be shown"
      acts={
        <>
          <button className="primary" onClick={retry}>
            Try again
          </button>
          {/* Loaded anew: the page that failed may have left things behind. */}
          <a className="button" href="/">
            Go to the start page
          </a>
        </>
      }
      note={typeof digest === 'string' ? `The log of the server has more under ${digest}.` : undefined}
    >
      {typeof digest === 'string'
        ? 'The server met an error while it made it. Your sounds are safe.'
        : 'Something in it broke in this browser. Your sounds are safe.'}
    </PageMessage>
  );
}
