import { PageLink } from '../page-link.tsx';
import { PageMessage } from './page-message.tsx';

/** An address that leads to nothing. */
export function NothingHere() {
  return (
    <PageMessage
      drawing="silent"
      title="Nothing here"
      acts={
        <>
          <PageLink className="button primary" href="/">
            Go to the start page
          </PageLink>
          <PageLink className="button" href="/sounds/effects">
            Look through the sounds
          </PageLink>
        </>
      }
    >
      There is no page at this address. What was here may have been deleted or renamed; deleted sounds can be brought
      back for 30 days.
    </PageMessage>
  );
}
