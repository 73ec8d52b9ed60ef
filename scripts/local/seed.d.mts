/** Types of `seed.mjs`, for the tests that start a platform. */

export interface Deployment {
  tenant: string;
  /** Path of the YAML. */
  file: string;
}

/** The given file in `acme`, or all examples there and the orders in `globex` too. */
export function plan(file?: string): Deployment[];

export function seeder(
  stateDir: string,
  deployments: Deployment[],
  say: (line: string) => void,
): {
  readonly pending: boolean;
  applications(): { tenant: string; name: string; id: string; version: number }[];
  seed(access: { origin: string; adminKey: string }): Promise<void>;
};
