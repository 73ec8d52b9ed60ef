/** Real servers that the tests of the runtime talk to, beside it in Node; a test finds them by `inject`. */
import type { TestProject } from 'vitest/node';
import { type SmtpPeer, startSmtp } from './smtp.ts';

declare module 'vitest' {
  interface ProvidedContext {
    smtp: SmtpPeer;
  }
}

export default async function start(project: TestProject): Promise<() => Promise<void>> {
  const smtp = await startSmtp();
  project.provide('smtp', smtp.peer);
  return smtp.stop;
}
