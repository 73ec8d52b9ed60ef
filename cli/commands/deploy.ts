/** `deploy FILE`: the document's next version, running in an environment. Nothing is sent of a document with mistakes. */
import { type Answer, CONNECTION, type Connection, type Content, call, connect } from '#cli/client';
import { type Command, FAILED, OK } from '#cli/command';
import { type CheckedDocument, checkDocument } from '#cli/document';
import { countOf, printable, printDiagnostics } from '#cli/print-diagnostics';
import { isJsonObject, type JsonObject } from '#contracts/json';

const ENVIRONMENT = 'production';

export const deploy: Command = {
  name: 'deploy',
  summary: 'Makes a document the next version of its workflow and lets it run',
  positionals: ['FILE'],
  options: {
    environment: { type: 'string', value: 'NAME', about: `Where it runs, such as staging; ${ENVIRONMENT} when absent` },
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
    const { body } = await store(connection, document, definition.name, environment);
    for (const line of report(body, environment, connection.origin)) around.out(line);
    const deployment = isJsonObject(body.deployment) ? String(body.deployment.id) : undefined;
    if (deployment !== undefined) {
      const impact = await call(connection, 'GET', `/deployments/${encodeURIComponent(deployment)}/impact?limit=100`);
      for (const line of impactLines(impact.body)) around.out(line);
    }
    return OK;
  },
};

/** What the deployment means for the executions that run; nothing where none runs on another version. `report`: the answer of the API. */
export function impactLines(report: JsonObject): string[] {
  const counts = isJsonObject(report.counts) ? report.counts : {};
  const [movable, blocked] = [Number(counts.movable ?? 0), Number(counts.blocked ?? 0)];
  const older = movable + blocked;
  if (older === 0) return [];
  const first = report.next_cursor === null ? '' : ' of the first hundred';
  const lines = [
    older === 1
      ? `1 execution${first} runs on another version, and goes on as it is.`
      : `${older} executions${first} run on another version, and go on as they are.`,
  ];
  if (movable > 0) {
    lines.push(
      `  ${movable} could be moved to this one: the page of the application, or POST /api/v1/workflows/${report.workflow}/versions/${report.version}/migrate`,
    );
  }
  const executions = Array.isArray(report.executions) ? report.executions.filter(isJsonObject) : [];
  const reasons = new Map<string, number>();
  for (const { obstacles } of executions) {
    for (const obstacle of Array.isArray(obstacles) ? obstacles.filter(isJsonObject) : []) {
      const message = printable(String(obstacle.message));
      reasons.set(message, (reasons.get(message) ?? 0) + 1);
    }
  }
  if (blocked > 0) lines.push(`  ${blocked} could not:`, ...[...reasons].slice(0, 10).map(([reason, count]) => `    ${count} × ${reason}`));
  return lines;
}

/** The first version, or the next one of the workflow that has the name. */
async function store(connection: Connection, { source, fallbackName, files }: CheckedDocument, name: string, environment: string): Promise<Answer> {
  const content: Content = Object.keys(files).length > 0 ? { json: { config: source, files } } : { yaml: source };
  const query = `?deploy=${encodeURIComponent(environment)}`;
  // A name beside the document is for one that has none: there it is the file's.
  const named = name === fallbackName ? `&name=${encodeURIComponent(name)}` : '';
  const made = await call(connection, 'POST', `/workflows${query}${named}`, { ...content, accept: [409] });
  if (made.status !== 409) return made;
  return call(connection, 'PUT', `/workflows/${encodeURIComponent(String(made.body.id ?? name))}${query}`, content);
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
