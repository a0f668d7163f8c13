'use client';

import { FailureMessage, type FailureProps } from '../components/message/failure-message.tsx';
import './globals.css';

/** A failure of the outermost frame, which is replaced as a whole. */
export default function GlobalErrorPage(props: FailureProps) {
  return (
    <html lang="en">
      <body>
        <title>Talk2Me</title>
        <main>
          <FailureMessage {...props} />
        </main>
      </body>
    </html>
  );
}
