import type { Notice as NoticeText } from '#lib/server/notice.ts';
import { KindIcon } from './icons.tsx';

interface Props {
  notice: NoticeText | undefined;
  kind?: string;
  /** Where what was deleted is brought back; a sound of that kind when not given. */
  restore?: (id: string) => string;
}

/** What the form before this page did, or why it did not. */
export function Notice({ notice, kind, restore = id => `/sounds/${kind}/${id}/form/restore` }: Props) {
  if (notice === undefined) return null;
  return (
    <div className={`notice ${notice.tone}`} role={notice.tone === 'error' ? 'alert' : 'status'}>
      <KindIcon kind={notice.tone} />
      <span>{notice.text}</span>
      {notice.undo !== undefined && (
        <form method="post" action={restore(notice.undo)}>
          <button>Undo</button>
        </form>
      )}
    </div>
  );
}
