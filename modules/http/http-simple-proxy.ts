/** Requests that are sent on to other services, by the prefix of their path. */
import { defineModule } from '#modules/define-module';
import { byPrefix, prefixDoor } from '#modules/http/by-prefix';

export const httpSimpleProxy = defineModule({
  type: 'http.simple_proxy',
  summary: 'Sends the requests of its routes on to other services, by the prefix of their path.',
  config: byPrefix,
  ports: { offers: ['requests'], takes: [{ port: 'routes' }] },
  door: prefixDoor,
  example: `
name: api-proxy
type: http.simple_proxy
config:
  targets:
    /api/orders: https://orders.example.com
`,
});
