/** Loopback ports. */
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Below what systems hand out by themselves: a port that is free for a moment, while its server starts again, stays so. */
const [LOWEST, HIGHEST] = [12_000, 32_000];

/** A free port; each call gives another one. */
export async function freePort() {
  for (let tries = 0; tries < 50; tries++) {
    const port = randomInt(LOWEST, HIGHEST);
    if (await isFree(port)) return port;
  }
  return (await bind(0)).port;
}

/** Whether the port can be bound on loopback now. */
export async function isFree(port) {
  return bind(port).then(
    () => true,
    () => false,
  );
}

/** The port asked for when it is free, else another. */
export async function portOr(wanted) {
  return (await isFree(wanted)) ? wanted : freePort();
}

function bind(port) {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => {
      const bound = server.address().port;
      server.close(() => resolve({ port: bound }));
    });
  });
}
