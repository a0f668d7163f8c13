'use client';

import { FailureMessage, type FailureProps } from '../components/message/failure-message.tsx';

/** A failure of a page outside of the shell, or of the shell itself. Its digest leads to the log. */
export default function ErrorPage(props: FailureProps) {
  return (
    <main>
      <FailureMessage {...props} />
    </main>
  );
}
