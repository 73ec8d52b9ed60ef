/**
 * All tables of a region's D1, for what goes through them one by one. `migrations/region/*.sql` is what is applied; a test
 * holds the two equal.
 *
 * What is written is what is paid for: a row, and again each index entry it touches.
 * 1. `executions` is WITHOUT ROWID under (tenant, started_at, execution_id): the table itself is the list, newest first
 *    read backwards, and a completed execution is one row. Only what is not completed has an index entry beside it.
 * 2. Small tables that are read by key have that key as their primary key and no other index, unless a rule needs one.
 */
export * from '#storage/d1/access-schema';
export * from '#storage/d1/dead-letter-schema';
export * from '#storage/d1/execution-schema';
export * from '#storage/d1/identity-schema';
export * from '#storage/d1/machine-schema';
export * from '#storage/d1/mail-schema';
export * from '#storage/d1/secret-schema';
export * from '#storage/d1/tenant-schema';
export * from '#storage/d1/workflow-schema';
