import Link from 'next/link';
import { PageMessage } from './page-message.tsx';

/** An address that leads to nothing. */
export function NothingHere() {
  return (
    <PageMessage
      drawing="silent"
      title="Nothing here"
      acts={
        <>
          <Link className="button primary" href="/" prefetch={false}>
            Go to the start page
          </Link>
          <Link className="button" href="/sounds/effects" prefetch={false}>
            Look through the sounds
          </Link>
        </>
      }
    >
      There is no page at this address. What was here may have been deleted or renamed; deleted sounds can be brought
      back for 30 days.
    </PageMessage>
  );
}
