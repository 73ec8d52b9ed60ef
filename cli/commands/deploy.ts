/**
 * `deploy FILE`: the document's next version, running in an environment. Nothing is sent of a document with mistakes, and
 * what the version means for the executions that run is said before it runs.
 */
import { type Answer, CONNECTION, type Connection, type Content, call, connect } from '#cli/client';
import { type Command, FAILED, type Given, OK, type Surroundings } from '#cli/command';
import { type CheckedDocument, checkDocument } from '#cli/document';
import { impactLines, impactOf, type VersionImpact } from '#cli/impact';
import { countOf, printDiagnostics } from '#cli/print-diagnostics';
import { isJsonObject, type JsonObject } from '#contracts/json';

const ENVIRONMENT = 'production';

export const deploy: Command = {
  name: 'deploy',
  summary: 'Makes a document the next version of its workflow and lets it run',
  positionals: ['FILE'],
  options: {
    environment: { type: 'string', value: 'NAME', about: `Where it runs, such as staging; ${ENVIRONMENT} when absent` },
    project: { type: 'string', value: 'ID', about: 'Project that a new workflow is put in, prj_…; one that is there stays where it is' },
    yes: { type: 'boolean', about: 'Does not ask; stops where executions could not be moved to the version' },
    force: { type: 'boolean', about: 'Deploys whatever runs' },
    ...CONNECTION,
  },
  async run(given, around) {
    const connection = connect(given, around);
    const environment = given.options.environment ?? ENVIRONMENT;
    const document = await checkDocument(given.positionals[0]!, around);
    const { file, source, definition, diagnostics } = document;
    if (diagnostics.length > 0) around.note(`${printDiagnostics(diagnostics, { file, source })}\n`);
    if (!definition) {
      around.note(`${file} is not valid: ${countOf(diagnostics)}. Nothing was sent.`);
      return FAILED;
    }
    const stored = (await store(connection, document, definition.name, given.options.project)).body;
    const [name, version] = [String(stored.name), Number(stored.version)];
    const impact = await impactOf(connection, String(stored.id), version, environment);
    for (const line of impactLines(impact, name, version)) around.out(line);
    if (!(await agreed(impact, given, around))) {
      const how = impact.blocked > 0 ? ` --force deploys it all the same: what runs goes on with the version that it started with.` : '';
      around.note(`Not deployed. ${name} version ${version} is stored and runs nowhere new.${how}`);
      return FAILED;
    }
    const { body: deployment } = await call(connection, 'POST', '/deployments', { json: { workflow_id: stored.id ?? null, version, environment } });
    for (const line of report({ ...stored, deployment }, environment, connection.origin)) around.out(line);
    return OK;
  },
};

/** The first version, or the next one of the workflow that has the name; it runs nowhere yet. */
async function store(connection: Connection, { source, fallbackName, files }: CheckedDocument, name: string, project: string | undefined): Promise<Answer> {
  const content: Content = Object.keys(files).length > 0 ? { json: { config: source, files } } : { yaml: source };
  // A name beside the document is for one that has none: there it is the file's.
  const query = new URLSearchParams({ ...(name === fallbackName ? { name } : {}), ...(project === undefined ? {} : { project }) });
  const made = await call(connection, 'POST', query.size > 0 ? `/workflows?${query}` : '/workflows', { ...content, accept: [409] });
  if (made.status !== 409) return made;
  return call(connection, 'PUT', `/workflows/${encodeURIComponent(String(made.body.id ?? name))}`, content);
}

/**
 * Whether to go on. Executions that could not be moved go on as they are, yet on a version that nobody may look after any
 * more: so they stop a deployment until somebody at the terminal, or `--force`, says that this is meant.
 */
async function agreed(impact: VersionImpact, { options }: Given, around: Surroundings): Promise<boolean> {
  const { movable, blocked } = impact;
  if (options.force !== undefined || movable + blocked === 0) return true;
  if (around.ask && options.yes === undefined) return around.ask('Deploy it?');
  return blocked === 0;
}

/** What runs now, and where it answers. `stored`: the answer of the API. */
export function report(stored: JsonObject, environment: string, origin: string): string[] {
  const { name, version, changed } = stored;
  const resources = isJsonObject(stored.deployment) && isJsonObject(stored.deployment.resources) ? stored.deployment.resources : {};
  const routes = Array.isArray(stored.routes) ? stored.routes.filter(isJsonObject) : [];
  const pipelines = Array.isArray(stored.pipelines) ? stored.pipelines.map(String) : [];
  const unrouted = pipelines.filter((pipeline) => !routes.some((route) => route.pipeline === pipeline));
  const same = changed === false ? ' It was stored before, with the same content.' : '';
  const lines = [`${name} version ${version} runs in ${environment}.${same}`];
  for (const { method, path, pipeline, door } of routes) {
    lines.push(`  ${String(method).padEnd(6)} ${resources.ingress}${path}   ${pipeline ?? door}`);
  }
  if (routes.length > 0) lines.push(`  The same is under ${origin}${resources.path} for clients that do not resolve such names.`);
  for (const pipeline of unrouted) lines.push(`  started by the API or an event: npm run wf -- run ${pipeline} --workflow ${name}`);
  if (routes.length > 0 && environment !== ENVIRONMENT) lines.push(`  Send the header X-Workflow-Environment: ${environment} with each request.`);
  return lines;
}
