'use client';

import { Failure } from '../components/message/failure.tsx';
import type { FailureProps } from '../components/message/failure-message.tsx';

/** A failure of a page outside of the shell, or of the shell itself. Its digest leads to the log. */
export default function ErrorPage(props: FailureProps) {
  return (
    <main>
      <Failure {...props} />
    </main>
  );
}
