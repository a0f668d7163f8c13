/** What links and forms do while the server is not reached: they do not leave the page for one that cannot come. */
import { COMES_LATER, wish } from './connection.ts';

/**
 * A link within the application opens when the connection is back; a form is kept as it is.
 *
 * @param push opens an address in Next's router, which waits for the connection
 * @returns the way out
 */
export function followLinks(push: (address: string) => void): () => void {
  // After the application's own listeners: what they have dealt with needs no server, but for Next's links, which wait.
  const onClick = (event: MouseEvent) => {
    const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>('a[href]') : null;
    if (link === null || !opensHere(link, event)) return;
    // A row opens its sheet, and takes the place of a page that was waited for.
    if (link.closest('[role="grid"]') !== null) return wish.set('');
    const { pathname, search, hash } = new URL(link.href);
    if (pathname === location.pathname && search === location.search && !event.defaultPrevented) return;
    if (!event.defaultPrevented) {
      event.preventDefault();
      push(pathname + search + hash);
    }
    wish.set(COMES_LATER);
  };
  const onSubmit = (event: SubmitEvent) => {
    if (event.defaultPrevented) return;
    event.preventDefault();
    wish.set('No connection to the server. That needs it: try again when it is back.');
  };
  window.addEventListener('click', onClick);
  window.addEventListener('submit', onSubmit);
  return () => {
    window.removeEventListener('click', onClick);
    window.removeEventListener('submit', onSubmit);
  };
}

function opensHere(link: HTMLAnchorElement, { button, ctrlKey, metaKey, shiftKey, altKey }: MouseEvent): boolean {
  if (button !== 0 || ctrlKey || metaKey || shiftKey || altKey) return false;
  return (
    link.origin === location.origin && link.target === '' && !link.download && link.getAttribute('role') !== 'button'
  );
}
