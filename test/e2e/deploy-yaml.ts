/** Deploys a document of a test's own into production, through the public API. */
import { expect } from 'vitest';
import type { Started } from './started.ts';

export async function deployYaml(platform: Started, yaml: string, tenant = 'acme'): Promise<{ id: string; name: string; version: number }> {
  const answer = await platform.api('POST', '/workflows?deploy=production', yaml, { 'x-tenant': tenant });
  // The text says what is wrong with the document.
  expect(answer.text).toContain('"deployment"');
  return answer.body;
}
