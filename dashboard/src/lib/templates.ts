/**
 * What a new application can begin with: documents of examples/, which are tested there, and one that only answers. They
 * are read into the server's half of the build; a page gets the text of the one that was chosen.
 */
const FILES = import.meta.glob<string>('../../../examples/*/*.yaml', { query: '?raw', import: 'default', eager: true });

export interface Template {
  name: string;
  title: string;
  about: string;
}

const HELLO = `name: my-application

pipelines:
  hello:
    trigger:
      type: http
      method: GET
      path: /hello
    steps:
      - name: answer
        type: step.json_response
        config:
          status: 200
          body:
            message: Hello
`;

export const TEMPLATES: readonly Template[] = [
  { name: 'hello', title: 'One answer', about: 'A route that answers at once. Nothing is called, nothing is kept.' },
  { name: 'todo-api', title: 'An API with a database', about: 'Routes that keep tasks in SQLite and answer with them.' },
  { name: 'create-order', title: 'A saga', about: 'Calls three services in a row; when one fails, what was done before it is undone.' },
  { name: 'quote-compare', title: 'Several calls at once', about: 'Asks three services at the same time and takes the best answer.' },
  { name: 'expense-approval', title: 'An approval', about: 'Waits until somebody agrees, then goes on.' },
  { name: 'order-enrichment', title: 'Events', about: 'Takes events of a topic, adds to them and publishes them again.' },
  { name: 'daily-report', title: 'A schedule', about: 'Runs every day at a time and sends what it found.' },
  { name: 'github-webhook', title: 'A webhook', about: 'Takes signed requests of another service and publishes what matters.' },
];

/** The text of a template; `undefined`: there is none of that name. */
export function templateText(name: string): string | undefined {
  if (name === 'hello') return HELLO;
  return TEMPLATES.some((one) => one.name === name) ? FILES[`../../../examples/${name}/${name}.yaml`] : undefined;
}
