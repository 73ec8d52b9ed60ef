/** Which role, with what it allows. */
import { ROLES, type Role } from '#contracts/access';

const ROLE_WORDS: Record<Role, string> = {
  viewer: 'sees everything there',
  editor: 'also deploys, starts and steers',
  admin: 'also invites, gives roles, makes keys',
  owner: 'also makes owners',
};

export const RoleField = ({ label = 'Role', value, name = 'role' }: { label?: string; value?: Role; name?: string }) => (
  <label class="mb-3 block text-12 text-text-3">
    {label}
    <select name={name} class="field mt-1 block w-full">
      {ROLES.map((role) => (
        <option key={role} value={role} selected={role === (value ?? 'viewer')}>
          {`${role}: ${ROLE_WORDS[role]}`}
        </option>
      ))}
    </select>
  </label>
);
