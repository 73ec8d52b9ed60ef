/** Deletes a secret, after saying what will fail without it. */
import { Removal } from '~/components/ui/removal';
import type { SecretItem } from '~/lib/api-types';

export const DeleteSecret = ({ secret: { name, environment } }: { secret: SecretItem }) => {
  const where = environment === null ? '' : `?environment=${encodeURIComponent(environment)}`;
  return (
    <Removal verb="Delete" what="secret" name={name} path={`/api/v1/secrets/${encodeURIComponent(name)}${where}`} page="/secrets">
      <p>
        {environment === null ? 'It holds in all environments. ' : `It holds in ${environment}. `}
        Steps that name it fail with <code class="mono text-12">secret_missing</code> unless another value holds there.
      </p>
    </Removal>
  );
};
