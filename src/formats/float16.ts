const view = new DataView(new ArrayBuffer(4));

/**
 * Nearest IEEE 754 half-precision number, ties to even; too large becomes infinite.
 *
 * @param value - A number.
 * @returns Its 16 bits.
 */
export function float16Bits(value: number): number {
  view.setFloat32(0, value);
  const bits = view.getUint32(0);
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  if (magnitude >= 0x47800000) return sign | 0x7c00;
  // Below 2^-14 the steps are even, 2^-24 wide; adding 2^-1 lets the float32 adder round to them.
  if (magnitude < 0x38800000) {
    view.setFloat32(0, Math.abs(value) + 0.5);
    return sign | (view.getUint32(0) - 0x3f000000);
  }
  const rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1);
  return sign | Math.min((rounded - 0x38000000) >>> 13, 0x7c00);
}

/**
 * Value of a bfloat16 number: the upper half of a float32.
 *
 * @param bits - Its 16 bits.
 */
export function float32OfBfloat16Bits(bits: number): number {
  view.setUint32(0, bits * 0x10000);
  return view.getFloat32(0);
}

/**
 * Value of a half-precision number.
 *
 * @param bits - Its 16 bits.
 */
export function float32OfFloat16Bits(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >>> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
