export default function NotFound() {
  return (
    <main className="login">
      <h1>Nothing here</h1>
      <p>
        There is no page at this address. It may have been deleted or renamed. <a href="/">Go to the start page</a>
      </p>
    </main>
  );
}
