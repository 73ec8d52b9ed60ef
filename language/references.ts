/** Names of other things of the application in the settings of steps: each must be there. */
import { PORTS, type Port } from '#contracts/module';
import type { Application } from '#language/application';
import { addHint, wrongModule } from '#language/check-ports';
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
  schemas: 'schema',
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
    const other = app.modules.get(name);
    const hint = didYouMean(name, known, known.size > 0 ? `Write one of ${[...known].join(', ')}.` : isPort(kind) ? addHint(app, kind) : undefined);
    if (other?.facts && isPort(kind)) app.checker.error('wrong_module', wrongModule(other, kind), place, hint);
    else app.checker.error('unknown_name', `This application has no ${WORDS[kind] ?? kind} "${name}".`, place, hint);
  }
}

/** A name that is none of the document's is sent along as it is: others may know it. */
function noteSchema({ checker, schemas }: Application, name: string, place: Place): void {
  const known = Object.keys(schemas);
  if (known.length === 0 || Object.hasOwn(schemas, name)) return;
  checker.warn('unknown_reference', `The document has no schema "${name}", so the data are not checked.`, place, didYouMean(name, known));
}

function namesOf(app: Application, kind: string): ReadonlySet<string> {
  if (kind === 'schemas') return new Set(Object.keys(app.schemas));
  const modules = app.modules.all().filter((module) => isPort(kind) && module.facts?.ports.offers.includes(kind));
  if (kind !== 'machine') return new Set(modules.map((module) => module.name));
  // A machine, or the engine that runs it.
  return new Set(Object.values(app.stateMachines).flatMap(({ name, engine }) => (engine === undefined ? [name] : [name, engine])));
}

function isPort(kind: string): kind is Port {
  return Object.hasOwn(PORTS, kind);
}
