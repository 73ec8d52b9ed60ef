/** A stand-in for a store of secrets, speaking its documented wire format; a request is answered in this process, or over HTTP. */
import type { SecretStoreSettings } from '#contracts/secret-store';

export interface SecretServer {
  /** Where it believes to be. */
  readonly address: string;
  readonly settings: SecretStoreSettings;
  readonly credential: string;
  /** Texts of secrets, or their fields, by path. */
  put(path: string, value: string | Record<string, string>): void;
  /** Says 503 to all from now on. */
  down: boolean;
  /** Lets go of what it has lent to anybody. */
  forget(): void;
  /** `METHOD path`, and nothing that proves anything. */
  readonly asked: string[];
  answer(request: Request): Promise<Response>;
}

/** What a server remembers, whatever it speaks. */
export abstract class StandIn implements SecretServer {
  abstract readonly settings: SecretStoreSettings;
  abstract readonly credential: string;
  down = false;
  readonly asked: string[] = [];
  protected readonly secrets = new Map<string, string | Record<string, string>>();

  constructor(
    readonly address: string,
    /** Epoch ms. */
    protected readonly now: () => number,
  ) {}

  put(path: string, value: string | Record<string, string>): void {
    this.secrets.set(path, value);
  }

  abstract forget(): void;

  async answer(request: Request): Promise<Response> {
    const url = new URL(request.url);
    this.asked.push(`${request.method} ${url.pathname}`);
    return this.down ? Response.json({ errors: ['sealed'] }, { status: 503 }) : this.serve(request, url);
  }

  protected abstract serve(request: Request, url: URL): Promise<Response>;
}
