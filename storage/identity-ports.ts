/**
 * Ports of people: who they are, how they sign in, what they are signed in with.
 * Every call names the tenant; a person in two companies is two users. Instants are epoch ms, addresses lower case.
 */
import type { IdentityProviderSettings } from '#contracts/api-identity-providers';
import type { Page, PageRequest } from '#storage/platform-ports';

export interface User {
  id: string;
  email: string;
  name: string;
  created_at: number;
  verified_at: number | null;
  disabled_at: number | null;
  last_sign_in_at: number | null;
  /** Whether a second factor is asked for. */
  second_factor: boolean;
}

export interface UserStore {
  /** False when the address is taken; nothing is changed then. */
  create(tenant: string, user: User, passwordHash: string | null): Promise<boolean>;
  get(tenant: string, id: string): Promise<User | null>;
  byEmail(tenant: string, email: string): Promise<User | null>;
  /** Those of the ids that are users, in no order. */
  byIds(tenant: string, ids: readonly string[]): Promise<User[]>;
  /** By address. */
  list(tenant: string, page: PageRequest): Promise<Page<User>>;
  passwordHash(tenant: string, id: string): Promise<string | null>;
  setPassword(tenant: string, id: string, hash: string): Promise<void>;
  verify(tenant: string, id: string, now: number): Promise<void>;
  rename(tenant: string, id: string, name: string): Promise<void>;
  /** Another address, verified. False when it is taken; nothing is changed then. */
  readdress(tenant: string, id: string, email: string, now: number): Promise<boolean>;
  /** The last owner who can sign in stays: whether it is decided by the statement that disables. */
  disable(tenant: string, id: string, now: number): Promise<'done' | 'unknown' | 'last_owner'>;
  /** False when there is no such user. */
  enable(tenant: string, id: string): Promise<boolean>;
  /** With all that belongs to them here. False when there was none. */
  remove(tenant: string, id: string): Promise<boolean>;
  signedIn(tenant: string, id: string, now: number): Promise<void>;
  /** Whoever the provider calls `subject`. */
  byIdentity(tenant: string, provider: string, subject: string): Promise<User | null>;
  link(tenant: string, provider: string, subject: string, user: string, now: number): Promise<void>;
}

export interface SecondFactor {
  sealed: string;
  sealed_by: string;
  enabled_at: number | null;
  /** The last step of time whose code was taken: none is taken twice. */
  last_step: number;
}

export interface SecondFactorStore {
  get(tenant: string, user: string): Promise<SecondFactor | null>;
  /** A secret that does not count before it is confirmed. */
  begin(tenant: string, user: string, sealed: Pick<SecondFactor, 'sealed' | 'sealed_by'>): Promise<void>;
  /** Takes effect, with new recovery codes. */
  enable(tenant: string, user: string, now: number, step: number, codeHashes: readonly string[]): Promise<void>;
  replaceCodes(tenant: string, user: string, codeHashes: readonly string[]): Promise<void>;
  remove(tenant: string, user: string): Promise<void>;
  /** False when this step, or a later one, was used before. */
  useStep(tenant: string, user: string, step: number): Promise<boolean>;
  /** False when there is no such code (any more). */
  useCode(tenant: string, user: string, hash: string): Promise<boolean>;
  codesLeft(tenant: string, user: string): Promise<number>;
  /** Some whose secrets were sealed by another key than this one. */
  sealedOtherwise(tenant: string, sealedBy: string, limit: number): Promise<(Pick<SecondFactor, 'sealed' | 'sealed_by'> & { user: string })[]>;
  /** The same secret, sealed anew; nothing when it was changed meanwhile. */
  reseal(tenant: string, user: string, from: string, to: Pick<SecondFactor, 'sealed' | 'sealed_by'>): Promise<void>;
}

