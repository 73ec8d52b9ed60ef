/** The functions of C's math library. */
import type { Json } from '#contracts/json';
import { described, raise } from '#jq/values';

type Native = (input: Json, ...args: Json[]) => Json;

function number(value: Json): number {
  return typeof value === 'number' ? value : raise(`${described(value)} number required`);
}

/** Lanczos' approximation, g = 7. */
const LANCZOS = [
  0.9999999999998099, 676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406, 12.507343278686905, -0.13857109526572012,
  9.984369578019572e-6, 1.5056327351493116e-7,
];

function gamma(x: number): number {
  if (Number.isInteger(x) && x > 0 && x < 23) return factorial(x - 1);
  if (x < 0.5) return Number.isInteger(x) ? (x === 0 ? 1 / x : Number.NaN) : Math.PI / (Math.sin(Math.PI * x) * gamma(1 - x));
  if (x > 171.7) return Number.POSITIVE_INFINITY;
  return Math.exp(logGamma(x));
}

function factorial(n: number): number {
  return n <= 1 ? 1 : n * factorial(n - 1);
}

/** Of the absolute value. */
function logGamma(x: number): number {
  if (x === 1 || x === 2) return 0;
  if (x < 0.5) return Number.isInteger(x) ? Number.POSITIVE_INFINITY : Math.log(Math.PI / Math.abs(Math.sin(Math.PI * x))) - logGamma(1 - x);
  if (Number.isInteger(x) && x < 23) return Math.log(factorial(x - 1));
  const z = x - 1;
  const sum = LANCZOS.reduce((total, part, index) => (index === 0 ? part : total + part / (z + index)), 0);
  const t = z + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (z + 0.5) * Math.log(t) - t + Math.log(sum);
}

/** Mantissa in [0.5, 1) and exponent. */
function parts(x: number): [number, number] {
  if (x === 0 || !Number.isFinite(x)) return [x, 0];
  let exponent = Math.max(-1023, Math.floor(Math.log2(Math.abs(x))) + 1);
  let mantissa = x * 2 ** -exponent;
  while (Math.abs(mantissa) < 0.5) {
    mantissa *= 2;
    exponent--;
  }
  while (Math.abs(mantissa) >= 1) {
    mantissa /= 2;
    exponent++;
  }
  return [mantissa, exponent];
}

function scale(x: number, exponent: number): number {
  const whole = Math.max(-2200, Math.min(2200, Math.trunc(exponent)));
  // In three factors, so that none of them leaves the range of a double.
  const third = Math.trunc(whole / 3);
  return x * 2 ** third * 2 ** third * 2 ** (whole - 2 * third);
}

/** To the nearest whole number; halves to the even one. */
function nearest(x: number): number {
  const floor = Math.floor(x);
  if (x - floor !== 0.5) return Math.round(x);
  return floor % 2 === 0 ? floor : floor + 1;
}

/** Halves away from zero. */
function round(x: number): number {
  return Math.sign(x) * Math.round(Math.abs(x));
}

/** IEEE remainder: of the nearest multiple. */
function remainder(x: number, y: number): number {
  if (y === 0 || !Number.isFinite(x)) return Number.NaN;
  if (!Number.isFinite(y)) return x;
  const rest = x % y;
  const half = Math.abs(y) / 2;
  const up = Math.abs(rest) > half || (Math.abs(rest) === half && Math.trunc(x / y) % 2 !== 0);
  return up ? rest - Math.sign(rest) * Math.abs(y) : rest;
}

function next(x: number, y: number): number {
  if (Number.isNaN(x) || Number.isNaN(y) || x === y) return y;
  if (x === 0) return y > 0 ? Number.MIN_VALUE : -Number.MIN_VALUE;
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, x);
  const up = x > 0 === y > x;
  view.setBigInt64(0, view.getBigInt64(0) + (up ? 1n : -1n));
  return view.getFloat64(0);
}

/** Complementary error function, by its continued fraction or its series. */
function erfc(x: number): number {
  if (x < 0) return 2 - erfc(-x);
  if (x < 2.5) {
    let term = x;
    let sum = x;
    for (let n = 1; n < 200 && Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
      term *= (-x * x) / n;
      sum += term / (2 * n + 1);
    }
    return 1 - (2 / Math.sqrt(Math.PI)) * sum;
  }
  let fraction = 0;
  for (let n = 60; n > 0; n--) fraction = n / 2 / (x + fraction);
  return Math.exp(-x * x) / (Math.sqrt(Math.PI) * (x + fraction));
}

const UNARY: { [name: string]: (x: number) => number } = {
  acos: Math.acos,
  acosh: Math.acosh,
  asin: Math.asin,
  asinh: Math.asinh,
  atan: Math.atan,
  atanh: Math.atanh,
  cbrt: Math.cbrt,
  ceil: Math.ceil,
  cos: Math.cos,
  cosh: Math.cosh,
  erf: (x) => 1 - erfc(x),
  erfc,
  exp: Math.exp,
  exp10: (x) => 10 ** x,
  exp2: (x) => 2 ** x,
  expm1: Math.expm1,
  fabs: Math.abs,
  floor: Math.floor,
  gamma: logGamma,
  lgamma: logGamma,
  log: Math.log,
  log10: Math.log10,
  log1p: Math.log1p,
  log2: Math.log2,
  logb: (x) => (x === 0 ? Number.NEGATIVE_INFINITY : Number.isFinite(x) ? parts(x)[1] - 1 : Math.abs(x)),
  nearbyint: nearest,
  pow10: (x) => 10 ** x,
  rint: nearest,
  round,
  significand: (x) => (x === 0 || !Number.isFinite(x) ? x : parts(x)[0] * 2),
  sin: Math.sin,
  sinh: Math.sinh,
  sqrt: Math.sqrt,
  tan: Math.tan,
  tanh: Math.tanh,
  tgamma: gamma,
  trunc: Math.trunc,
};

const BINARY: { [name: string]: (x: number, y: number) => number } = {
  atan2: Math.atan2,
  copysign: (x, y) => (Object.is(Math.sign(y), -0) || y < 0 ? -Math.abs(x) : Math.abs(x)),
  drem: remainder,
  fdim: (x, y) => (Number.isNaN(x) || Number.isNaN(y) ? Number.NaN : Math.max(0, x - y)),
  fmax: (x, y) => (Number.isNaN(x) ? y : Number.isNaN(y) ? x : Math.max(x, y)),
  fmin: (x, y) => (Number.isNaN(x) ? y : Number.isNaN(y) ? x : Math.min(x, y)),
  fmod: (x, y) => x % y,
  hypot: Math.hypot,
  ldexp: scale,
  nextafter: next,
  nexttoward: next,
  pow: (x, y) => x ** y,
  remainder,
  scalb: scale,
  scalbln: scale,
};

export const MATHEMATICS: [string, Native][] = [
  ...Object.entries(UNARY).map(([name, run]): [string, Native] => [`${name}/0`, (input) => run(number(input))]),
  ...Object.entries(BINARY).map(([name, run]): [string, Native] => [`${name}/2`, (_, x, y) => run(number(x!), number(y!))]),
  ['fma/3', (_, x, y, z) => number(x!) * number(y!) + number(z!)],
  ['frexp/0', (input) => parts(number(input))],
  ['modf/0', (input) => [Number.isFinite(number(input)) ? number(input) % 1 : 0 * number(input) || 0, Math.trunc(number(input))]],
  ['lgamma_r/0', (input) => [logGamma(number(input)), gamma(number(input)) < 0 ? -1 : 1]],
];
