/**
 * What the door said of who sent the request. Only an execution that a request has started has it: data that somebody else
 * hands to a pipeline say nothing of a caller, whatever they are called.
 */
import { isJsonObject, type JsonObject } from '#contracts/json';
import type { Scope } from '#contracts/step';

export interface Verdict {
  /** What the token says; `null`: nobody is signed in. */
  claims: JsonObject | null;
  roles: string[];
  /** The module that issued the token. */
  issuer?: string;
  /** Why the token was not accepted. */
  refusal?: string;
}

export function verdictOf({ context }: Scope): Verdict {
  const { trigger, meta } = context;
  if (!isJsonObject(trigger) || !isJsonObject(meta) || meta.trigger !== 'http') return { claims: null, roles: [] };
  const refusal = typeof trigger.auth_refusal === 'string' ? { refusal: trigger.auth_refusal } : {};
  const auth = Object.hasOwn(trigger, 'auth') ? trigger.auth : null;
  if (!isJsonObject(auth) || !isJsonObject(auth.claims)) return { claims: null, roles: [], ...refusal };
  const roles = Array.isArray(auth.roles) ? auth.roles.filter((role) => typeof role === 'string') : [];
  return { claims: auth.claims, roles, ...(typeof auth.issuer === 'string' ? { issuer: auth.issuer } : {}) };
}
