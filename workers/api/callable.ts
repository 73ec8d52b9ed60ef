/**
 * Which operations an application may call by a step: those that a key's role decides about.
 *
 * 1. Not those of the operator or of a person's own account, for which no key is enough.
 * 2. Not those that take or answer a credential: an execution's log would keep it.
 * 3. Not those whose answer never ends.
 */
import type { KeyScope } from '#contracts/access';
import { type AnyEndpoint, splitRoute } from '#workers/api/endpoint';
import { ENDPOINTS } from '#workers/api/endpoint-list';
import { type RouteName, requirementOf } from '#workers/api/policy';

/** What is sent under these scopes may hold a credential. */
const SCOPES_OF_CREDENTIALS: ReadonlySet<KeyScope> = new Set<KeyScope>(['secrets:write', 'api-keys:write', 'sign-in:write']);
/** They answer a link that signs somebody in. */
const ANSWERS_OF_CREDENTIALS: ReadonlySet<RouteName> = new Set<RouteName>(['POST /invitations', 'POST /invitations/bulk', 'GET /mailbox/{mail}']);

export function isCallable(definition: AnyEndpoint): boolean {
  const required = requirementOf(definition.route);
  if (typeof required === 'string' || ANSWERS_OF_CREDENTIALS.has(definition.route)) return false;
  const { method } = splitRoute(definition.route);
  const [, scope] = required;
  if ((method === 'POST' || method === 'PUT') && scope !== null && SCOPES_OF_CREDENTIALS.has(scope)) return false;
  return Object.values(definition.answers).every(({ mediaType }) => mediaType !== 'text/event-stream');
}

const CALLABLE: ReadonlyMap<string, AnyEndpoint> = new Map(ENDPOINTS.filter(isCallable).map((definition) => [definition.route, definition]));

/** Method and path of an operation by its route; `undefined` where a step may not call it, or there is none. */
export function callableRoute(route: string): { method: string; path: string } | undefined {
  const found = CALLABLE.get(route);
  return found && splitRoute(found.route);
}
