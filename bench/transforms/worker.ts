/** The same transform as a jq program, as a script in the sandbox, and written by hand. `/<way>?runs=<n>` does it so often. */
import type { Json } from '#contracts/json';
import { jqProgram } from '#jq/cached';
import { loadEngine } from '#sandbox/engine';
import { runScript } from '#sandbox/script';

/** The transform of the product document. */
const JQ = `.trigger.items | map({
  sku: .product_id,
  qty: .quantity,
  subtotal: (.price * .quantity),
  tax: (.price * .quantity * 0.08)
}) | {
  items: .,
  total: (map(.subtotal + .tax) | add),
  item_count: length
}`;

const JS = `function transform(ctx) {
  const items = ctx.trigger.items.map((item) => ({
    sku: item.product_id, qty: item.quantity, subtotal: item.price * item.quantity, tax: item.price * item.quantity * 0.08
  }));
  return { items, total: items.reduce((sum, item) => sum + item.subtotal + item.tax, 0), item_count: items.length };
}`;

interface Item {
  product_id: string;
  quantity: number;
  price: number;
}

const order = { trigger: { items: [1, 2, 3].map((n): Item => ({ product_id: `SKU-00${n}`, quantity: n, price: 9.5 * n })) } };

function byHand({ trigger }: typeof order): unknown {
  const items = trigger.items.map((item) => ({
    sku: item.product_id,
    qty: item.quantity,
    subtotal: item.price * item.quantity,
    tax: item.price * item.quantity * 0.08,
  }));
  return { items, total: items.reduce((sum, item) => sum + item.subtotal + item.tax, 0), item_count: items.length };
}

const context = order as unknown as Json;
const script = { owner: 'bench', code: JS, entry: 'transform', timeout_ms: 1000, memory_bytes: 16 * 1024 * 1024 };

/** As the steps do it: a script gets its context as text, each time. */
const WAYS: { [way: string]: () => unknown } = {
  hand: () => byHand(order),
  jq: () => jqProgram(JQ).run(context, 0),
  js: () => runScript(script, { input: JSON.stringify({ context, lookUps: { steps: {}, trigger: {} } }), now: 0, seed: 1 }),
};

export default {
  async fetch(request: Request): Promise<Response> {
    await loadEngine();
    const url = new URL(request.url);
    const way = WAYS[url.pathname.slice(1)];
    if (!way) return new Response(Object.keys(WAYS).join(), { status: 404 });
    let result: unknown;
    for (let runs = Number(url.searchParams.get('runs')); runs > 0; runs--) result = way();
    return Response.json(result ?? null);
  },
};
