/** The stand-in's people: one account at acme with password and second factor, an invitation, a provider, a mailbox. */
import type { Role } from '#contracts/access';
import { Problem } from '#contracts/problems';
import type { IdentityProviderItem, MailboxEntryItem, UserItem } from '../../../dashboard/src/lib/api-types';

export const PERSON = { email: 'ada@example.com', password: 'plenty of horses', code: '123456' };
const CODES = ['ab2cd-ef3gh', 'jk4mn-pq5rs'];

export class FixtureSignIn {
  /** Who is signed in, for what a page shows to some only. */
  readonly me: { role: Role | null; kind?: 'operator' } = { role: 'owner' };
  readonly #cookie: string;
  readonly #at: number;
  #user: UserItem;
  #bob: UserItem;
  #providers: IdentityProviderItem[];
  #enrolling = false;
  #others = true;

  constructor(startedAt: number, cookie: string) {
    this.#at = startedAt;
    this.#cookie = cookie;
    this.#user = {
      id: 'usr_ada',
      email: PERSON.email,
      name: 'Ada Lovelace',
      verified_at: null,
      disabled_at: null,
      second_factor: false,
      created_at: this.#before(90 * 24 * 60),
      last_sign_in_at: this.#before(5),
    };
    this.#bob = {
      ...this.#user,
      id: 'usr_bob',
      email: 'bob@example.com',
      name: 'Bob',
      verified_at: this.#before(60),
      second_factor: true,
      last_sign_in_at: null,
    };
    this.#providers = [
      {
        id: 'idp_1',
        kind: 'oidc',
        name: 'Corp',
        enabled: true,
        email_domains: ['example.com'],
        auto_join_role: 'viewer',
        issuer: 'https://login.example.com',
        client_id: 'workflow',
        scopes: ['openid', 'email'],
        has_secret: true,
        created_at: this.#before(9000),
        updated_at: this.#before(9000),
      },
    ];
  }

  /** `undefined`: none of its business. `path`: behind `/api/v1`. */
  async answer(request: Request, path: string): Promise<Response | undefined> {
    const route = `${request.method} ${path}`;
    const body = async () => (await request.json()) as Record<string, string>;
    switch (route) {
      case 'GET /auth/ways':
        return Response.json({ providers: [{ id: 'idp_1', name: 'Corp', kind: 'oidc', url: '/sign-in/with/idp_1?company=acme' }] });
      case 'POST /auth/session':
        return this.#signIn(await body());
      case 'POST /auth/password/forgot':
        return new Response(null, { status: 202 });
      case 'POST /auth/password/reset': {
        if ((await body()).password!.startsWith('password')) throw new Problem('weak_password', 'This password is on every list of passwords to try first.');
        return new Response(null, { status: 204 });
      }
      case 'POST /auth/email':
        if ((await body()).email === 'taken@example.com') throw new Problem('user_exists', 'There is an account with the address taken@example.com.');
        return new Response(null, { status: 202 });
      case 'POST /auth/email/confirm':
        return new Response(null, { status: 204 });
      case 'POST /auth/verify':
        throw new Problem('link_invalid');
      case 'GET /auth/invitation': {
        const token = new URL(request.url).searchParams.get('token');
        if (token === 'gone') throw new Problem('link_invalid');
        const isKnown = token === 'known' || token === 'signed-in';
        return Response.json({
          email: 'bob@example.com',
          role: 'editor',
          level: 'project',
          company: 'acme',
          company_name: 'Acme',
          expires_at: this.#before(-60),
          account: isKnown,
          has_password: false,
          signed_in: token === 'signed-in',
          providers: token === 'password' ? [] : [{ id: 'idp_1', name: 'Corp', kind: 'oidc', url: '/sign-in/with/idp_1?company=acme' }],
        });
      }
      case 'POST /auth/owner':
      case 'POST /auth/invitation':
        return this.#signedIn();
      case 'GET /auth/me':
        return Response.json({
          kind: this.me.kind ?? 'user',
          id: this.#user.id,
          company: 'acme',
          by: `user:${this.#user.id}`,
          role: this.me.role,
          user: this.#user,
          session: 'ses_1',
          needs_second_factor: false,
        });
      case 'PUT /auth/me':
        this.#user = { ...this.#user, name: (await body()).name! };
        return Response.json(this.#user);
      case 'PUT /auth/password': {
        if ((await body()).current !== PERSON.password) throw new Problem('sign_in_failed', 'The present password is not right.');
        return new Response(null, { status: 204 });
      }
      case 'GET /auth/sessions':
        return Response.json({ items: this.#sessions() });
      case 'DELETE /auth/sessions':
        this.#others = false;
        return new Response(null, { status: 204 });
      case 'GET /auth/second-factor':
        return Response.json({ enabled: this.#user.second_factor, recovery_codes_left: this.#user.second_factor ? 10 : 0 });
      case 'POST /auth/second-factor':
        this.#enrolling = true;
        return Response.json(
          { secret: 'JBSWY3DPEHPK3PXP', otpauth_url: 'otpauth://totp/Workflow%20acme:ada?secret=JBSWY3DPEHPK3PXP&issuer=Workflow%20acme' },
          { status: 201 },
        );
      case 'POST /auth/second-factor/confirm':
        if (!this.#enrolling || (await body()).code !== PERSON.code) throw new Problem('second_factor_wrong');
        this.#user = { ...this.#user, second_factor: true };
        return Response.json({ recovery_codes: CODES });
      case 'GET /identity-providers':
        return Response.json({ items: this.#providers });
      case 'POST /identity-providers': {
        const settings = (await request.json()) as IdentityProviderItem;
        if (settings.auto_join_role !== null && settings.email_domains.length === 0)
          throw new Problem('invalid_request', 'email_domains: name the domains whose people may join by themselves');
        const made = { ...settings, id: 'idp_2', has_secret: true, created_at: this.#before(0), updated_at: this.#before(0) };
        this.#providers.push(made);
        return Response.json(made, { status: 201 });
      }
      case 'GET /users':
        return Response.json({ items: [this.#user, this.#bob, ...this.#people()], next_cursor: null });
      case 'DELETE /users/usr_bob/second-factor':
        this.#bob = { ...this.#bob, second_factor: false };
        return new Response(null, { status: 204 });
      case 'POST /users/usr_bob/disable':
        this.#bob = { ...this.#bob, disabled_at: this.#before(0) };
        return Response.json(this.#bob);
      case 'GET /mailbox':
        return Response.json({ items: [this.#mail()], next_cursor: null });
      case 'GET /mailbox/mail_1':
        return Response.json(this.#mail());
      default:
        return undefined;
    }
  }

  #people(): UserItem[] {
    const person = (id: string, email: string, name: string): UserItem => ({
      ...this.#user,
      id,
      email,
      name,
      second_factor: false,
      verified_at: this.#before(60),
    });
    return [person('usr_edsger', 'edsger@example.com', 'Edsger Dijkstra'), person('usr_grace', 'grace@example.com', 'Grace Hopper')];
  }

  #signIn({ email, password, code }: Record<string, string>): Response {
    if (email !== PERSON.email || password !== PERSON.password) throw new Problem('sign_in_failed', 'The company, the address or the password is not right.');
    if (code === undefined) throw new Problem('second_factor_required');
    if (code !== PERSON.code) throw new Problem('second_factor_wrong');
    return this.#signedIn();
  }

  #signedIn(): Response {
    return Response.json({ user: this.#user }, { headers: { 'set-cookie': this.#cookie } });
  }

  #sessions() {
    const session = (id: string, kind: string, current: boolean, user_agent: string, minutes: number) => ({
      id,
      kind,
      current,
      method: 'password',
      user_agent,
      address: '203.0.113.7',
      created_at: this.#before(minutes),
      last_seen_at: this.#before(minutes / 2),
      expires_at: this.#before(-9000),
    });
    const own = session('ses_1', 'browser', true, 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Safari/537.36', 5);
    return this.#others ? [own, session('ses_2', 'api', false, 'curl/8.5.0', 600)] : [own];
  }

  #mail(): MailboxEntryItem {
    return {
      id: 'mail_1',
      kind: 'reset-password',
      to: PERSON.email,
      subject: 'Set a new password',
      text: 'Hello Ada,\n\nsomebody asked for a new password at acme.\n\nSet a new password:\nhttp://127.0.0.1:8787/sign-in/reset?company=acme&token=abc\n',
      html: '',
      created_at: this.#before(3),
    };
  }

  #before(minutes: number): string {
    return new Date(this.#at - minutes * 60_000).toISOString();
  }
}