export interface UserSession {
  id: string;
  user: string;
  kind: 'browser' | 'api';
  /** `password`, or `provider:{id}`. */
  method: string;
  user_agent: string;
  address: string | null;
  created_at: number;
  last_seen_at: number;
  expires_at: number;
}

export interface UserSessionStore {
  /** Also forgets those of the user that have expired. */
  create(tenant: string, session: UserSession, refreshHash: string | null): Promise<void>;
  /** Not one that has expired, and none of a disabled user. */
  get(tenant: string, id: string, now: number): Promise<UserSession | null>;
  /** Newest first. */
  ofUser(tenant: string, user: string, now: number): Promise<UserSession[]>;
  seen(tenant: string, id: string, now: number): Promise<void>;
  /** The next refresh token in place of this one. `reused`: it was used before, and the session has ended now. */
  rotate(tenant: string, id: string, hash: string, nextHash: string, now: number): Promise<UserSession | 'reused' | null>;
  /** False when the user has no such session. */
  remove(tenant: string, user: string, id: string): Promise<boolean>;
  /** All but one. */
  removeOthers(tenant: string, user: string, keep: string | null): Promise<void>;
}

export type SignInTokenKind = 'verify' | 'reset' | 'owner' | 'email';

/** Tokens of links, by their hash: each good for one use. */
export interface SignInTokenStore {
  /** Earlier ones of the same kind and subject end. */
  create(tenant: string, token: { hash: string; kind: SignInTokenKind; subject: string; expires_at: number }): Promise<void>;
  /** Whom it is for. `null`: not valid (any more). */
  peek(tenant: string, kind: SignInTokenKind, hash: string, now: number): Promise<string | null>;
  /** As `peek`, and ends it. */
  take(tenant: string, kind: SignInTokenKind, hash: string, now: number): Promise<string | null>;
}

/** Failed attempts within a window of time, by what they were for. */
export interface AttemptStore {
  /** One more; false when there are `max` in the window already, and nothing is counted then. */
  admit(tenant: string, subject: string, now: number, windowMs: number, max: number): Promise<boolean>;
  forget(tenant: string, subject: string): Promise<void>;
}

/** Whom an answer named, until the browser that asked comes for it. */
export interface SamlPerson {
  subject: string;
  email?: string;
  name?: string;
}

export interface SamlAnswer {
  provider: string;
  /** Hash of the id of its assertion. */
  assertion: string;
  /** Id of the request that it answers. */
  request: string;
  code_hash: string;
  code_until: number;
  person: SamlPerson;
  /** Until then neither the assertion nor another answer to the request counts. */
  expires_at: number;
}

/** Answers of SAML providers that have come: each assertion and each request once. */
export interface SamlAnswerStore {
  /** False, and nothing is kept, when the assertion has come before or the request was answered. */
  keep(tenant: string, answer: SamlAnswer, now: number): Promise<boolean>;
  /** Whom the answer names that was kept under the code; given once. `null`: there is none (any more). */
  take(tenant: string, codeHash: string, now: number): Promise<{ provider: string; request: string; person: SamlPerson } | null>;
}

/** A SAML provider as it is kept: what its metadata said is in the fields. The first three are absent while it waits for them. */
export type KeptSamlSettings = Omit<IdentityProviderSettings & { kind: 'saml' }, 'metadata'>;

export interface IdentityProvider {
  id: string;
  settings: Omit<IdentityProviderSettings & { kind: 'oidc' }, 'client_secret'> | (IdentityProviderSettings & { kind: 'access' }) | KeptSamlSettings;
  secret: { sealed: string; sealed_by: string } | null;
  created_at: number;
  updated_at: number;
}

export interface IdentityProviderStore {
  get(tenant: string, id: string): Promise<IdentityProvider | null>;
  /** All of a company: they are few. */
  list(tenant: string): Promise<IdentityProvider[]>;
  put(tenant: string, provider: IdentityProvider): Promise<void>;
  /** With the links of its users. False when there was none. */
  remove(tenant: string, id: string): Promise<boolean>;
}
