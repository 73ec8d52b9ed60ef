/** A QR code as one path of an SVG: dark on white in either theme, or cameras do not read it. */
import { encode } from 'uqr';

export const QrCode = ({ text, label }: { text: string; label: string }) => {
  const { data, size } = encode(text, { border: 2 });
  const path = data.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ''))).join('');
  return (
    <svg viewBox={`0 0 ${size} ${size}`} width="184" height="184" role="img" aria-label={label} class="rounded-md" style={{ background: '#ffffff' }}>
      <path d={path} fill="#000000" shape-rendering="crispEdges" />
    </svg>
  );
};
