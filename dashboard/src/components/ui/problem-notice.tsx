/** Why a call was refused, beside what called: the reason, each fault, and what to do. */
import type { ProblemBody } from '#contracts/problems';

export const ProblemNotice = ({ problem }: { problem?: ProblemBody }) =>
  problem ? (
    <div class="notice notice-bad mt-2" role="alert">
      <p>
        {problem.detail ?? problem.title}
        {problem.hint ? ` ${problem.hint}` : ''}
      </p>
      {(problem.errors?.length ?? 0) > 1 && (
        <ul class="mt-1 list-disc pl-5">
          {problem.errors!.slice(0, 10).map((error) => (
            <li key={`${error.path}${error.message}`}>
              {error.path && <code class="mono text-12">{error.path}</code>} {error.message}
            </li>
          ))}
        </ul>
      )}
    </div>
  ) : null;
