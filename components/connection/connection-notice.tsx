'use client';

import { CloudOff } from 'lucide-react';
import { useOffline } from 'next/offline';
import { useRouter } from 'next/navigation';
import { useEffect, useState } from 'react';
import { useStore } from '../store.ts';
import { clock, connection, wish } from './connection.ts';
import { followLinks } from './links.ts';
import './connection.css';

const LOST =
  'No connection to the server. What is loaded can be used, and changes and uploads are kept until it is back.';
const BACK = 'The connection is back.';
/** Milliseconds that the good news stays. */
const BACK_FOR = 4000;

/** A line at the top of every page while the server is not reached; announced, and never in the way. */
export function ConnectionNotice() {
  const loss = useStore(connection.loss, value => value);
  const wished = useStore(wish, value => value);
  const [isBack, setBack] = useState(false);
  const router = useRouter();

  // Pages that were asked for wait in Next's router, which notices by itself.
  const routerWaits = useOffline();
  useEffect(() => {
    if (routerWaits) void connection.doubt();
  }, [routerWaits]);
  const isLost = loss !== undefined;
  useEffect(() => (isLost ? followLinks(address => router.push(address)) : undefined), [isLost, router]);
  useEffect(() => {
    let callOff: (() => void) | undefined;
    const stop = connection.onBack(() => {
      wish.set('');
      setBack(true);
      callOff?.();
      callOff = clock.after(BACK_FOR, () => setBack(false));
    });
    return () => {
      stop();
      callOff?.();
    };
  }, []);

  const looks = isLost && loss.nextLook === undefined;
  return (
    <div className="connection" data-state={isLost ? 'lost' : isBack ? 'back' : 'fine'}>
      {isLost && <CloudOff size={16} strokeWidth={1.75} aria-hidden />}
      <p role="status">{isLost ? wished || LOST : isBack ? BACK : ''}</p>
      {isLost && (
        <button className="quiet" aria-disabled={looks} onClick={connection.look}>
          {looks ? 'Trying' : 'Try now'}
        </button>
      )}
    </div>
  );
}
