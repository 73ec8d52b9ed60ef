/** Topics and the patterns that take them. `order.*` takes `order.created` and `order.item.added`; `*.failed` takes `payment.failed`. */

export function topicMatches(pattern: string, topic: string): boolean {
  if (pattern === topic) return true;
  const wanted = pattern.split('.');
  const given = topic.split('.');
  const last = wanted.length - 1;
  for (let at = 0; at < wanted.length; at++) {
    const part = wanted[at]!;
    // At the end it stands for everything that follows, and something has to.
    if (at === last && isRest(part)) return given.length > at;
    if (given[at] === undefined || (part !== '*' && part !== given[at])) return false;
  }
  return wanted.length === given.length;
}

function isRest(part: string): boolean {
  return part === '*' || part === '**' || part === '#' || part === '>';
}
