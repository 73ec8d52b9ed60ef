/**
 * Pipelines that ask who sent the request: which module checks the token, and where the request carries it. It is checked
 * where the request arrives, so only a pipeline behind a route can ask.
 */

import type { Pipeline } from '#contracts/definition';
import type { JsonObject } from '#contracts/json';
import type { Application } from '#language/application';
import type { Place } from '#language/checker';
import { addDoor } from '#language/route-modules';

/** What a step asks for, with its place. */
export interface Asking {
  module: string | undefined;
  source: string | undefined;
  place: Place;
}

const HEADER: NonNullable<Pipeline['caller']>['token'] = { in: 'headers', name: 'authorization' };

/** Once all routes and modules are known. */
export function compileCallers(app: Application): void {
  const behind = new Set(app.table.routes.flatMap(({ pipeline }) => pipeline ?? []));
  for (const [name, { pipeline, asking }] of app.pipelines) {
    for (const each of asking) {
      if (!behind.has(name)) {
        const message = 'Nobody is signed in here: a token comes with an HTTP request, and no route leads to this pipeline.';
        app.checker.error('invalid_value', message, each.place, 'Give the pipeline a trigger of the type http, or ask in the one that calls it.');
        continue;
      }
      const module = issuerOf(app, each);
      const token = tokenOf(app, each);
      if (module === undefined || !token) continue;
      const caller = { module, token };
      if (pipeline.caller && JSON.stringify(pipeline.caller) !== JSON.stringify(caller)) {
        app.checker.error(
          'invalid_value',
          `A pipeline has one caller: it asks ${pipeline.caller.module} already, for the token in another place.`,
          each.place,
          'Ask for the caller once, and read steps.<that step> in the others.',
        );
        continue;
      }
      pipeline.caller = caller;
      addDoor(app, app.modules.get(module)!);
    }
  }
}

function issuerOf(app: Application, { module, place }: Asking): string | undefined {
  const issuers = app.modules.all().filter(({ facts }) => facts?.ports.offers.includes('issuer'));
  // One that is not there has been said.
  if (module !== undefined) return issuers.some(({ name }) => name === module) ? module : undefined;
  if (issuers.length === 1) return issuers[0]!.name;
  const hint = issuers.length === 0 ? 'Declare a module of the type auth.jwt.' : `One of ${issuers.map(({ name }) => name).join(', ')}.`;
  app.checker.error('missing_key', 'Say with auth_module which module has issued the token.', place, hint);
  return undefined;
}

/** `headers.Authorization`, also at the end of a path such as `steps.parse.headers.Authorization`. */
function tokenOf(app: Application, { source, place }: Asking): NonNullable<Pipeline['caller']>['token'] | undefined {
  if (source === undefined) return HEADER;
  const found = /(?:^|\.)(headers|query|query_params|body)\.([A-Za-z0-9_-]{1,100})$/.exec(source);
  if (!found) {
    app.checker.error(
      'invalid_path',
      `"${source.slice(0, 100)}" is not where a request carries a token.`,
      place,
      'For example headers.Authorization, query.token or body.token.',
    );
    return undefined;
  }
  const part = found[1]!;
  if (part === 'headers') return { in: 'headers', name: found[2]!.toLowerCase() };
  return { in: part === 'body' ? 'body' : 'query', name: found[2]! };
}

/** Of the settings of a step. */
export function askingOf(settings: JsonObject, place: Place): Asking {
  const { auth_module, token_source } = settings;
  return {
    module: typeof auth_module === 'string' ? auth_module : undefined,
    source: typeof token_source === 'string' ? token_source : undefined,
    place,
  };
}
