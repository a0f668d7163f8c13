import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** What the proxy does with what the server says; what the client says always arrives. */
export type Mischief =
  | { kind: 'none' }
  /** Every piece comes so many milliseconds later. */
  | { kind: 'delay'; ms: number }
  /** Nothing comes, and the connection stays. */
  | { kind: 'silence' }
  /** After so many bytes the connection breaks. */
  | { kind: 'cut'; after: number }
  /** Random bytes come instead. */
  | { kind: 'garbage' }
  /** Random bytes come in between, after so many. */
  | { kind: 'insert'; after: number }
  /** One piece does not come; the rest does. */
  | { kind: 'lose' }
  /** Connections that exist break, and new ones are closed at once. */
  | { kind: 'refuse' };

export interface TcpProxy extends AsyncDisposable {
  readonly port: number;
  /** From now on, and for connections that are open already. */
  set(mischief: Mischief): void;
  /** What it does now: a piece can be lost once. */
  readonly mischief: Mischief;
}

/** A proxy on the loopback before a port of it. */
export async function startProxy(target: number): Promise<TcpProxy> {
  let mischief: Mischief = { kind: 'none' };
  const sockets = new Set<Socket>();
  const server = createServer(client => {
    if (mischief.kind === 'refuse') return void client.destroy();
    const upstream = connect(target, '127.0.0.1');
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.setNoDelay(true).on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
    client.on('data', piece => upstream.write(piece));
    upstream.on('data', piece => {
      const harm = mischief;
      if ((harm.kind === 'cut' || harm.kind === 'insert') && piece.length <= harm.after) {
        mischief = { ...harm, after: harm.after - piece.length };
        return void client.write(piece);
      }
      if (harm.kind === 'lose') mischief = { kind: 'none' };
      answer(client, piece, harm);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as { port: number }).port,
    get mischief() {
      return mischief;
    },
    set(next) {
      mischief = next;
      if (next.kind === 'refuse') for (const socket of sockets) socket.destroy();
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function answer(client: Socket, piece: Buffer, harm: Mischief): void {
  switch (harm.kind) {
    case 'none':
      client.write(piece);
      break;
    case 'delay':
      setTimeout(() => client.write(piece), harm.ms);
      break;
    case 'cut':
      client.end(piece.subarray(0, harm.after));
      break;
    case 'garbage':
      client.write(randomBytes(piece.length));
      break;
    case 'insert':
      client.write(Buffer.concat([piece.subarray(0, harm.after), randomBytes(16), piece.subarray(harm.after)]));
      break;
    case 'silence':
    case 'lose':
    case 'refuse':
      break;
  }
}
