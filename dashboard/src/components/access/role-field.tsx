/** Which role, with what it allows. */
import { ROLES, type Role } from '#contracts/access';
import { Choice } from '~/components/ui/choice';

const ROLE_WORDS: Record<Role, string> = {
  viewer: 'sees everything there',
  editor: 'also deploys, starts and steers',
  admin: 'also invites, gives roles, makes keys',
  owner: 'also makes owners',
};

export const RoleField = ({ label = 'Role', value, name = 'role' }: { label?: string; value?: Role; name?: string }) => (
  <label class="mb-3 block text-12 text-text-3">
    {label}
    <Choice name={name} value={value ?? 'viewer'} options={ROLES.map((role) => [role, `${role}: ${ROLE_WORDS[role]}`] as const)} />
  </label>
);
