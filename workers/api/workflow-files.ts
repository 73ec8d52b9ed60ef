/** The files of a workflow's latest version, for a document that is to come after it. */
import { Problem } from '#contracts/problems';
import type { Workflow } from '#storage/platform-ports';
import { type SentFiles, withEarlier } from '#workers/api/document-files';
import type { Call } from '#workers/api/endpoint';
import { unknownWorkflow } from '#workers/api/unknown';

/** By id or name, where the caller may. Throws Problem: unknown_workflow, forbidden. */
export async function reachedWorkflow({ stores, tenant, access }: Pick<Call, 'stores' | 'tenant' | 'access'>, idOrName: string): Promise<Workflow> {
  const found = await stores.workflows.find(tenant, idOrName);
  if (!found) throw unknownWorkflow(idOrName);
  await access.inWorkflow(found.id, unknownWorkflow(idOrName));
  return found;
}

/** What was sent, and of the latest version what the document still names and nothing was said of. */
export async function withFilesOf(
  { stores, tenant }: Pick<Call, 'stores' | 'tenant'>,
  document: { source: string; files: SentFiles },
  workflow: Workflow,
): Promise<SentFiles> {
  const latest = await stores.workflows.version(tenant, workflow.id, workflow.latest_version);
  const definition = latest && (await stores.definitions.get(tenant, latest.hash));
  if (!definition) throw new Problem('internal', 'The definition of the latest version is not in the store.');
  return withEarlier(document.files, document.source, definition, stores.files, tenant);
}
