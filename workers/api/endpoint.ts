/**
 * An endpoint describes itself once: route, schemas, answers, problems. From that it is guarded, checked, mounted
 * (`mount-endpoint.ts`) and documented. The handler sees checked values only, and its answer has the shape that the document promises.
 */
import { type ZodObject, type ZodType, z } from 'zod';
import type { CallWeight } from '#contracts/call-weight';
import type { ProblemCode } from '#contracts/problems';
import type { AllowanceVariables } from '#workers/api/allowance-headers';
import type { AuditNote } from '#workers/api/audit';
import type { RouteName } from '#workers/api/policy';
import type { RequestVariables } from '#workers/api/request-id';
import type { RegionEnv } from '#workers/env';
import type { Access } from '#workers/identity/access';
import type { Actor } from '#workers/identity/actor';
import type { Stores } from '#workers/stores';

export type ApiEnv = { Bindings: RegionEnv; Variables: RequestVariables & AllowanceVariables };

/** A request that has passed the door. */
export interface Call<Q = unknown, B = unknown> {
  request: Request;
  url: URL;
  env: RegionEnv;
  stores: Stores;
  actor: Actor;
  /** The region that handed the call over, for a tenant that is at home there. */
  from?: string;
  /** What the caller may reach. */
  access: Access;
  /** Tenant that the caller acts for. */
  tenant: string;
  /** Parts of the path, decoded. */
  params: Record<string, string>;
  query: Q;
  body: B;
  requestId: string;
  /** Epoch ms. */
  now: number;
  /** What the audit log is told beside who, what and when. */
  note: AuditNote;
  waitUntil(task: Promise<unknown>): void;
}

export interface Answer<A> {
  /** Default: the first status of `answers`. */
  status?: number;
  headers?: Record<string, string>;
  /** Absent for 204. */
  body?: A;
}

export interface AnswerDescription {
  description: string;
  schema?: ZodType;
  /** Default: `application/json`. */
  mediaType?: string;
}

export interface Endpoint<Q extends ZodObject = ZodObject, B extends ZodType = ZodType, A extends ZodType = ZodType> {
  route: RouteName;
  tag: string;
  summary: string;
  description?: string;
  /** Without one, any query key is an error. */
  query?: Q;
  /** Headers that the handler reads, and what they say. */
  headers?: Record<string, string>;
  /** Schema of a JSON body. */
  body?: B;
  /** Schemas, by media type, of a body that the handler reads itself. */
  ownBody?: Record<string, ZodType>;
  /** What the handler answers. */
  answer?: A;
  /** By status. */
  answers: Record<number, AnswerDescription>;
  /** Beside those that every endpoint may give. */
  problems?: ProblemCode[];
  /** The caller's tenant need not exist in this region. */
  anyTenant?: boolean;
  /** Answers while the tenant is being erased, too. */
  whileClosed?: true;
  /** Also while the tenant is on its way to another region. `reading`: as long as it is still here, as every GET is. */
  whileMoving?: true | 'reading';
  /** What it costs of the company's units; see `contracts/call-weight.ts`. Default: light. */
  weight?: CallWeight;
  /** Starts an execution: one that another region starts is counted by the rate of its home, here. */
  starts?: true;
  /** false: changes nothing worth an entry in the audit log. Default: every method but GET is written down. */
  audited?: false;
  handle(call: Call<z.output<Q>, z.output<B>>): Promise<Answer<z.input<A>> | Response>;
}

// biome-ignore lint/suspicious/noExplicitAny: endpoints of different shapes in one list.
export type AnyEndpoint = Endpoint<any, any, any>;

/** Identity, for inference of query, body and answer. */
export function endpoint<Q extends ZodObject, B extends ZodType, A extends ZodType>(definition: Endpoint<Q, B, A>): AnyEndpoint {
  return definition;
}

/** A call without credentials: whom it is for is in what was sent. */
export type PublicCall<Q = unknown, B = unknown> = Omit<Call<Q, B>, 'actor' | 'access' | 'from' | 'tenant' | 'note'>;

export interface PublicEndpoint<Q extends ZodObject, B extends ZodType, A extends ZodType> extends Omit<Endpoint<Q, B, A>, 'handle' | 'anyTenant' | 'audited'> {
  handle(call: PublicCall<z.output<Q>, z.output<B>>): Promise<Answer<z.input<A>> | Response>;
}

/** An endpoint of a `public` route. What it changes, it writes into the audit log itself. */
export function publicEndpoint<Q extends ZodObject, B extends ZodType, A extends ZodType>(definition: PublicEndpoint<Q, B, A>): AnyEndpoint {
  return definition as unknown as AnyEndpoint;
}

export const noQuery = z.strictObject({});

export function splitRoute(route: RouteName): { method: string; path: string } {
  const [method, path] = route.split(' ') as [string, string];
  return { method, path };
}

export function weightOf(definition: AnyEndpoint): CallWeight {
  return definition.weight ?? 'light';
}
