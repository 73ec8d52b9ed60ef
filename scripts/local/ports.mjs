/** Loopback ports. */
import { createServer } from 'node:net';

/** A free port; each call gives another one. */
export async function freePort() {
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
