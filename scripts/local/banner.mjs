/** What `npm start` prints once everything runs. */

export function banner({ platform, applications }) {
  const { origin, port, adminKey, upstream } = platform;
  const order = JSON.stringify({ product_id: 'SKU-001', quantity: 3, customer_id: 'cust_789' });
  const first = firstRoute(applications);
  const lines = [
    '',
    'Workflow is running. This is a local development instance: one machine, plain HTTP, keys in a file.',
    'Do not put it on a public address.',
    '',
    `Dashboard: ${origin}/sign-in?key=${adminKey}`,
    '',
    'Run something:',
    ...(first?.path === '/api/orders' || !first
      ? [`curl -i -X POST ${origin}/in/acme/orders/api/orders -H 'Content-Type: application/json' -d '${order}'`]
      : [`curl -i -X ${first.method} ${origin}/in/acme/${first.name}${first.path} -H 'Content-Type: application/json' -d '{}'`]),
    '',
    'Tenants and applications:',
    ...applications.map(({ tenant, name }) => `  ${tenant.padEnd(8)} http://${name}.${tenant}.localhost:${port}   also ${origin}/in/${tenant}/${name}/`),
    '',
    `API:       ${origin}/api/v1   with the header  Authorization: Bearer <key>   (reference: ${origin}/docs)`,
    'Key:       ADMIN_API_KEY in .dev.vars',
    `Upstream:  ${upstream.origin}   the services that the examples call; GET /ledger shows what they did`,
    `State:     ${platform.stateDir}`,
    '',
    'Ctrl-C stops it. Everything that was started goes on at the next start.',
    '',
  ];
  return lines.join('\n');
}

/** The order pipeline's entrance when it is there, else the first route that any application has. */
function firstRoute(applications) {
  const routes = applications
    .filter(({ tenant }) => tenant === 'acme')
    .flatMap(({ name, routes }) => (routes ?? []).map((route) => ({ name, method: route.method, path: route.path })));
  return routes.find(({ name, path }) => name === 'orders' && path === '/api/orders') ?? routes[0];
}
