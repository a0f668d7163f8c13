'use client';

/** A failure while a page was made. Its digest leads to the log. */
export default function ErrorPage({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <main className="login">
      <h1>The page could not be made</h1>
      <p>The server failed. Its log has more{error.digest === undefined ? '' : ` under ${error.digest}`}.</p>
      <button onClick={reset}>Try again</button>
    </main>
  );
}
