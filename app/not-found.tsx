import type { Metadata } from 'next';
import { NothingHere } from '../components/message/nothing-here.tsx';

export const metadata: Metadata = { title: 'Nothing here' };

/** An address that is none. */
export default function NotFound() {
  return (
    <main>
      <NothingHere />
    </main>
  );
}
