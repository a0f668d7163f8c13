'use client';

import { CircleAlert, Check, Upload } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useStore } from '../store.ts';
import { loadQueue } from '../uploads/desk.ts';
import type { UploadQueue } from '../uploads/upload-queue.ts';
import { formatPart, formatRate, formatTimeLeft, headline, holdReason } from '../uploads/upload-words.ts';
import { NowLine } from './now-line.tsx';

/** The uploads of this tab in one line; the tray below has each of them. */
export function RunningUploads() {
  const [queue, setQueue] = useState<UploadQueue>();
  useEffect(() => {
    let gone = false;
    // It is loaded already, since there are uploads.
    loadQueue().then(
      ({ uploads }) => gone || setQueue(() => uploads),
      () => undefined,
    );
    return () => {
      gone = true;
    };
  }, []);
  return queue === undefined ? null : <UploadsLine queue={queue} />;
}

function UploadsLine({ queue }: { queue: UploadQueue }) {
  const state = useStore(queue.store, value => value);
  const { open, failed, bytes, sentBytes, rate, secondsLeft } = state.totals;
  const runs = open > 0;
  const Icon = runs ? Upload : failed > 0 ? CircleAlert : Check;
  const figures = [formatPart(sentBytes, bytes), ...(rate > 0 ? [formatRate(rate)] : [])].join(', ');
  return (
    <NowLine
      icon={<Icon size={16} strokeWidth={1.75} aria-hidden />}
      tone={runs ? undefined : failed > 0 ? 'bad' : 'good'}
      title={headline(state).replace(/^Uploading/, 'Uploading sounds')}
      note={
        runs && (
          <>
            {holdReason(state.hold) ?? figures}
            {failed > 0 && <b className="now-bad"> {failed.toLocaleString('en')} failed</b>}
          </>
        )
      }
      side={secondsLeft === undefined ? '' : formatTimeLeft(secondsLeft)}
      share={runs && bytes > 0 ? sentBytes / bytes : undefined}
    />
  );
}
