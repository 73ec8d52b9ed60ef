/** Buttons of identity providers, in front of what else there is. */
import type { SignInWays } from '~/lib/api-types';

interface Props {
  providers: SignInWays['providers'];
  /** `Sign in with`, before the name. */
  verb: string;
  /** Leads over to what follows; nothing follows when it is absent. */
  or?: string;
}

export const ProviderLinks = ({ providers, verb, or }: Props) =>
  providers.length === 0 ? null : (
    <>
      <ul class="mt-4 grid gap-2">
        {providers.map((provider) => (
          <li key={provider.id}>
            <a class="btn w-full" style={{ height: '36px' }} href={provider.url}>
              {verb} {provider.name}
            </a>
          </li>
        ))}
      </ul>
      {or && (
        <p class="my-4 flex items-center gap-3 text-12 text-text-3 before:h-px before:flex-1 before:bg-line after:h-px after:flex-1 after:bg-line">{or}</p>
      )}
    </>
  );
