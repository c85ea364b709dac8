import { createServer } from 'node:net';

/** Below the ports that systems give to whoever asks for any, so that no server of another test takes it meanwhile. */
const [first, last] = [15_000, 30_000];

/** A port of this machine at which nothing listens. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = first + Math.floor(Math.random() * (last - first));
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
    });
    if (isFree) return port;
  }
}
