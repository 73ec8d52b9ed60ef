/** Words for money: US dollars, down to parts of a cent. */
import { formatCount } from './time';

/** `$0`, `$0.000019`, `$0.034`, `$12.30`, `$1,204.00`: two digits that mean something, at least. */
export function formatUsd(usd: number): string {
  if (usd === 0) return '$0';
  const size = Math.abs(usd);
  if (size >= 1) {
    const [whole, cents] = size.toFixed(2).split('.');
    return `${usd < 0 ? '-' : ''}$${formatCount(Number(whole))}.${cents}`;
  }
  const places = Math.min(12, Math.max(2, 1 - Math.floor(Math.log10(size))));
  return `${usd < 0 ? '-' : ''}$${size.toFixed(places)}`;
}
