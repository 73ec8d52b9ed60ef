/** Names of other things of the application in the settings of steps: each must be there. */
import type { Application } from '#language/application';
import type { Place } from '#language/checker';
import { didYouMean } from '#language/nearest';

export interface Reference {
  /** As the schema of the setting says it (`names: 'machine'`). */
  kind: string;
  name: string;
  place: Place;
}

const WORDS: { [kind: string]: string } = {
  machine: 'state machine',
  cache: 'cache',
  nosql: 'document store',
  artifacts: 'store of files',
  actors: 'pool of actors',
  tracker: 'tracker of states',
  issuer: 'module that issues tokens named',
};

export function checkReferences(app: Application): void {
  for (const { kind, name, place } of app.references) {
    if (kind === 'schema') {
      noteSchema(app, name, place);
      continue;
    }
    const known = namesOf(app, kind);
    if (known.has(name)) continue;
    app.checker.error('unknown_name', `This application has no ${WORDS[kind] ?? kind} "${name}".`, place, didYouMean(name, known));
  }
}

/** A name that is none of the document's is sent along as it is: others may know it. */
function noteSchema({ checker, schemas }: Application, name: string, place: Place): void {
  const known = Object.keys(schemas);
  if (known.length === 0 || Object.hasOwn(schemas, name)) return;
  checker.warn('unknown_reference', `The document has no schema "${name}", so the data are not checked.`, place, didYouMean(name, known));
}

function namesOf(app: Application, kind: string): ReadonlySet<string> {
  const modules = app.modules.all().filter((module) => module.facts?.provides === kind);
  if (kind !== 'machine') return new Set(modules.map((module) => module.name));
  // A machine, or the engine that runs it.
  return new Set(Object.values(app.stateMachines).flatMap(({ name, engine }) => (engine === undefined ? [name] : [name, engine])));
}
