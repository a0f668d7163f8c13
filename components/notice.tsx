import type { Notice as NoticeText } from '#lib/server/notice.ts';
import { KindIcon } from './icons.tsx';

/** What the form before this page did, or why it did not. */
export function Notice({ notice, kind }: { notice: NoticeText | undefined; kind?: string }) {
  if (notice === undefined) return null;
  return (
    <div className={`notice ${notice.tone}`} role={notice.tone === 'error' ? 'alert' : 'status'}>
      <KindIcon kind={notice.tone} />
      <span>{notice.text}</span>
      {notice.undo !== undefined && (
        <form method="post" action={`/sounds/${kind}/${notice.undo}/form/restore`}>
          <button>Undo</button>
        </form>
      )}
    </div>
  );
}
